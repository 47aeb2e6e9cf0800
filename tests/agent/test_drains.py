import json

import pytest

from catchment.agent.clock import now_s
from catchment.agent.drains import keep, kept, place
from catchment.agent.state import DrainState
from catchment.errors import MachineError


def test_a_drain_is_asked_for_again_as_it_was(tmp_path):
    path, at_s = tmp_path / "new" / "drains.json", now_s()
    keep(path, {"anycast": DrainState(asked_s=at_s - 100, until_s=at_s + 50, words="disk")})
    (again,) = kept(path)
    assert (again.names, again.words, again.now) == (("anycast",), "disk", False)
    assert again.begun_s == pytest.approx(at_s - 100, abs=0.05)
    assert again.until_s == pytest.approx(at_s + 50, abs=0.05)


def test_what_is_over_is_not_asked_for_again(tmp_path):
    path = tmp_path / "drains.json"
    keep(path, {"anycast": DrainState(asked_s=now_s() - 100, until_s=now_s() - 1)})
    assert kept(path) == ()


def test_without_an_end_it_stays(tmp_path):
    path = tmp_path / "drains.json"
    keep(path, {"anycast": DrainState(asked_s=now_s(), now=True)})
    assert kept(path)[0].until_s is None
    assert kept(path)[0].now


def test_people_can_read_it(tmp_path):
    path = tmp_path / "drains.json"
    keep(path, {"anycast": DrainState(asked_s=now_s(), words="disk")})
    held = json.loads(path.read_text())["drains"]["anycast"]
    assert held["because"] == "disk"
    assert held["asked"].endswith("+00:00")
    assert [one.name for one in tmp_path.iterdir()] == ["drains.json"]


def test_no_file_is_no_drain_and_one_that_says_nothing_certain_is_refused(tmp_path):
    path = tmp_path / "drains.json"
    assert kept(path) == ()
    for text in ("", "{}", "[]", '{"version": 2, "drains": {}}', '{"version": 1, "drains": {"a": {}}}'):
        path.write_text(text)
        with pytest.raises(MachineError, match="remove the file"):
            kept(path)


def test_the_file_is_where_it_is_told_or_in_systemds_directory_or_nowhere(tmp_path):
    assert place("", {}) is None
    assert str(place("", {"STATE_DIRECTORY": "/var/lib/one:/var/lib/two"})) == "/var/lib/one/drains.json"
    assert str(place("here.json", {"STATE_DIRECTORY": "/var/lib/one"})) == "here.json"
