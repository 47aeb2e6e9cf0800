"""Cisco IOS: nothing here can check it, so the golden file is read by people; what a machine can see is held."""

import os
import re
from dataclasses import replace

import pytest
from tests.render.golden import CASES, EXAMPLES, rendered, views_of

from catchment.errors import RenderError
from catchment.model.network import Daemon, Device, Igp
from catchment.render.ios.files import instead, ios_files
from catchment.render.options import USUAL, RenderOptions
from catchment.results.config import Checker

CASE = CASES / "ios" / "design.yaml"


@pytest.mark.parametrize("router", ["seoul", "daegu", "suwon"])
def test_the_file_is_the_golden_one(router: str) -> None:
    golden, text = CASE.parent / "expected" / f"{router}.cfg", rendered("ios", CASE)[f"{router}/ios.cfg"].text
    if os.environ.get("CATCHMENT_REWRITE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert golden.read_text() == text


def test_that_nothing_checks_it_is_said() -> None:
    for file in rendered("ios", CASE).values():
        assert file.checker is Checker.NONE
        assert file.notes[0].startswith("no program checks it")


def test_every_name_that_is_used_is_made() -> None:
    """Route-maps, lists and tracks: IOS takes a missing one for one that lets everything through."""
    for file in rendered("ios", CASE).values():
        text = file.text
        assert "<" not in text
        used = set(re.findall(r"neighbor .* route-map (\S+)|redistribute .* route-map (\S+)", text))
        maps = set(re.findall(r"^route-map (\S+)", text, re.M))
        assert {name for pair in used for name in pair if name} <= maps
        lists = set(re.findall(r"^ip(?:v6)? (?:prefix-list|large-community-list standard) (\S+)", text, re.M))
        assert set(re.findall(r"prefix-list (\S+)$|match large-community (\S+)", text, re.M)) <= {
            pair for name in lists for pair in ((name, ""), ("", name))
        }
        tracks = set(re.findall(r"^track (\d+)", text, re.M))
        assert set(re.findall(r"route .* track (\d+)$| object (\d+)$", text, re.M)) <= {
            pair for number in tracks for pair in ((number, ""), ("", number))
        }


def test_no_route_is_written_twice() -> None:
    """A second one with another track would replace the first."""
    for file in rendered("ios", CASE).values():
        routes = [line.partition(" track")[0] for line in file.text.splitlines() if re.match(r"ip(v6)? route ", line)]
        assert len(set(routes)) == len(routes)


def test_an_announcement_lives_while_one_of_its_services_does() -> None:
    text = rendered("ios", CASE)["seoul/ios.cfg"].text
    assert "track 500 list boolean or\n object 1\n object 2\n" in text
    assert "ip route 203.0.113.0 255.255.255.0 Null0 254 track 500\n" in text
    assert "ipv6 route 2001:db8:53::/48 Null0 254 track 1\n" in text


def test_what_is_not_written_for_ios_is_refused() -> None:
    view = views_of(CASE)["suwon"]
    for network in (replace(view.network, igp=Igp.ISIS),):
        with pytest.raises(RenderError, match="R085"):
            ios_files(replace(view, network=network), USUAL)


def test_eigrp_goes_to_ios_where_nobody_says_what_a_router_is() -> None:
    view = views_of(EXAMPLES / "seoul-busan" / "eigrp.yaml")["seoul"]
    assert instead(view, USUAL).router.device is Device.IOS
    assert any("dies" in note for note in ios_files(instead(view, USUAL), USUAL)[0].notes)
    said = replace(view, router=replace(view.router, daemon=Daemon.FRR))
    assert instead(said, USUAL) is said
    assert instead(view, RenderOptions(daemon=Daemon.FRR)) is view
    ospf = replace(view, network=replace(view.network, igp=Igp.OSPF))
    assert instead(ospf, USUAL) is ospf


def test_a_tunnel_is_clamped_to_what_comes_through() -> None:
    view = views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"]
    for options, mss in ((USUAL, 1436), (RenderOptions(fits=(("office-gre", 1468),)), 1428)):
        assert f" ip tcp adjust-mss {mss}\n" in ios_files(view, options)[0].text
