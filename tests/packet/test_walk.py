"""What a walk notes: layers, checks, and bytes that are left over or missing."""

from catchment.packet.udp import Udp
from catchment.packet.walk import Trailer, Verdict, Walk


def test_a_layer_ends_where_its_fields_do() -> None:
    walk = Walk(data=bytes(20))
    assert walk.add("UDP", Udp(source=1, destination=2), 4, ends=("1", "2")) == 12
    assert (walk.layers[0].start, walk.layers[0].end, walk.layers[0].source) == (4, 12, "1")


def test_bytes_behind_a_layer_are_a_trailer() -> None:
    walk = Walk(data=bytes(20))
    assert walk.narrow("IPv4", 15, 20) == 15
    assert walk.trailers == [Trailer(kind="unknown", start=15, end=20)]
    assert walk.narrow("IPv4", 15, 15) == 15
    assert len(walk.trailers) == 1


def test_a_layer_that_wants_more_than_there_is_lies_unless_the_frame_was_cut() -> None:
    lying = Walk(data=bytes(20))
    assert lying.narrow("IPv4", 25, 20) == 20
    assert lying.problems == ["IPv4 tells of 5 bytes more than there are"]
    assert lying.cut
    cut = Walk(data=bytes(20), cut="cut")
    assert cut.narrow("IPv4", 25, 20) == 20
    assert cut.problems == []


def test_a_check_is_right_wrong_or_not_to_be_known() -> None:
    walk = Walk(data=b"")
    for computed in (5, 6, None):
        walk.check("UDP", 6, 5, computed)
    assert [check.verdict for check in walk.checks] == [Verdict.RIGHT, Verdict.WRONG, Verdict.UNKNOWN]


def test_no_rest_is_no_layer() -> None:
    walk = Walk(data=bytes(4))
    walk.rest(4, 4)
    walk.rest(2, 4, "what")
    assert [(layer.start, layer.what) for layer in walk.layers] == [(2, "what")]
