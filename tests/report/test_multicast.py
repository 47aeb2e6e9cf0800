"""Trees as text and as data: what is drawn is what was found; examples/multicast-and-anycast shows the whole."""

import json
import re

from rich.console import Console
from tests.simulate.network.multicast.played import design_of, play

from catchment.report.multicast import group_text, multicast_data, multicast_text
from catchment.results.multicast import GroupResult, Multicast
from catchment.results.provenance import Provenance
from catchment.simulate.network.topology import Down

TEXT = """
networks:
  corp:
    igp: ospf
    routers: [seoul, daejeon, busan]
    links:
      - {between: [seoul, daejeon], delay: 1 ms, rate: 10 Mbps}
      - {between: [daejeon, busan], delay: 2 ms}
clients: {office: busan, lab: busan}
multicast:
  film: {group: [232.1.1.1], from: seoul, to: [office, lab, daejeon], rate: 2 Mbps}
  health: {group: 239.192.0.1, from: seoul, to: busan, rp: busan}
"""


def shown(group: GroupResult, *, messages: bool = False) -> str:
    console = Console(width=132, highlight=False)
    with console.capture() as capture:
        console.print(group_text(group, messages=messages))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_a_tree_is_drawn_as_a_tree_with_its_receivers_as_leaves() -> None:
    assert """
seoul sends from 192.0.2.1
└── seoul  TTL 64
    └── daejeon  over seoul-daejeon, TTL 64
        ├── ● daejeon  1 ms
        └── busan  over daejeon-busan, TTL 63
            ├── ● lab  3 ms
            └── ● office  3 ms
""" in shown(play(design_of(TEXT)))


def test_copies_stand_beside_those_of_unicast() -> None:
    text = shown(play(design_of(TEXT)))
    assert "seoul-daejeon  seoul    daejeon          1        3  2 Mbps of 10 Mbps" in text
    assert "daejeon-busan  daejeon  busan            1        2             2 Mbps" in text
    assert "one packet: 2 copies on wires, 5 by unicast: 60% saved" in text


def test_the_first_packet_and_messages_are_told() -> None:
    text = shown(play(design_of(TEXT), 1), messages=True)
    assert "the first packet goes in Registers to busan" in text
    assert re.search(r"1  Register +seoul +busan +unicast", text)
    assert "Register-Stop" in text
    assert "Register-Stop" not in shown(play(design_of(TEXT), 1))


def test_who_is_lost_is_named_in_the_tree() -> None:
    text = shown(play(design_of(TEXT), down=Down(links=frozenset({"daejeon-busan"}))))
    assert "✗ office is not reached, and was before" in text
    assert "1 copy on wires, 1 by unicast as far as either goes" in text
    assert "links left: daejeon-busan to busan" in text
    assert "M001 office, lab miss what seoul sends" in text
    assert "the same" in text


def whole(*groups: GroupResult) -> Multicast:
    return Multicast(title="demo: multicast", groups=groups, notes=("a note",), provenance=Provenance(program="x"))


def test_a_second_address_with_the_same_trees_is_one_line() -> None:
    first = play(design_of(TEXT))
    console = Console(width=132, highlight=False)
    with console.capture() as capture:
        console.print(multicast_text(whole(first, first)))
    assert capture.get().count("seoul sends from") == 1
    assert "as at 232.1.1.1" in capture.get()


def test_json_has_the_same_facts() -> None:
    group = play(design_of(TEXT))
    data = json.loads(json.dumps(multicast_data(whole(group))))["groups"][0]
    assert (data["name"], data["address"], data["mode"], data["delivered"]) == ("film", "232.1.1.1", "ssm", True)
    assert (data["copies"], data["unicast"]) == (2, 5)
    (tree,) = data["trees"]
    assert [branch["router"] for branch in tree["branches"]] == ["seoul", "daejeon", "busan"]
    assert tree["first_packet"] == tree["branches"]
    assert {one["member"]: (one["copies"], one["ttl"]) for one in tree["receivers"]} == {
        "office": (1, 62), "lab": (1, 62), "daejeon": (1, 64),
    }  # fmt: skip
    assert data["memberships"][0]["protocol"] == "IGMPv3"
    assert [link["rate_bps"] for link in data["links"]] == [2e6, 2e6]
