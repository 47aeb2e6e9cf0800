"""A network made ready for conversations."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from tests.simulate.network.bgp.drawing import SELF, near, network, peering, speaker

from catchment.designfile.load import load
from catchment.model.address import Address
from catchment.model.speakers import Profile
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.wiring import Wiring, rules_of
from catchment.simulate.network.tunnels import settled

EXAMPLES = Path(__file__).parents[4] / "examples"


def test_sessions_of_a_speaker_stand_by_family_in_the_order_of_the_peerings() -> None:
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64498)
    wiring = Wiring(network([a, b, c], peering(b, a), peering(a, c)), near, PROFILES)
    assert [session.number for session in wiring.outgoing["r1", 4]] == [1, 2]
    assert wiring.outgoing["r1", 6] == wiring.outgoing["r1", 4]


def test_the_igp_is_asked_once_for_each_pair() -> None:
    asked: list[tuple[str, Address]] = []

    def igp(name: str, hop: Address) -> int | None:
        asked.append((name, hop))
        return None

    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64497)
    wiring = Wiring(network([a, b, c], peering(a, b), peering(b, c, SELF)), igp, PROFILES)
    neighbour, nowhere = ip_address("192.0.2.1"), ip_address("192.0.2.99")
    costs = [wiring.judges["r2"].cost(hop) for hop in (neighbour, neighbour, nowhere, nowhere)]
    assert costs == [0, 0, None, None], "the eBGP neighbour is on a connected subnet, whatever the IGP knows"
    assert asked == [("r2", neighbour), ("r2", nowhere)]


def test_a_speaker_s_options_of_med_are_added_to_those_of_its_profile() -> None:
    plain, always = speaker(1, 64496), replace(speaker(2, 64496), always_compare_med=True)
    worst = replace(speaker(3, 64496), missing_med_is_worst=True)
    assert rules_of(plain, PROFILES) == PROFILES[Profile.DEFAULT]
    assert rules_of(always, PROFILES) == replace(PROFILES[Profile.DEFAULT], always_compare_med=True)
    assert rules_of(worst, PROFILES) == replace(PROFILES[Profile.DEFAULT], missing_med_is_worst=True)


def test_comparing_med_always_ends_the_oscillation_of_the_example() -> None:
    text = (EXAMPLES / "bad-gadget/med.yaml").read_text(encoding="utf-8")
    assert "reflectors:" in text
    for found, circles in ((text, 1), (text.replace("{reflectors:", "{med: always-compare, reflectors:"), 0)):
        design = load(found, "med.yaml").design
        assert design is not None
        bgp = settled(design.inside).tables.bgp
        assert bgp is not None
        assert len(bgp.oscillations) == circles
