from catchment.agent.fleet.refusals import Refusals


def test_a_flood_is_said_once_a_second_with_its_size():
    refusals = Refusals()
    said = [refusals.note("forged", "192.0.2.9", at_s / 1000) for at_s in range(2500)]
    assert [words for words in said if words] == [
        "gossip: refused 1 forged; the last came from 192.0.2.9",
        "gossip: refused 1000 forged; the last came from 192.0.2.9",
        "gossip: refused 1000 forged; the last came from 192.0.2.9",
    ]
    assert refusals.counts == {"forged": 2500}


def test_reasons_are_told_apart_and_the_most_frequent_comes_first():
    refusals = Refusals()
    refusals.note("foreign", "192.0.2.9", 0)
    for why in ("replayed", "forged", "forged"):
        assert refusals.note(why, "192.0.2.9", 0.5) == ""
    assert refusals.note("forged", "2001:db8::9", 1.0).startswith("gossip: refused 3 forged, 1 replayed; ")


def test_our_own_words_are_no_news():
    refusals = Refusals()
    assert refusals.note("our own", "192.0.2.1", 0) == ""
    assert not refusals.counts
