"""A server that says its name, over loopback."""

import socket
import struct
import subprocess
import sys
import time

import pytest

from catchment.lab import http
from catchment.lab.answering import Server, reply, said_to
from catchment.lab.dns import question, read
from catchment.lab.spoken import Protocol, Spoken

SERVE = """
from catchment.lab.answering import Server
from catchment.lab.spoken import Protocol, Spoken
Server('dns@r1', ['127.0.0.1'], [Spoken(protocol=Protocol('{protocol}'), port={port})]).run()
"""


def test_a_question_is_answered_and_an_answer_is_not() -> None:
    said = reply(question(3), "dns@r1")
    assert said is not None
    assert read(said).texts == ("dns@r1",)
    assert reply(said, "dns@r1") is None
    assert reply(b"nonsense", "dns@r1") is None


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    return found


def test_it_answers_over_udp_and_tcp_also_after_nonsense(port: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port, protocol="dns")])
    try:
        tcp = _connected(port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(3)
            udp.connect(("127.0.0.1", port))
            udp.send(b"nonsense")
            udp.send(question(5))
            assert read(udp.recv(500)).nsid == "dns@r1"
        with tcp:
            data = question(6)
            tcp.sendall(struct.pack(">H", len(data)) + data[:5])
            time.sleep(0.05)
            tcp.sendall(data[5:])
            assert read(tcp.recv(500)[2:]).number == 6
            more = [question(7), question(8)]  # on the same connection, both at once
            tcp.sendall(b"".join(struct.pack(">H", len(one)) + one for one in more))
            heard = tcp.recv(500)
            first = 2 + struct.unpack_from(">H", heard)[0]
            heard += b"" if len(heard) > first else tcp.recv(500)
            assert [read(heard[2:first]).number, read(heard[first + 2 :]).number] == [7, 8]
        with _connected(port) as early:
            early.sendall(b"\0")
        with _connected(port) as late:
            late.sendall(struct.pack(">H", len(data)) + data)
            assert read(late.recv(500)[2:]).texts == ("dns@r1",)
    finally:
        process.terminate()
        process.wait(5)


@pytest.mark.parametrize("protocol", ["http", "stream"])
def test_it_answers_over_http_and_greets_over_a_plain_stream(port: int, protocol: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port, protocol=protocol)])
    try:
        for _ in range(2):
            with _connected(port) as tcp:
                if protocol == "http":
                    tcp.sendall(http.request("//www.example.com/")[:9])
                    time.sleep(0.05)
                    tcp.sendall(http.request("//www.example.com/")[9:])
                heard = b"".join(iter(lambda: tcp.recv(4096), b""))
            if protocol == "http":
                assert http.read(heard, over=True) == http.Reply(status=200, header="dns@r1", body="dns@r1")
            else:
                assert heard == b"dns@r1\n"
    finally:
        process.terminate()
        process.wait(5)


def test_it_may_answer_for_an_address_of_ipv6_that_is_on_no_interface(port: int) -> None:
    server = Server("x", ["2001:db8:53::53"], [Spoken(protocol=Protocol.DNS, port=port)])
    sockets = [key.fileobj for key in server.selector.get_map().values()]
    assert len(sockets) == 2
    for one in sockets:
        assert isinstance(one, socket.socket)
        assert one.getsockname()[0] == "2001:db8:53::53"
        one.close()


def test_a_stream_is_answered_when_its_question_is_whole() -> None:
    data = b"\0\x1f" + question(4)
    assert said_to(Protocol.DNS, data[:1], "x") is None
    assert said_to(Protocol.DNS, data[:9], "x") is None
    assert said_to(Protocol.DNS, b"\0\x02ab", "x") == b""
    assert said_to(Protocol.HTTP, b"GET / HTTP/1.1\r\n", "x") is None
    assert said_to(Protocol.STREAM, b"anything", "x") is None


def _connected(port: int) -> socket.socket:
    limit = time.monotonic() + 5
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=3)
        except ConnectionRefusedError:
            assert time.monotonic() < limit
            time.sleep(0.02)


def test_it_needs_nothing_heavy() -> None:
    code = "import sys, catchment.lab.answering; print(*{'numpy', 'rich', 'click'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
