from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.delay_queue import MOST_WAITING, Waiting, Way


def never() -> float:
    return 1.0


def test_a_frame_comes_out_when_it_is_due_and_not_before() -> None:
    waiting, way = Waiting(never), Way(into=1, delay_s=5.0)
    waiting.put(b"x", way, 100.0)
    assert waiting.next_s() == 105.0
    assert list(waiting.due(104.999)) == []
    assert list(waiting.due(105.0)) == [(way, b"x")]
    assert waiting.next_s() is None
    assert (way.passed, way.waiting) == (1, 0)


def test_the_shorter_delay_comes_first_whatever_was_put_first() -> None:
    waiting, slow, fast = Waiting(never), Way(into=1, delay_s=9.0), Way(into=2, delay_s=1.0)
    waiting.put(b"slow", slow, 0.0)
    waiting.put(b"fast", fast, 1.0)
    assert waiting.next_s() == 2.0
    assert [frame for _, frame in waiting.due(2.0)] == [b"fast"]
    assert waiting.next_s() == 9.0


def test_what_the_dice_take_is_lost_and_counted() -> None:
    rolls = iter([0.1, 0.5, 0.29])
    waiting, way = Waiting(lambda: next(rolls)), Way(into=1, delay_s=0.0, loss=0.3)
    for frame in (b"1", b"2", b"3"):
        waiting.put(frame, way, 0.0)
    assert [frame for _, frame in waiting.due(0.0)] == [b"2"]
    assert (way.lost, way.passed) == (2, 1)


def test_a_flood_does_not_fill_the_memory() -> None:
    waiting, way, other = Waiting(never), Way(into=1, delay_s=1.0), Way(into=2, delay_s=1.0)
    for _ in range(MOST_WAITING + 3):
        waiting.put(b"", way, 0.0)
    waiting.put(b"mine", other, 0.0)
    assert way.dropped == 3
    assert other.dropped == 0
    assert len(list(waiting.due(2.0))) == MOST_WAITING + 1


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(0, 5)), max_size=40))
def test_nothing_overtakes_on_its_way_and_nothing_is_lost(steps: list[tuple[int, int]]) -> None:
    waiting, ways = Waiting(never), [Way(into=n, delay_s=delay) for n, delay in enumerate((0.0, 2.0, 2.0))]
    now, out = 0.0, []
    for number, (which, later) in enumerate(steps):
        now += later
        out += [(way.into, frame, now) for way, frame in waiting.due(now)]
        waiting.put(bytes((number,)), ways[which], now)
    out += [(way.into, frame, now + 9) for way, frame in waiting.due(now + 9)]
    for which in range(3):
        mine = [frame for into, frame, _ in out if into == which]
        assert mine == [bytes((number,)) for number, (into, _) in enumerate(steps) if into == which]
