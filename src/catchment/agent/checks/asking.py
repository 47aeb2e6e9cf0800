"""Asks a check once: finds who asks its kind, watches the time, and makes a result of whatever happens. [I/O]"""

import asyncio
import os
import ssl
import traceback

from catchment.agent.checks.attempt import Attempt, Kind, Wrong
from catchment.agent.checks.command import Commands
from catchment.agent.checks.dns import dns
from catchment.agent.checks.grpc import grpc
from catchment.agent.checks.http import http
from catchment.agent.checks.icmp import icmp
from catchment.agent.checks.local import in_its_place
from catchment.agent.checks.ntp import ntp
from catchment.agent.checks.tcp import tcp
from catchment.agent.checks.tls import tls
from catchment.agent.clock import now_s
from catchment.agent.events import Result
from catchment.model.agent import Check
from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    IcmpProbe,
    NtpProbe,
    TcpProbe,
    TlsProbe,
)

LATE_S = 0.25
"""Past its timeout, after which a question was not slow itself: this process did not run. 0.1 s is usual at load 10."""


class Asker:
    """Asks checks of every kind; keeps what commands need until it is closed."""

    def __init__(self, commands: Commands | None = None) -> None:
        self.commands = commands or Commands()
        self.kinds: dict[type, Kind] = {
            DnsProbe: dns,
            HttpProbe: http,
            TcpProbe: tcp,
            TlsProbe: tls,
            IcmpProbe: icmp,
            NtpProbe: ntp,
            GrpcProbe: grpc,
            CommandProbe: self.commands.ask,
        }

    async def ask(self, check: Check) -> Result:
        """One question, and its result, within timeout_s or so. Raises nothing but our cancellation.

        A machine that slept, or a processor that was kept from us, says nothing about the service: it is asked again,
        once. When that goes on, the lease runs out.
        """
        began_s = now_s()
        passed, words = await self._outcome(check, Attempt(check.timeout_s))
        if not passed and now_s() - began_s > check.timeout_s + LATE_S:
            passed, words = await self._outcome(check, Attempt(check.timeout_s))
        at_s = now_s()
        return Result(at_s=at_s, check=check.name, passed=passed, took_s=at_s - began_s, words=words)

    async def _outcome(self, check: Check, attempt: Attempt) -> tuple[bool, str]:
        try:
            in_its_place(check.probe)
            async with asyncio.timeout(check.timeout_s):
                return True, await self.kinds[type(check.probe)](check.probe, attempt)
        except TimeoutError:
            return False, attempt.silence()
        except Exception as error:  # noqa: BLE001  our own bug is shown, and fails this check alone
            return False, in_words(error)

    def close(self) -> None:
        """End every command that still runs."""
        self.commands.close()


def in_words(error: Exception) -> str:
    """Why a check failed."""
    match error:
        case Wrong():
            return str(error)
        case ImportError():
            return f"the Python package {error.name or error} is not installed"
        case ssl.SSLError():
            why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or error
            return f"TLS: {why}"
        case OSError():
            return os.strerror(error.errno) if error.errno else str(error)
    traceback.print_exception(error)
    return f"a bug of this check: {error!r}"
