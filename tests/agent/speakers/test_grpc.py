import socket

import pytest

pytest.importorskip("h2", reason="GoBGP's API needs h2; pip install 'catchment[agent]'")

from catchment.agent.speakers.grpc import Calls, Refused, _messages
from catchment.agent.speakers.speaker import NotRunning, SpeakerSilent


def test_where_nobody_listens_nothing_runs(tmp_path):
    with pytest.raises(NotRunning):
        Calls("the server", f"unix:{tmp_path / 'none'}", 0.5).call("/a.B/C")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotRunning):
            Calls("the server", f"127.0.0.1:{taken.getsockname()[1]}", 0.5).call("/a.B/C")


def test_no_answer_in_time_is_silence(tmp_path):
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "s"))
        deaf.listen()
        calls = Calls("the server", f"unix://{tmp_path / 's'}", 0.2)
        with pytest.raises(SpeakerSilent, match=r"within 0\.2 s"):
            calls.call("/a.B/C")
        calls.close()


def test_messages_are_cut_by_their_lengths():
    assert _messages(b"\0\0\0\0\x02ab\0\0\0\0\0\0\0\0\0\x01c") == [b"ab", b"", b"c"]


def test_a_status_is_told_in_words():
    calls = Calls("the server", "127.0.0.1:1", 0.1)
    with pytest.raises(Refused, match="refuses C: not here"):
        calls._answered("/a.B/C", {"grpc-status": "5", "grpc-message": "not%20here"}, b"")
    assert calls._answered("/a.B/C", {"grpc-status": "0"}, b"\0\0\0\0\x01x") == [b"x"]
