import asyncio
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from catchment.agent.exposing import AT_ONCE, keep_served, keep_written, serve, write
from catchment.errors import MachineError


def visit(ask, page=lambda: "catchment_build_info 1\n"):
    """What a visitor gets that speaks to a server."""

    async def both():
        server = await serve("127.0.0.1:0", page)
        port = server.sockets[0].getsockname()[1]
        try:
            return await ask(port)
        finally:
            server.close()

    return asyncio.run(both())


def http(path, method="GET"):
    async def ask(port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)

        def go():
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()

        return await asyncio.to_thread(go)

    return ask


def raw(sent):
    async def ask(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), 8)
        return b""

    return ask


def test_prometheus_gets_the_page():
    kind = "text/plain; version=0.0.4; charset=utf-8"
    assert visit(http("/metrics")) == (200, kind, b"catchment_build_info 1\n")
    assert visit(http("/metrics?collect=all"))[2] == b"catchment_build_info 1\n"
    assert visit(http("/metrics", "HEAD"))[2] == b""


def test_nothing_else_is_answered():
    for path, method, status in (("/", "GET", 404), ("/metrics", "POST", 405)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            visit(http(path, method))
        assert refused.value.code == status


def test_a_request_without_an_end_is_left():
    assert visit(raw(b"GET /metrics HTTP/1.1\r\n" + b"x: y\r\n" * 4000)) == b""
    assert visit(raw(b"\x16\x03\x01\r\n\r\n")).startswith(b"HTTP/1.1 405")


def test_many_idle_visitors_do_not_keep_others_out_for_ever_nor_cost_more_than_their_number():
    async def ask(port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(AT_ONCE)]
        await asyncio.sleep(0.05)
        refused = await raw(b"GET /metrics HTTP/1.1\r\n\r\n")(port)
        for _, writer in idle:
            writer.close()
        await asyncio.sleep(0.1)
        return refused, await raw(b"GET /metrics HTTP/1.1\r\n\r\n")(port)

    refused, served = visit(ask)
    assert refused == b""
    assert served.startswith(b"HTTP/1.1 200")


def test_a_place_that_is_taken_is_an_error_of_the_machine():
    async def twice(port):
        with pytest.raises(MachineError, match="cannot be served"):
            await serve(f"127.0.0.1:{port}", str)

    visit(twice)


def test_a_file_is_replaced_whole_and_others_can_read_it(tmp_path):
    path = tmp_path / "catchment.prom"
    write(path, "a 1\n")
    with path.open() as old:
        write(path, "b 2\n")
        assert old.read() == "a 1\n", "who reads the old one reads it to its end"
    assert path.read_text() == "b 2\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["catchment.prom"]


def test_a_folder_that_is_missing_is_told_once(tmp_path):
    said = []

    async def write_for_a_while():
        with suppress(TimeoutError):
            await asyncio.wait_for(keep_written(tmp_path / "no" / "x.prom", str, said.append, 0.01), 0.2)

    asyncio.run(write_for_a_while())
    assert len(said) == 1
    assert "No such file" in said[0]


def test_a_port_that_is_taken_is_told_once_and_served_when_it_is_free():
    said = []

    async def wait_for_it():
        holder = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = holder.sockets[0].getsockname()[1]
        serving = asyncio.create_task(keep_served(f"127.0.0.1:{port}", str, said.append, again_s=0.02))
        await asyncio.sleep(0.2)
        holder.close()
        await asyncio.sleep(0.2)
        answer = await raw(b"GET /metrics HTTP/1.1\r\n\r\n")(port)
        serving.cancel()
        return answer

    assert asyncio.run(wait_for_it()).startswith(b"HTTP/1.1 200")
    assert len(said) == 1
