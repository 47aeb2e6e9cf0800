"""Asks etcd over its HTTP gateway (/v3/...), in threads of its own, for a bounded time. [I/O]

The gateway takes and gives JSON: keys and values in base64, 64-bit numbers as texts. It is part of etcd from 3.4 on;
authentication by the name in a client certificate does not work through it (etcd's documentation says so), a client
certificate as the condition to be let in at all does.
"""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from catchment.errors import MachineError, Problem
from catchment.model.agent_config import Store

if TYPE_CHECKING:
    import http.client
    import ssl

THREADS = 4
MOST_BYTES = 16 * 2**20
"""Of an answer; ten thousand keys are 2 MiB."""

Data = dict[str, Any]


class StoreAway(Exception):
    """No answer in time, or none that can be believed. Whether a write was carried out is not known then."""


class Etcd:
    """Connections are kept. A member that does not answer is followed by the next of the list.

    Raises MachineError for files of TLS that cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._tls = _tls(store)
        self._turn = 0
        self._held = threading.local()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="etcd")

    async def ask(self, path: str, request: Data) -> Data:
        """The answer to a POST. Over within timeout_s; raises StoreAway."""
        running = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.store.timeout_s):
                return await running.run_in_executor(self._pool, self._any, path, request)
        except TimeoutError as error:
            self._turn += 1
            raise StoreAway(f"no answer within {self.store.timeout_s:g} s") from error

    async def txn(self, request: Data) -> tuple[bool, list[Data]]:
        """Whether the comparisons held, and the answers to what was done."""
        answer = await self.ask("/v3/kv/txn", request)
        return bool(answer.get("succeeded")), list(answer.get("responses", ()))

    async def lease(self, ttl_s: int) -> tuple[int, int]:
        """A new lease: its number, and the seconds that the store gives it, which may be more."""
        answer = await self.ask("/v3/lease/grant", {"TTL": str(ttl_s)})
        return int(answer["ID"]), int(answer["TTL"])

    async def renew(self, lease: int) -> bool:
        """Keep a lease; False: the store has let it go."""
        answer = await self.ask("/v3/lease/keepalive", {"ID": str(lease)})
        return int(answer.get("result", {}).get("TTL", 0)) > 0

    async def end(self, lease: int) -> None:
        """Let a lease go, and its keys with it."""
        await self.ask("/v3/lease/revoke", {"ID": str(lease)})

    def close(self) -> None:
        """Take no more questions."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _any(self, path: str, request: Data) -> Data:
        """Asked of each member once, as long as they refuse at once; one that is silent uses up the time."""
        words = ""
        for _ in self.store.urls:
            url = self.store.urls[self._turn % len(self.store.urls)]
            try:
                return self._one(url, path, request)
            except (OSError, ValueError, KeyError) as error:
                words = f"{url}: {getattr(error, 'strerror', None) or error}"
                self._turn += 1
        raise StoreAway(words)

    def _one(self, url: str, path: str, request: Data) -> Data:
        """One question over the connection of this thread; once more over a new one if the old had been closed."""
        import http.client  # noqa: PLC0415  2 MB that only agents with a store need

        body = json.dumps(request)
        for again in (True, False):
            kept: tuple[str, http.client.HTTPConnection] | None = getattr(self._held, "line", None)
            fresh = kept is None or kept[0] != url
            line = self._connect(url) if kept is None or kept[0] != url else kept[1]
            try:
                line.request("POST", path, body, {"Content-Type": "application/json"})
                answer = line.getresponse()
                text = answer.read(MOST_BYTES)
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                if isinstance(error, TimeoutError) or fresh or not again:
                    raise OSError(f"{error or type(error).__name__}") from error
                continue
            if answer.status != http.client.OK:
                self._drop()
                raise ValueError(f"status {answer.status}: {text[:200].decode(errors='replace').strip()}")
            data = json.loads(text)
            if not isinstance(data, dict) or "error" in data:
                raise ValueError(f"it answers {text[:200].decode(errors='replace')}")
            return data
        raise AssertionError("the second time always returns or raises")

    def _connect(self, url: str) -> "http.client.HTTPConnection":
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415  as above

        self._drop()
        parts = urlsplit(url)
        port, wait_s = parts.port or 2379, self.store.timeout_s
        line = (
            HTTPSConnection(parts.hostname or "", port, timeout=wait_s, context=self._tls)
            if parts.scheme == "https"
            else HTTPConnection(parts.hostname or "", port, timeout=wait_s)
        )
        self._held.line = (url, line)
        return line

    def _drop(self) -> None:
        if getattr(self._held, "line", None) is not None:
            self._held.line[1].close()
            self._held.line = None


def _tls(store: Store) -> "ssl.SSLContext | None":
    if not any(url.startswith("https:") for url in store.urls):
        return None
    import ssl  # noqa: PLC0415  as above

    try:
        context = ssl.create_default_context(cafile=store.ca or None)
        if store.cert:
            context.load_cert_chain(store.cert, store.key or None)
    except OSError as error:
        files = [one for one in (store.ca, store.cert, store.key) if one]
        where = next((one for one in files if not Path(one).is_file()), ", ".join(files))
        what = f"the store's TLS files cannot be used: {error.strerror or error}"
        raise MachineError(Problem(where=where, what=what, todo="see store: in the agent's file")) from error
    return context
