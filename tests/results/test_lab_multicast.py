"""When a count agrees with a prediction."""

from ipaddress import ip_address

import pytest

from catchment.results.lab_multicast import CountedGroup, CountedLink, CountedMulticast, CountedReceiver, fits


@pytest.mark.parametrize(
    ("predicted", "observed", "agrees"),
    [(50.0, 50, True), (50.0, 49, False), (50.0, 51, False), (0.0, 0, True), (0.0, 1, False), (12.5, 25, True)],
)
def test_whole_copies_have_to_be_met_and_parts_may_go_either_way(
    predicted: float, observed: int, agrees: bool
) -> None:
    assert fits(predicted, observed) is agrees


def link(observed: int, kind: str = "wire") -> CountedLink:
    return CountedLink(sender="s", link="a-b", near="a", far="b", kind=kind, predicted=50.0, observed=observed)


def group(*links: CountedLink, got: int = 50) -> CountedGroup:
    return CountedGroup(
        name="film",
        address=ip_address("232.1.1.1"),
        mode="ssm",
        sent=50,
        links=links,
        receivers=(CountedReceiver(sender="s", receiver="r", predicted=50, observed=got),),
        unicast=100.0,
    )


@pytest.mark.parametrize(
    ("one", "agrees"), [(group(link(50)), True), (group(link(50), link(0)), False), (group(link(50), got=49), False)]
)
def test_one_difference_anywhere_is_one(one: CountedGroup, agrees: bool) -> None:
    assert one.agrees is agrees
    assert CountedMulticast(title="t", groups=(one,), settled_s=None, left_out=()).agrees is agrees


def test_what_a_tunnel_carries_counts_on_its_wires_alone() -> None:
    assert group(link(50), link(50, kind="tunnel")).on_wires == 50
