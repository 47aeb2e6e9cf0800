from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.fleet.memory import Memory

from catchment.agent.fleet.slots import (
    Picture,
    Seat,
    appear,
    folder_range,
    grant,
    picture,
    refusal,
    stayers,
    vanish,
)
from catchment.model.agent import Fallback, Guard

SEAT = Seat(prefix="/catchment", name="anycast", who="seoul/a", attempt="1")
EVERYBODY = frozenset({"seoul/a", "seoul/b", "busan/a", "jeju/a"})


def filled(*who: str, name: str = "anycast") -> Memory:
    memory = Memory()
    for one in who:
        memory.txn(appear(replace(SEAT, who=one, name=name), 1, "up"))
    return memory


def read(memory: Memory, seat: Seat = SEAT) -> Picture:
    return picture(seat, memory.range(folder_range(seat)))


def test_what_was_written_is_read_again():
    memory = filled("seoul/a", "busan/a")
    filled_more = filled("jeju/a", name="anycast2").keys
    memory.keys |= filled_more
    assert read(memory).present == {"seoul/a", "busan/a"}
    memory.txn(grant(Guard(least_others=1), SEAT, read(memory), 2))
    assert read(memory).present == {"busan/a"}
    assert read(memory).withdrawn == {("seoul/a", "1")}
    assert read(memory).turn > 0


def test_names_with_slashes_are_names():
    seat = replace(SEAT, name="a/b %", prefix="/fleet/")
    memory = Memory()
    memory.txn(appear(seat, 1, "up"))
    assert read(memory, seat).present == {"seoul/a"}
    assert list(memory.keys) == ["/fleet/v1/a%2Fb%20%25/present/seoul/a"]
    assert vanish(seat)["key"] == appear(seat, 1, "up")["success"][0]["request_put"]["key"]


def test_as_few_as_are_enough_must_stay_and_one_of_each_site_first():
    assert stayers(Guard(least_others=1), "seoul/a", EVERYBODY) == ("busan/a",)
    assert stayers(Guard(least_others=3), "seoul/a", EVERYBODY) == ("busan/a", "jeju/a", "seoul/b")
    assert stayers(Guard(least_others=4), "seoul/a", EVERYBODY) is None
    assert stayers(Guard(least_sites=3), "seoul/a", EVERYBODY) == ("busan/a", "jeju/a", "seoul/b")
    assert stayers(Guard(least_sites=3), "seoul/a", EVERYBODY - {"seoul/b"}) is None
    assert stayers(Guard(most=1), "seoul/a", frozenset()) == ()
    assert stayers(Guard(least_others=9, last=Fallback.WITHDRAW), "seoul/a", frozenset()) == ()


def test_what_others_used_counts_and_what_we_ask_for_again_does_not():
    seen = Picture(present=EVERYBODY, withdrawn=frozenset({("jeju/b", "9"), ("seoul/a", "1")}))
    assert refusal(Guard(most=2), SEAT, seen) == ""
    assert "1 were withdrawn" in refusal(Guard(most=1), SEAT, seen)
    assert "2 were withdrawn" in refusal(Guard(most=2), replace(SEAT, attempt="2"), seen)
    assert "0 others" in refusal(Guard(least_others=1), SEAT, replace(seen, present=frozenset({"seoul/a"})))


def test_a_presence_that_comes_late_does_not_undo_a_grant():
    memory = filled("seoul/a", "busan/a")
    late = appear(SEAT, 1, "up")
    assert memory.txn(grant(Guard(least_others=1), SEAT, read(memory), 2))[0]
    assert not memory.txn(late)[0]
    assert read(memory).present == {"busan/a"}
    assert memory.txn(appear(replace(SEAT, attempt="2"), 1, "up"))[0]


def test_a_grant_fails_when_those_who_were_to_stay_went():
    memory = filled("seoul/a", "busan/a")
    seen = read(memory)
    memory.keys.pop(SEAT.present_of("busan/a"))
    done, answers = memory.txn(grant(Guard(least_others=1), SEAT, seen, 2))
    assert not done
    assert refusal(Guard(least_others=1), SEAT, picture(SEAT, answers[0]["response_range"]["kvs"]))


def asking(memory: Memory, guard: Guard, seat: Seat) -> Iterator[bool | None]:
    """A client as agent/fleet/sharing does it, one way to the store at a time; what it yields last is its answer."""
    yield None
    rows = memory.range(folder_range(seat))
    while True:
        yield None
        seen = picture(seat, rows)
        if refusal(guard, seat, seen):
            yield False
            return
        done, answers = memory.txn(grant(guard, seat, seen, 1))
        if done:
            yield True
            return
        rows = answers[0]["response_range"]["kvs"]


@settings(max_examples=120, deadline=None)
@given(
    guard=st.builds(
        Guard, least_others=st.integers(0, 3), least_sites=st.integers(0, 2), most=st.integers(0, 3)
    ).filter(lambda guard: guard.asks),
    order=st.lists(st.integers(0, 5), max_size=80),
    lost=st.sets(st.integers(0, 40), max_size=3),
)
def test_whatever_the_order_no_grant_leaves_too_few_and_there_are_never_too_many(guard, order, lost):
    """Six agents die at once and ask; some presences are lost on the way. The law is looked at after each step."""
    names = [f"{site}/{host}" for site in ("seoul", "busan", "jeju") for host in "ab"]
    memory = filled(*names)
    clients = {name: asking(memory, guard, replace(SEAT, who=name)) for name in names}
    granted: set[str] = set()
    steps = [*order, *(n % 6 for n in range(200))]
    for number, turn in enumerate(steps):
        if number in lost:
            memory.keys.pop(SEAT.present_of(names[(turn + 1) % 6]), None)
        if next(clients[names[turn]], None):
            granted.add(names[turn])
            left = read(memory).present
            assert names[turn] not in left
            assert not left & granted
            assert len(left) >= guard.least_others
            assert len({one.partition("/")[0] for one in left}) >= guard.least_sites
            assert not guard.most or len(granted) <= guard.most
    if not lost and not guard.least_sites:  # then as many go as may: nobody is kept for a race that he lost
        assert len(granted) == min(guard.most or 6, 6 - guard.least_others)
