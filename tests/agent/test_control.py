import asyncio
import grp
import os
import socket
import threading

import pytest

from catchment.agent.control import ask, serve
from catchment.errors import MachineError, UsageError
from catchment.model.agent_config import Control


async def echo(asked):
    if asked.get("ask") == "hang":
        await asyncio.sleep(60)
    if asked.get("ask") == "break":
        raise RuntimeError("our own bug")
    return {"ok": asked.get("ask") != "no", "asked": dict(asked), "error": "it may not be", "todo": "do otherwise"}


@pytest.fixture
def served(tmp_path):
    """A server in a thread; the Control to ask it by."""
    spec, loop, ready = (
        Control(socket=str(tmp_path / "run" / "control.sock")),
        asyncio.new_event_loop(),
        threading.Event(),
    )

    over = asyncio.Event()

    async def whole():
        server = await serve(spec, echo)
        ready.set()
        await over.wait()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(whole(),), daemon=True)
    thread.start()
    assert ready.wait(5)
    yield spec
    loop.call_soon_threadsafe(over.set)
    thread.join(5)


def test_a_question_is_answered(served):
    assert ask(served, {"ask": "status", "names": ("a", "b")})["asked"] == {"ask": "status", "names": ["a", "b"]}


def test_a_refusal_is_an_error_with_what_to_do(served):
    with pytest.raises(UsageError, match="it may not be\n    do otherwise"):
        ask(served, {"ask": "no"})


def test_whoever_asks_badly_disturbs_nobody(served):
    for words in (b"", b"\n", b"[1]\n", b"hello\n", b"\xff\xfe\n", b"{" * 100 + b"\n", b"{"):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(served.socket)
            line.sendall(words)
    assert ask(served, {"ask": "status"})["ok"]


def test_what_is_no_object_or_no_json_is_told_so(served):
    for words, error in ((b"[1]\n", "not an object"), (b"hello\n", "not JSON")):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(served.socket)
            line.sendall(words)
            assert error in line.recv(4096).decode()


def test_a_bug_in_an_answer_is_not_the_end_of_the_agent(served):
    with pytest.raises(UsageError):
        ask(served, {"ask": "break"}, wait_s=2)
    assert ask(served, {"ask": "status"})["ok"]


def test_a_silent_agent_is_told_with_what_that_means(served):
    with pytest.raises(UsageError, match=r"does not answer within 0\.2 s"):
        ask(served, {"ask": "hang"}, wait_s=0.2)


def test_without_an_agent_it_is_told_how_to_start_one(tmp_path):
    with pytest.raises(UsageError, match="no agent answers"):
        ask(Control(socket=str(tmp_path / "control.sock")), {"ask": "status"})


def test_two_at_one_socket_are_refused(served):
    with pytest.raises(MachineError, match="another agent answers here"):
        asyncio.run(serve(served, echo))


def test_a_socket_that_a_dead_agent_left_is_taken_over(tmp_path):
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    server = asyncio.run(_serve_and_close(Control(socket=str(path))))
    assert server is not None


async def _serve_and_close(spec):
    server = await serve(spec, echo)
    server.close()
    return server


def test_only_the_owner_and_the_named_group_may_ask(tmp_path):
    async def modes(group):
        spec = Control(socket=str(tmp_path / f"{group}.sock"), group=group)
        server = await serve(spec, echo)
        status = os.stat(spec.socket)
        server.close()
        return status.st_mode & 0o777, status.st_gid

    assert asyncio.run(modes(""))[0] == 0o600
    ours = grp.getgrgid(os.getgid()).gr_name
    assert asyncio.run(modes(ours)) == (0o660, os.getgid())


def test_a_group_that_does_not_exist_is_told(tmp_path):
    spec = Control(socket=str(tmp_path / "control.sock"), group="nobody-has-this-group")
    with pytest.raises(MachineError, match='there is no group "nobody-has-this-group"'):
        asyncio.run(serve(spec, echo))


def test_a_place_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="cannot listen"):
        asyncio.run(serve(Control(socket=str(tmp_path / "file" / "control.sock")), echo))
