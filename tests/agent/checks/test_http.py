import asyncio

import pytest
from tests.agent.checks.asked import LOOPBACK, asked_at
from tests.agent.checks.papers import papers

from catchment.agent.checks.failing.servers import connections, says
from catchment.agent.checks.failing.web_ways import answer
from catchment.model.probes import HttpProbe

pytest.importorskip("h11")

URL = "http://www.example.com/health?deep=1"


def probe(**changes) -> HttpProbe:
    return HttpProbe(**{"url": URL, "address": LOOPBACK, **changes})


def test_status_and_text_pass():
    result = asked_at(connections(says(answer(200, "all is ok"))), probe(body="is ok"))
    assert (result.passed, result.words) == (True, "status 200")


def test_what_is_asked_is_the_url_with_its_host_at_the_given_address():
    heard = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer(200, ""))

    assert asked_at(connections(talk), probe(method="HEAD")).passed
    lines = heard[0].decode().split("\r\n")
    assert lines[0] == "HEAD /health?deep=1 HTTP/1.1"
    assert any(line.startswith("Host: www.example.com:") for line in lines)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n3\r\n ok\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "changes", "words"),
    [
        (answer(503, ""), {}, "status 503"),
        (b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", {}, "status 302"),
        (answer(200, "all is bad"), {"body": "ok"}, "status 200, but the text is not in its body"),
        (CHUNKED, {"body": "not there"}, "status 200, but the text is not in its body"),
        (b"\x00\x01rubbish\r\n\r\n", {}, "the answer is not HTTP: illegal status line"),
        (b"", {}, "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", {}, "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", {"body": "ok"}, "the answer is not HTTP"),
    ],
)
def test_anything_else_fails_and_is_told(said, changes, words):
    result = asked_at(connections(says(said)), probe(**changes))
    assert not result.passed
    assert result.words.startswith(words)


def test_a_body_in_chunks_is_put_together_and_other_statuses_may_pass():
    assert asked_at(connections(says(CHUNKED)), probe(body="all ok")).passed
    assert asked_at(connections(says(answer(404, ""))), probe(statuses=(200, 404))).words == "status 404"


def test_a_body_may_end_with_the_connection():
    assert asked_at(connections(says(b"HTTP/1.0 200 OK\r\n\r\nall ok")), probe(body="ok")).passed


def test_an_early_word_is_not_the_answer():
    said = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + answer(500, "")
    assert asked_at(connections(says(said)), probe()).words == "status 500"


def test_only_the_first_mebibyte_is_looked_at():
    late = bytes(2**20 + 70_000) + b"ok"
    said = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(late) + late
    assert not asked_at(connections(says(said)), probe(body="ok"), timeout_s=5.0).passed


def test_a_body_that_never_ends_is_told():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(5)

    result = asked_at(connections(talk), probe(body="ok"), timeout_s=0.3)
    assert result.words == "no answer within 0.3 s; what came: status 200"


def test_over_tls_the_name_of_the_url_is_held_against_the_certificate(tmp_path, monkeypatch):
    own = papers(tmp_path, "www.example.com", days=10)
    monkeypatch.setenv("SSL_CERT_FILE", str(own.ca))

    def at(url: str, **changes):
        return asked_at(connections(says(answer(200, "")), own.context()), probe(url=url, **changes))

    assert at("https://www.example.com/", days_left=7).words == "status 200; its certificate holds for 10 days"
    assert not at("https://www.example.com/", days_left=14).passed
    assert "Hostname mismatch" in at("https://dns.example.com/").words
    assert at("https://dns.example.com/", verify=False).passed
