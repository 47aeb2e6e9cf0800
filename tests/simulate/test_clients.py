"""How much each network counts: by the data, by its country, by its AS number, the last one strongest."""

import pytest
from tests.internet.drawing import attributes, links, peers

from catchment.internet.assemble import assemble
from catchment.model.address import Asn
from catchment.model.clients import EVERYONE, Clients
from catchment.simulate.clients import client_weights

INTERNET = assemble(
    links(*peers(64500, 64496, 64497, 64498)),
    attributes((64496, 10.0, "KR", "", ""), (64497, 20.0, "KR", "", ""), (64498, 30.0, "NO", "", "")),
    None,
    (),
)


def weights(clients: Clients) -> dict[int, float | None]:
    """{AS number: weight}, None for who is no client."""
    weight, kept = client_weights(INTERNET, clients)
    rows = zip(INTERNET.graph.asn.tolist(), weight.tolist(), kept.tolist(), strict=True)
    return {asn: w if k else None for asn, w, k in rows}


def test_without_weights_of_the_design_those_of_the_data_count() -> None:
    assert weights(EVERYONE) == {64496: 10.0, 64497: 20.0, 64498: 30.0, 64500: 1.0}


def test_a_country_multiplies_and_an_as_number_replaces() -> None:
    given = Clients(by_country=(("KR", 3.0),), by_asn=((Asn(64497), 5.0),))
    assert weights(given) == {64496: 30.0, 64497: 5.0, 64498: 30.0, 64500: 1.0}


def test_only_leaves_out_who_is_named_in_neither() -> None:
    given = Clients(by_country=(("NO", 1.0),), by_asn=((Asn(64496), 0.0), (Asn(65551), 9.0)), only=True)
    assert weights(given) == {64496: 0.0, 64497: None, 64498: 30.0, 64500: None}


def test_the_data_are_not_changed() -> None:
    before = INTERNET.weight.copy()
    weight, _ = client_weights(INTERNET, Clients(by_country=(("KR", 3.0),)))
    weight[:] = 0
    assert INTERNET.weight.tolist() == pytest.approx(before.tolist())
