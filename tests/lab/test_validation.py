"""Programs that hand out validated prefixes: one for each place where a router is asked."""

from ipaddress import ip_address

from catchment.lab.nodes import Kind, Node
from catchment.lab.validation import at, validators, wanted_at

FOUR, SIX = ip_address("192.0.2.1"), ip_address("2001:db8::1")


def test_a_program_for_each_place() -> None:
    node = Node(name="cache", kind=Kind.ROUTER, validates_at=((FOUR, 323), (SIX, 8282)))
    one, other = validators(node)
    assert (one.name, other.name) == ("stayrtr", "stayrtr-1")
    assert one.words[one.words.index("-bind") + 1] == "192.0.2.1:323"
    assert other.words[other.words.index("-bind") + 1] == "[2001:db8::1]:8282"
    assert list(validators(Node(name="r1", kind=Kind.ROUTER))) == []


def test_who_is_asked_by_several_has_one_place() -> None:
    asked = [("cache", FOUR, 323), ("r1", SIX, 323), ("cache", FOUR, 323), ("cache", SIX, 323)]
    assert wanted_at(asked) == {"cache": ((FOUR, 323), (SIX, 323)), "r1": ((SIX, 323),)}
    assert at(SIX, 1) == "[2001:db8::1]:1"
