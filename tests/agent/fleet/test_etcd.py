import asyncio
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.agent.fleet.apart import apart, etcd
from tests.tiers import needs_lab

from catchment.agent.fleet.etcd import Etcd, StoreAway
from catchment.agent.fleet.slots import Seat, appear, folder_range, picture
from catchment.errors import MachineError
from catchment.model.agent_config import Store

SEAT = Seat(prefix="/catchment", name="anycast", who="seoul/a", attempt="1")
STORE = Store(urls=("http://127.0.0.1:2379",), timeout_s=1.0)


async def ready(store: Etcd, within_s: float = 15.0) -> None:
    over_s = time.monotonic() + within_s
    while True:
        try:
            await store.lease(5)
            return
        except StoreAway:
            assert time.monotonic() < over_s, "etcd does not begin"
            await asyncio.sleep(0.05)


@needs_lab("etcd")
@apart
def test_a_lease_is_kept_and_its_keys_go_with_it(tmp_path):
    async def talk() -> None:
        store = Etcd(STORE)
        await ready(store)
        lease, ttl_s = await store.lease(2)
        assert ttl_s >= 2
        assert await store.txn(appear(SEAT, lease, "up")) == (True, [{"response_put": {"header": {"revision": "2"}}}])
        assert await store.renew(lease)
        rows = (await store.ask("/v3/kv/range", folder_range(SEAT)))["kvs"]
        assert picture(SEAT, rows).present == {"seoul/a"}
        await store.end(lease)
        assert not await store.renew(lease)
        assert "kvs" not in await store.ask("/v3/kv/range", folder_range(SEAT))
        with pytest.raises(StoreAway, match="requested lease not found"):
            await store.txn(appear(SEAT, lease, "up"))
        store.close()

    with etcd(tmp_path):
        asyncio.run(talk())


@needs_lab("etcd")
@apart
def test_a_member_that_is_gone_is_followed_by_the_next_and_one_that_began_anew_is_found(tmp_path):
    async def talk(store: Etcd) -> None:
        await ready(store)
        await store.ask("/v3/kv/range", folder_range(SEAT))

    store = Etcd(Store(urls=("http://127.0.0.1:9", "http://127.0.0.1:2379")))
    for _ in range(2):  # the kept connections of the first time are dead at the second
        with etcd(tmp_path):
            asyncio.run(talk(store))


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that says this to whoever connects; None: nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            held = []
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                held.append(line)
                line.recv(65536)
                if answer is not None:
                    line.sendall(answer)
                    line.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def asked(url: str) -> None:
    asyncio.run(Etcd(Store(urls=(url,), timeout_s=0.3)).ask("/v3/kv/range", {}))


@apart
def _in_own_network(answer, words):
    began_s = time.monotonic()
    with answering(answer) as url, pytest.raises(StoreAway, match=words):
        asked(url)
    assert time.monotonic() - began_s < 1.5


@needs_lab()
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "no answer within 0.3 s|timed out"),
        (b"", "closed connection"),
        (b"garbage\r\n\r\n", "garbage"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nno!", "Expecting value"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "it answers"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", "status 503: busy"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" + json.dumps({"error": "no"}).encode(), "no"),
    ],
)
def test_what_is_no_answer_is_told_as_away_within_its_time(answer, words):
    _in_own_network(answer, words)


def test_tls_files_that_are_not_there_are_named():
    store = Store(urls=("https://192.0.2.1:2379",), ca="/nowhere/ca.pem")
    with pytest.raises(MachineError, match=r"/nowhere/ca\.pem"):
        Etcd(store)


def certificates(folder: Path) -> None:
    """A CA, and a certificate of it for 127.0.0.1."""
    made = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=one -keyout one.key -out one.csr",
        "x509 -req -in one.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out one.pem",
    )
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    for words in made:
        subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True, timeout=20)


@needs_lab("etcd", "openssl")
@apart
def test_over_tls_both_sides_show_certificates(tmp_path):
    certificates(tmp_path)
    ca, cert, key = (str(tmp_path / name) for name in ("ca.pem", "one.pem", "one.key"))
    urls = ("https://127.0.0.1:2379",)
    more = ("--cert-file", cert, "--key-file", key, "--client-cert-auth", "--trusted-ca-file", ca)
    with etcd(tmp_path, *more, scheme="https"):
        asyncio.run(ready(Etcd(Store(urls=urls, ca=ca, cert=cert, key=key))))
        with pytest.raises(StoreAway, match=r"certificate|alert|closed|reset|EOF"):
            asyncio.run(Etcd(Store(urls=urls, ca=ca)).lease(5))
        with pytest.raises(StoreAway, match="CERTIFICATE_VERIFY_FAILED"):
            asyncio.run(Etcd(Store(urls=urls, cert=cert, key=key)).lease(5))
