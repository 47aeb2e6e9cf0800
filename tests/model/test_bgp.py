"""A session of BGP: what is assumed when nothing is said, and that it cannot be changed behind one's back."""

from dataclasses import FrozenInstanceError

import pytest

from catchment.model.address import Asn
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT, Relation, Session


def test_a_plain_session_announces_once_to_everyone() -> None:
    session = Session(neighbour=Asn(64496), relation=Relation.TRANSIT)
    assert (session.prepend, session.med, session.communities, session.no_export) == (0, None, (), False)


def test_a_session_cannot_be_changed() -> None:
    session = Session(neighbour=Asn(64496), relation=Relation.PEER)
    with pytest.raises(FrozenInstanceError):
        session.prepend = 3  # type: ignore[misc]


def test_well_known_communities_are_those_of_rfc_1997() -> None:
    assert [int(high) << 16 | int(low) for high, low in (word.split(":") for word in (NO_EXPORT, NO_ADVERTISE))] == [
        0xFFFF << 16 | 0xFF01,
        0xFFFF << 16 | 0xFF02,
    ]


def test_relations_are_written_as_in_the_design_file() -> None:
    assert [str(relation) for relation in Relation] == ["transit", "peer", "customer", "route-server"]
