import pytest
from tests.agent.test_journal import INCIDENT

from catchment.errors import DataError, UsageError
from catchment.workflows.agent.replay import replayed, simulated

FILE = """site: seoul
speaker: {kind: fake}
checks:
  dns: {tcp: {address: 192.0.2.53, port: 53}, rise: 2, fall: 2, window: 4}
  web: {tcp: {address: 192.0.2.80, port: 80}}
services:
  resolver: {all: [dns]}
announcements:
  anycast: {prefixes: [192.0.2.0/24], while: {all: [resolver]}}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(INCIDENT))
    return path


def test_a_journal_is_told_as_a_timeline(journal):
    found = list(replayed(journal, None))
    assert found[0].words == "begun: catchment 0 on ns1 of seoul"
    assert found[-1].words == "anycast: withdrawn, by health: its services are down"
    assert found[-1].at == "2001-09-09 01:46:43.000Z"
    assert not any(one.differs for one in found)


def test_a_decision_that_is_another_now_is_told(journal):
    journal.write_text("".join(INCIDENT).replace('"its services are down"', '"a mood"'))
    differing = [one.words for one in replayed(journal, None) if one.differs]
    assert len(differing) == 2
    assert all('"a mood"' in words and '"its services are down"' in words for words in differing)


def test_an_incident_is_replayed_under_another_policy(journal, file):
    file.write_text(FILE.replace("fall: 2, window: 4", "fall: 3, window: 90"))
    assert "withdrawn, by health" not in " ".join(one.words for one in replayed(journal, file))
    assert not any(one.differs for one in replayed(journal, file))


def test_what_is_no_journal_is_told_with_its_line(journal, tmp_path):
    journal.write_text("".join([*INCIDENT[:2], "hello\n", *INCIDENT[2:]]))
    with pytest.raises(DataError, match=r"journal\.jsonl:3: "):
        list(replayed(journal, None))
    with pytest.raises(DataError, match="cannot be read"):
        list(replayed(tmp_path / "absent", None))


def test_a_pattern_is_rehearsed(file):
    found = [one.words for one in simulated(file, None, ["dns=up 10 s, down 5 s"], ())]
    assert "anycast: announced (plain), by health: its services are up" in found
    assert found.index("anycast: withdrawn, by health: its services are down") > 0


def test_recorded_results_are_rehearsed_from_the_first_on(file, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text(
        "at_s,check,passed,words\n1000,dns,true,\n1001,dns,TRUE,\n1002,dns,false,refused\n1003,dns,false,\n"
    )
    found = list(simulated(file, path, (), ()))
    withdrawn = next(one for one in found if "withdrawn, by health: its services are down" in one.words)
    assert withdrawn.at_s == 3.0


def test_a_silent_speaker_is_rehearsed(file):
    found = [one.words for one in simulated(file, None, ["dns=up 10 s"], [(5.0, 8.0)])]
    assert any(words.startswith("the speaker answers again") for words in found)


def test_what_cannot_be_rehearsed_is_told(file, tmp_path):
    with pytest.raises(UsageError, match='there is no check "ntp"'):
        list(simulated(file, None, ["ntp=up 10 s"], ()))
    with pytest.raises(UsageError, match="is none of up 10 s"):
        list(simulated(file, None, ["dns=perhaps"], ()))
    path = tmp_path / "results.csv"
    for text, words in (
        ("at_s,check,passed\n1,ntp,true\n", "no check"),
        ("at_s,check,passed\n1,dns,maybe\n", "no result"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=words):
            list(simulated(file, path, (), ()))


def test_the_last_word_of_a_shorter_pattern_lasts(file):
    file.write_text(FILE.replace("all: [dns]", "all: [dns, web]"))
    found = [one.words for one in simulated(file, None, ["dns=up 60 s", "web=up 20 s"], ())]
    assert not any("not healthy" in words for words in found)
    assert found[-1].startswith("the speaker says: 192.0.2.0/24 of anycast is exported")


def test_a_check_that_is_silent_from_the_start_is_not_taken_for_one_that_passes(file):
    assert not any("announced (" in one.words for one in simulated(file, None, ["dns=silent 60 s"], ()))
