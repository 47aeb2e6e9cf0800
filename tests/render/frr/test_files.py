"""FRR's files: the golden ones, what vtysh says of them, and what FRR cannot do."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES, EXAMPLES, designs_of_examples, hold, rendered, views_of
from tests.render.programs import accepted, refused

from catchment.errors import RenderError
from catchment.render.frr.files import frr_files
from catchment.render.options import USUAL

DESIGN = CASES / "frr" / "design.yaml"


def test_every_file_is_the_golden_one() -> None:
    hold("frr", "frr")


def test_vtysh_and_the_shell_take_every_file() -> None:
    files = [file for path, file in rendered("frr", DESIGN).items() if not path.endswith("vtysh.conf")]
    assert len(files) == 12
    for file in files:
        accepted(file)


def test_vtysh_refuses_what_is_wrong() -> None:
    file = rendered("frr", DESIGN)["rr/frr.conf"]
    assert "route-mirror" in refused(replace(file, text=file.text.replace("route-reflector-client", "route-mirror")))


@pytest.mark.parametrize("design", designs_of_examples(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vtysh_takes_every_example_that_frr_can_run(design: Path) -> None:
    for view in views_of(design).values():
        with suppress(RenderError):
            accepted(frr_files(view, USUAL)[0])


def test_daemons_are_those_that_the_router_needs() -> None:
    files = rendered("frr", DESIGN)
    running = {
        router: {
            line.removesuffix("=yes")
            for line in files[f"{router}/daemons"].text.splitlines()
            if line.endswith("d=yes")
        }
        for router in ("leaf", "lumen")
    }
    assert running == {"leaf": {"ospfd", "ospf6d", "bgpd"}, "lumen": {"bgpd", "bfdd"}}


def test_static_routes_have_their_interface_and_distance() -> None:
    text = rendered("frr", DESIGN)["leaf/frr.conf"].text
    assert "ip route 10.7.0.0/16 198.51.100.4 seoul 1\n" in text
    assert "ipv6 route ::/0 2001:db8:ffff:1::4 seoul 250\n" in text
    assert "ip route 10.8.0.0/16 blackhole 1\n" in text


def test_all_that_frr_cannot_do_is_told_at_once() -> None:
    view = views_of(EXAMPLES / "areas" / "leaked.yaml")["busan"]
    with pytest.raises(RenderError) as told:
        frr_files(view, USUAL)
    assert [problem.where for problem in told.value.problems] == ["busan", "busan"]
    assert "leaks nothing" in told.value.problems[0].what
    assert "level 1 only" in told.value.problems[1].what
