"""Rendering with the operator's config.xml: of one machine, private, and asked for again without being stopped."""

from pathlib import Path

import pytest

from catchment.errors import UsageError
from catchment.render.options import RenderOptions
from catchment.workflows.render import Chosen, diff, read_pfsense, render

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "examples" / "gre-announce" / "design.yaml"
OWN = ROOT / "tests" / "cases" / "render" / "pfsense" / "config.xml"


def chosen(*routers: str, own: Path = OWN) -> Chosen:
    return Chosen(routers=routers, options=RenderOptions(pfsense=read_pfsense(own)))


def test_the_merged_file_is_private_and_can_be_merged_again(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, chosen("office"))
    made = tmp_path / "office" / "config.xml"
    text = made.read_text()
    assert made.stat().st_mode & 0o777 == 0o600
    render(DESIGN, tmp_path, chosen("office", own=made))
    assert made.read_text() == text


def test_a_file_is_of_one_pfsense() -> None:
    with pytest.raises(UsageError, match="0 of the routers"):
        render(DESIGN, Path("nowhere"), chosen("cloud-seoul"))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "zip").write_bytes(b"PK\x03\x04\xff\xfe")
    for path in (tmp_path / "missing", tmp_path / "zip"):
        with pytest.raises(UsageError, match="cannot read it"):
            read_pfsense(path)


def test_files_of_no_router_are_written_when_asked_for(tmp_path: Path) -> None:
    done = render(DESIGN, tmp_path, Chosen(targets=("stayrtr",)))
    assert [file.path for file in done.files] == ["vrps.json"]
    assert done.without == ()
    both = render(DESIGN, tmp_path, Chosen(targets=("stayrtr", "sysctl"), routers=("cloud-seoul",)))
    assert [file.path for file in both.files] == ["cloud-seoul/sysctl.conf", "vrps.json"]


def test_files_that_were_asked_for_are_not_too_many_later(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, Chosen(targets=("stayrtr",)))
    render(DESIGN, tmp_path, chosen("office"))
    assert render(DESIGN, tmp_path, Chosen()).left == ()
    assert not list(diff(DESIGN, tmp_path, Chosen()))
