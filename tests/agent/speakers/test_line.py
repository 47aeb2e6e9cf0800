import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catchment.agent.speakers.line import Line
from catchment.agent.speakers.speaker import NotRunning, SpeakerSilent


def whole(data: bytes) -> bool:
    return data.endswith(b".")


@contextmanager
def daemon(path: Path, *answers: bytes) -> Iterator[list[bytes]]:
    """Takes connections one after the other; each answer is for one question, b"" ends the connection."""
    heard: list[bytes] = []
    waiting = list(answers)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            while waiting:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                while waiting:
                    data = line.recv(4096)
                    if not data:
                        break
                    heard.append(data)
                    answer = waiting.pop(0)
                    if not answer:
                        break
                    for piece in answer.split(b"|"):
                        line.sendall(piece)
                        time.sleep(0.01)
                line.close()

        threading.Thread(target=serve, daemon=True).start()
        yield heard


def line_to(path: Path, timeout_s: float = 1.0, hello: tuple[bytes, ...] = ()) -> Line:
    return Line("the daemon", str(path), timeout_s, whole, hello)


def test_an_answer_may_come_in_pieces(tmp_path):
    with daemon(tmp_path / "s", b"one|two|three."):
        assert line_to(tmp_path / "s").ask(b"?", 100) == b"onetwothree."


def test_a_connection_that_ended_is_opened_once_more_with_its_hello(tmp_path):
    with daemon(tmp_path / "s", b"hi.", b"1.", b"", b"hi.", b"2.") as heard:
        line = line_to(tmp_path / "s", hello=(b"hello",))
        assert line.ask(b"a", 100) == b"1."
        assert line.ask(b"b", 100) == b"2."
        assert heard == [b"hello", b"a", b"b", b"hello", b"b"]
        assert line.opened == 2


def test_where_nobody_listens_nothing_runs(tmp_path):
    with pytest.raises(NotRunning):
        line_to(tmp_path / "s").ask(b"?", 100)
    with daemon(tmp_path / "s"):
        pass
    with pytest.raises(NotRunning):
        line_to(tmp_path / "s").ask(b"?", 100)


def test_no_answer_in_time_is_silence_and_the_next_question_has_a_new_connection(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
        deaf.bind(str(tmp_path / "s"))
        deaf.listen()
        line = line_to(tmp_path / "s", 0.2)
        for _ in range(2):
            began_s = time.monotonic()
            with pytest.raises(SpeakerSilent, match=r"within 0\.2 s"):
                line.ask(b"?", 100)
            assert time.monotonic() - began_s < 0.5
        assert line.opened == 2


def test_who_does_not_stop_talking_is_not_believed(tmp_path):
    with daemon(tmp_path / "s", b"x" * 5000), pytest.raises(SpeakerSilent, match="stop talking"):
        line_to(tmp_path / "s").ask(b"?", 1000)


@pytest.mark.parametrize("stubborn", [False, True])
def test_the_process_at_the_other_end_can_be_ended_also_one_that_hangs(tmp_path, stubborn):
    path = tmp_path / "s"
    code = f"""
import signal, socket, time
if {stubborn}: signal.signal(signal.SIGTERM, signal.SIG_IGN)
one = socket.socket(socket.AF_UNIX); one.bind({str(path)!r}); one.listen(); time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code]) as victim:
        try:
            until_s = time.monotonic() + 5
            while not path.exists():
                assert time.monotonic() < until_s
                time.sleep(0.01)
            time.sleep(0.05)  # bound, and a moment later listening
            line_to(path, 0.4).end_listener()
            assert victim.wait(2) == (-9 if stubborn else -15)
        finally:
            victim.kill()
    line_to(path).end_listener()  # there is nobody any more
