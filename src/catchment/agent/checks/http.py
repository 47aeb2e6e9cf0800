"""Checks that a URL answers: its status, text in its body, its certificate. Asked at the given address. [I/O]

HTTP/1.1, one request for each connection (h11 reads the answer). Redirects are not followed: the status is what passes.
"""

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.sockets import Stream, stream
from catchment.agent.checks.tls import context, lasting
from catchment.model.probes import HttpProbe

if TYPE_CHECKING:
    import h11

MOST_BODY_BYTES = 2**20


async def http(probe: HttpProbe, attempt: Attempt) -> str:
    """See Kind. Without a text to look for, the body is not waited for."""
    url = urlsplit(probe.url)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    name = url.hostname or ""
    async with stream(probe.address, port, context(verify=probe.verify) if secure else None, name) as line:
        left = lasting(line, probe.days_left) if secure else ""
        status = await _answered(probe, url, line, attempt)
    return f"status {status}; {left}" if left else f"status {status}"


async def _answered(probe: HttpProbe, url: SplitResult, line: Stream, attempt: Attempt) -> int:
    import h11  # noqa: PLC0415  only where it is asked for

    ours = h11.Connection(h11.CLIENT)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = [("Host", url.netloc.rpartition("@")[2]), ("User-Agent", "catchment-agent"), ("Accept", "*/*")]
    headers += [("Accept-Encoding", "identity"), ("Connection", "close")]
    try:
        asked = h11.Request(method=probe.method, target=target, headers=headers)
        line[1].write((ours.send(asked) or b"") + (ours.send(h11.EndOfMessage()) or b""))
        status = await _status(ours, line)
        if status not in probe.statuses:
            raise Wrong(f"status {status}")
        attempt.seen = [f"status {status}"]
        if probe.body and not await _has(ours, line, probe.body.encode()):
            raise Wrong(f"status {status}, but the text is not in its body")
    except h11.RemoteProtocolError as error:
        raise Wrong(f"the answer is not HTTP: {str(error).partition(':')[0]}") from error  # without its bytes
    except h11.LocalProtocolError as error:
        raise Wrong(f"this cannot be asked: {error}") from error
    return status


async def _status(ours: "h11.Connection", line: Stream) -> int:
    import h11  # noqa: PLC0415

    while True:
        event = await _next(ours, line)
        if isinstance(event, h11.Response):  # informational ones (1xx) are passed over
            return event.status_code


async def _has(ours: "h11.Connection", line: Stream, text: bytes) -> bool:
    import h11  # noqa: PLC0415

    held = b""
    while len(held) < MOST_BODY_BYTES:
        event = await _next(ours, line)
        if not isinstance(event, h11.Data):
            return False
        held += event.data
        if text in held:
            return True
    return False


async def _next(ours: "h11.Connection", line: Stream) -> object:
    import h11  # noqa: PLC0415

    while (event := ours.next_event()) is h11.NEED_DATA:
        heard = await line[0].read(65536)
        if not heard and ours.their_state is h11.SEND_RESPONSE:
            raise Wrong("closed the connection without an answer")
        ours.receive_data(heard)  # nothing: the end, which may also end a body
    return event
