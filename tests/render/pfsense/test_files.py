"""pfSense: the operator's own file with the design in it, nothing else changed; frr.conf that FRR takes; the steps."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES, EXAMPLES, rendered, views_of
from tests.render.programs import accepted

from catchment.errors import RenderError
from catchment.render.options import USUAL, RenderOptions
from catchment.render.pfsense.files import pfsense_files
from catchment.results.config import ConfigFile

CASE = CASES / "pfsense"
OWN = (CASE / "config.xml").read_text()


def files(design: Path = CASE / "design.yaml", own: str = OWN) -> dict[str, ConfigFile]:
    view = views_of(design)["office"]
    return {Path(file.path).name: file for file in pfsense_files(view, RenderOptions(pfsense=own))}


def test_the_steps_are_the_golden_ones() -> None:
    golden, text = CASE / "expected" / "pfsense-steps.md", files()["pfsense-steps.md"].text
    if os.environ.get("CATCHMENT_REWRITE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert golden.read_text() == text


def test_the_checkers_take_it() -> None:
    for name in ("config.xml", "frr.conf"):
        accepted(files()[name])


def test_passwords_of_the_operator_stay_private() -> None:
    assert files()["config.xml"].mode == 0o600


def test_frr_knows_tunnels_by_the_names_that_pfsense_gave() -> None:
    design = EXAMPLES / "gre-announce" / "design.yaml"
    assert set(files(design)) == {"pfsense-steps.md", "config.xml"}  # nothing for FRR to do
    assert "gre0" not in files()["frr.conf"].text


def test_without_the_operators_file_there_are_steps_and_frr_conf() -> None:
    view = views_of(CASE / "design.yaml")["office"]
    assert [Path(file.path).name for file in pfsense_files(view, USUAL)] == ["pfsense-steps.md", "frr.conf"]


def test_options_that_pfsense_does_not_have_are_all_told() -> None:
    view = views_of(CASE / "design.yaml")["office"]

    def with_options(one):  # type: ignore[no-untyped-def]
        tunnel = one.link.tunnel and replace(one.link.tunnel, key=7, checksum=True)
        return replace(one, link=replace(one.link, tunnel=tunnel))

    asked = replace(view, interfaces=tuple(map(with_options, view.interfaces)))
    with pytest.raises(RenderError) as caught:
        pfsense_files(asked, USUAL)
    assert [problem.rule for problem in caught.value.problems] == ["R081"] * 4


def test_pfsense_is_a_target_of_its_own_and_gets_nothing_for_linux() -> None:
    design = EXAMPLES / "gre-announce" / "design.yaml"
    assert "office/pfsense-steps.md" in rendered("pfsense", design)
    for target in ("ip", "nftables", "sysctl", "bird", "frr"):
        assert not [path for path in rendered(target, design) if path.startswith("office/")]
