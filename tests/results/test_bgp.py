"""Results of BGP: a verdict in words."""

from catchment.model.speakers import Attributes
from catchment.results.bgp import Heard


def test_a_verdict_is_a_standing_and_its_reason() -> None:
    best = Heard(
        neighbour="", source="own", address=None, attributes=Attributes(), weight=0, igp_cost=0, standing="best"
    )
    lost = Heard(
        neighbour="kt", source="eBGP", address=None, attributes=Attributes(), weight=0, igp_cost=0,
        standing="lost", why="longer AS path",
    )  # fmt: skip
    assert [best.verdict, lost.verdict] == ["best", "lost: longer AS path"]
