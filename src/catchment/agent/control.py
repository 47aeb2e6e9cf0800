"""The socket at which people ask the agent: one JSON object a line, one line in answer. [I/O]

{"ask": "status"}    {"ask": "drain", "names": ["anycast"], "until_s": 600, "words": "disk", "force": false}
{"ok": true, ...}    {"ok": false, "error": "..."}
"""

import asyncio
import grp
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from catchment.errors import MachineError, Problem, UsageError
from catchment.model.agent_config import Control

Answer = dict[str, Any]
Answerer = Callable[[Mapping[str, Any]], Awaitable[Answer]]
MOST_BYTES = 1 << 20
ANSWER_S = 10.0


async def serve(control: Control, answer: Answerer) -> asyncio.Server:
    """Listen. A socket that a dead agent left is taken over; one at which somebody answers is not.

    Raises MachineError when it cannot be made.
    """
    path = Path(control.socket)
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _must_be_free(path)
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(
                lambda r, w: _serve_one(answer, r, w), str(path), limit=MOST_BYTES
            )
        finally:
            os.umask(before)
        if control.group:
            os.chown(path, -1, grp.getgrnam(control.group).gr_gid)
            path.chmod(0o660)
    except KeyError as error:
        what = f'there is no group "{control.group}"'
        raise MachineError(Problem(where=str(path), what=what, todo=f"addgroup {control.group}")) from error
    except OSError as error:
        what = f"cannot listen: {error.strerror or error}"
        raise MachineError(Problem(where=str(path), what=what, todo="name another socket under control:")) from error
    return server


def _must_be_free(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            path.unlink()
            return
    what = "another agent answers here"
    raise MachineError(Problem(where=str(path), what=what, todo="catchment agent status; stop it first"))


async def _serve_one(answer: Answerer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, TimeoutError, ValueError):  # whoever asks badly is left
        async with asyncio.timeout(ANSWER_S):
            line = await reader.readline()
        try:
            asked = json.loads(line)
            said = await answer(asked) if isinstance(asked, dict) else {"ok": False, "error": "not an object"}
        except json.JSONDecodeError as error:
            said = {"ok": False, "error": f"not JSON: {error}"}
        writer.write(json.dumps(said).encode() + b"\n")
        await writer.drain()
    writer.close()


def ask(control: Control, asked: Mapping[str, Any], wait_s: float = ANSWER_S) -> Answer:
    """Ask an agent that runs, and wait for its answer. Raises UsageError when there is none, or when it refuses."""
    where = control.socket
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(wait_s)
            line.connect(where)
            line.sendall(json.dumps(dict(asked)).encode() + b"\n")
            held = b""
            while not held.endswith(b"\n"):
                more = line.recv(65536)
                if not more:
                    raise ConnectionError("it closed the connection")
                held += more
    except PermissionError as error:
        todo = "be root, or in the group that control: names"
        raise UsageError(Problem(where=where, what="you may not ask this agent", todo=todo)) from error
    except TimeoutError as error:
        what = f"the agent does not answer within {wait_s:g} s"
        raise UsageError(Problem(where=where, what=what, todo="is it stopped? its guardian has withdrawn")) from error
    except OSError as error:
        what = f"no agent answers: {error.strerror or error}"
        raise UsageError(Problem(where=where, what=what, todo="catchment agent run FILE")) from error
    answer: Answer = json.loads(held)
    if not answer.get("ok"):
        raise UsageError(Problem(where=where, what=str(answer.get("error")), todo=str(answer.get("todo", ""))))
    return answer
