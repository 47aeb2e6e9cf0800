"""Merging into the operator's config.xml: his bytes stay, ours are found again, what contradicts is refused."""

import os
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import replace

import pytest
from tests.render.golden import CASES, views_of

from catchment.errors import RenderError
from catchment.render.pfsense.merge import merged
from catchment.render.pfsense.splice import Element, read_xml
from catchment.render.pfsense.wants import OURS, Wants, wants

OWN = (CASES / "pfsense" / "config.xml").read_text()
VIEW = views_of(CASES / "pfsense" / "design.yaml")["office"]
WANTED = wants(VIEW)
FRR = "! Made by catchment\nrouter bgp 64500\n"
LISTS = {"gre", "vip", "gateway_item", "route", "rule", "user", "config"}
"""What the parser of pfSense lets stand more than once; anything else twice is fatal to it."""


def merge(own: str = OWN, wanted: Wants = WANTED, frr: str = "") -> str:
    return merged(own, VIEW, wanted, lambda _: frr, "config.xml")[0]


def root(text: str) -> Element:
    return read_xml(text.encode(), "config.xml")


def inside(text: str, *path: str) -> Element:
    one = root(text)
    for name in path:
        found = one.child(name)
        assert found, name
        one = found
    return one


def test_the_file_is_the_golden_one() -> None:
    golden, text = CASES / "pfsense" / "expected" / "config.xml", merge(frr=FRR)
    if os.environ.get("CATCHMENT_REWRITE"):
        golden.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert golden.read_text() == text


def test_merging_again_changes_nothing() -> None:
    once = merge(frr=FRR)
    assert merge(once, frr=FRR) == once


def test_every_line_of_the_operator_stays_in_its_order() -> None:
    ours = iter(merge().splitlines())
    empty = {"\t<staticroutes></staticroutes>", "\t<virtualip/>"}
    assert all(line in ours for line in OWN.splitlines() if line not in empty)


def test_nothing_stands_twice_that_pfsense_wants_once() -> None:
    def hold(one: Element) -> None:
        often = Counter(child.name for child in one.children)
        assert {name for name, number in often.items() if number > 1} <= LISTS, one.name
        for child in one.children:
            hold(child)

    hold(root(merge(frr="router bgp 64500\n")))


def test_what_is_referred_to_is_there() -> None:
    text = merge()
    interfaces = inside(text, "interfaces")
    devices = {gre.says("greif") for gre in inside(text, "gres").all("gre")}
    assert {one.says("if") for one in interfaces.children} >= devices
    assert len(devices) == 3
    names = {one.name for one in interfaces.children}
    vips = {f"_vip{one.says('uniqid')}" for one in inside(text, "virtualip").all("vip")}
    assert {one.says("if") for one in inside(text, "gres").all("gre")} <= names | vips
    assert {one.says("interface") for one in inside(text, "filter").all("rule")} <= names
    gateways = {one.says("name") for one in inside(text, "gateways").all("gateway_item")} | {"Null4", "Null6"}
    assert {one.says("gateway") for one in inside(text, "staticroutes").all("route")} <= gateways
    trackers = [one.says("tracker") for one in inside(text, "filter").all("rule")]
    assert len(set(trackers)) == len(trackers)


def test_our_rules_stand_before_the_one_that_blocks_everything() -> None:
    rules = inside(merge(), "filter").all("rule")
    assert rules[-1].says("type") == "block"
    assert all(rule.says("descr").startswith(OURS) for rule in rules[:-1])


def test_rules_that_the_design_no_longer_has_go() -> None:
    less = replace(WANTED, rules=WANTED.rules[:2])
    assert len(inside(merge(merge(), less), "filter").all("rule")) == 3


def test_a_tunnel_that_moved_is_changed_and_not_added() -> None:
    before = merge()
    moved = before.replace("<remote-addr>192.0.2.2<", "<remote-addr>192.0.2.222<")
    assert before != moved
    assert merge(moved) == before


def test_an_address_that_is_there_already_is_not_added() -> None:
    carp = (
        "<virtualip><vip><mode>carp</mode><subnet>192.0.2.20</subnet><uniqid>0123456789abc</uniqid></vip></virtualip>"
    )
    text = merge(OWN.replace("<virtualip/>", carp))
    assert [one.says("mode") for one in inside(text, "virtualip").all("vip")].count("carp") == 1
    assert text.count("<subnet>192.0.2.20</subnet>") == 1
    assert "<if>_vip0123456789abc</if>" in text


def test_frr_is_switched_on_with_its_whole_text() -> None:
    text = merge(frr=FRR)
    raw = inside(text, "installedpackages", "frrglobalraw", "config").says("frr")
    assert b64decode(raw).decode() == FRR
    bgp = inside(text, "installedpackages", "frrbgp", "config")
    assert (bgp.says("enable"), bgp.says("asnum")) == ("on", "64500")
    assert inside(text, "installedpackages", "frr", "config").says("password") == "secret"


@pytest.mark.parametrize(
    ("own", "frr", "rule"),
    [
        ("<pfsense><version>23.3</version></pfsense>", "", "R082"),
        (OWN.replace("<version>23.3", "<version>9.0"), "", "R082"),
        ('<?xml version="1.0"?>\n<opnsense><version>23.3</version></opnsense>', "", "R082"),
        (OWN.replace("<frr>", "<other>").replace("</frr>", "</other>"), "router bgp 64500\n", "R083"),
        (
            OWN.replace(
                "<installedpackages>",
                "<installedpackages><frrglobalraw><config><frr>"
                + b64encode(b"my own\n").decode()
                + "</frr></config></frrglobalraw>",
            ),
            "router bgp 64500\n",
            "R084",
        ),
    ],
)
def test_what_contradicts_is_refused(own: str, frr: str, rule: str) -> None:
    with pytest.raises(RenderError) as caught:
        merge(own, frr=frr)
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_what_a_person_has_to_look_after_is_told() -> None:
    notes = merged(OWN, VIEW, WANTED, lambda _: "", "config.xml")[1]
    assert [note.partition(":")[0] for note in notes] == ["the default gateway stays as it is"] * 2


def test_links_have_the_names_that_pfsense_gives_them() -> None:
    told: dict[str, str] = {}

    def frr(names):  # type: ignore[no-untyped-def]
        told.update(names)
        return ""

    merged(OWN, VIEW, WANTED, frr, "config.xml")
    assert told == {"talking": "gre1", "quiet": "gre2", "uplink": "igb0"}
