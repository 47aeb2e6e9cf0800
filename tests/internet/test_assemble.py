"""Links, attributes and locations, each in an order of its own, become one Internet in the graph's order."""

import numpy as np
import pytest
from tests.internet.drawing import attributes, links, locations, peers, sells

from catchment.errors import DataError
from catchment.internet.assemble import assemble
from catchment.internet.internet import Internet
from catchment.results.catchment import Known
from catchment.results.provenance import Source

NAN = float("nan")
LINKS = links(*sells(64510, 64497, 64496), *peers(64496, 64499))


def of(internet: Internet, asn: int) -> tuple[float, bytes, str, str]:
    node = internet.graph.node(asn)
    assert node is not None
    kind = internet.kinds[internet.kind[node]]
    return float(internet.weight[node]), bytes(internet.country[node]), kind, internet.name(node)


def test_attributes_stand_at_the_as_they_belong_to() -> None:
    given = attributes(
        (1, 9.0, "US", "Academic", "not in the graph"),
        (64496, 2.5, "KR", "Content", "Beispiel-Netz Köln"),
        (64499, NAN, "", "Content", ""),
        (64510, 0.0, "NO", "", "Carrier"),
    )
    internet = assemble(LINKS, given, None, ())
    assert of(internet, 64496) == (2.5, b"KR", "Content", "Beispiel-Netz Köln")
    assert of(internet, 64499) == (1.0, b"", "Content", "")  # a weight that is not known counts 1
    assert of(internet, 64510) == (0.0, b"NO", "", "Carrier")
    assert of(internet, 64497) == (1.0, b"", "", "")  # not named at all
    assert internet.graph.node(1) is None
    assert internet.kinds[0] == ""


def test_without_attributes_every_as_counts_one() -> None:
    for given in (None, attributes()):
        internet = assemble(LINKS, given, None, ())
        assert internet.weight.tolist() == [1.0] * 4
        assert internet.kinds == ("",)
        assert [internet.name(node) for node in range(4)] == [""] * 4


def test_locations_and_countries_become_places() -> None:
    given = attributes((64497, 1.0, "NO", "", ""))
    internet = assemble(LINKS, given, locations([(64499, 37.5, 127.0), (1, 0, 0)]), ())
    geography = internet.geography
    known = {int(asn): Known(k) for asn, k in zip(internet.graph.asn, geography.known, strict=True)}
    assert known == {
        64510: Known.NEIGHBOURS,  # a transit network is where its customers are
        64496: Known.UNKNOWN,
        64497: Known.COUNTRY,
        64499: Known.GIVEN,
    }
    node = internet.graph.node(64499)
    assert node is not None
    assert geography.point[geography.point_ptr[node]].tolist() == [37.5, 127.0]


def test_sources_are_kept_and_arrays_cannot_be_written() -> None:
    sources = (Source(what="AS relationships", name="as-rel.txt", sha256="ab"),)
    internet = assemble(LINKS, None, None, sources)
    assert internet.sources == sources
    for name in Internet.__dataclass_fields__:
        value = getattr(internet, name)
        assert not isinstance(value, np.ndarray) or not value.flags.writeable, name


def test_beyond_255_kinds_the_rarest_are_left_empty() -> None:
    rows = [(asn, 1.0, "", f"kind {asn}", "") for asn in range(1, 300)]
    rows += [(asn, 1.0, "", "often", "") for asn in range(300, 310)]
    internet = assemble(links(*peers(400, *range(1, 310))), attributes(*rows), None, ())
    assert len(internet.kinds) == 256
    assert internet.kinds[1] == "often"
    assert of(internet, 305)[2] == "often"
    assert sum(internet.kind == 0) == 1 + 299 - 254


def test_no_links_are_no_internet() -> None:
    with pytest.raises(DataError):
        assemble(links(), None, None, ())
