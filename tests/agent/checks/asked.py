"""Asking one probe, alone or at a server of the test's own."""

import asyncio
from contextlib import AbstractAsyncContextManager
from ipaddress import ip_address
from typing import Any

from catchment.agent.checks.asking import Asker
from catchment.agent.checks.failing.way import turned
from catchment.agent.events import Result
from catchment.model.agent import Check
from catchment.model.probes import Probe

LOOPBACK = ip_address("127.0.0.1")


def asked(probe: Probe, timeout_s: float = 2.0) -> Result:
    """The result of one question."""

    async def one() -> Result:
        asker = Asker()
        try:
            return await asker.ask(Check(name="one", probe=probe, timeout_s=timeout_s))
        finally:
            asker.close()

    return asyncio.run(one())


def asked_at(server: AbstractAsyncContextManager[int], probe: Any, timeout_s: float = 2.0) -> Result:
    """The result of a question at a server, which lives as long as it takes."""

    async def one() -> Result:
        asker = Asker()
        async with server as port:
            return await asker.ask(Check(name="one", probe=turned(probe, port), timeout_s=timeout_s))

    return asyncio.run(one())
