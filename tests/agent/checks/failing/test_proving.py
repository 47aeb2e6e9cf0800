"""A check whose asking is broken is found by `--self-test`: mutants of our own code."""

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from catchment.agent.checks import asking, local
from catchment.agent.checks.asking import Asker
from catchment.agent.checks.command import Commands
from catchment.agent.checks.failing import proving
from catchment.agent.checks.failing.proving import proved
from catchment.agent.checks.failing.way import Way
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe, TcpProbe

TCP = Check(name="tcp", probe=TcpProbe(address=ip_address("127.0.0.1"), port=1), timeout_s=0.3)


def passing(check: Check) -> list[str]:
    return [one.way for one in asyncio.run(proved((check,))) if not one.failed]


def test_an_asker_that_always_passes_is_found(monkeypatch):
    async def blind(probe, attempt) -> str:
        return "all is well"

    monkeypatch.setattr(asking, "tcp", blind)
    assert passing(TCP) == ["a port where nobody listens"]


def test_an_asker_that_believes_other_sites_is_found(monkeypatch):
    async def blind(probe, attempt) -> str:
        return "all is well"

    monkeypatch.setattr(asking, "tcp", blind)
    monkeypatch.setattr(asking, "in_its_place", lambda probe: None)
    assert passing(TCP) == ["an address of another host", "a port where nobody listens"]
    assert local.is_here(ip_address("127.0.0.1"))


def test_a_world_that_cannot_be_made_proves_nothing():
    @asynccontextmanager
    async def world():
        raise OSError(98, "Address already in use")
        yield

    one = asyncio.run(proving._asked(Asker(), TCP, Way(what="a server", world=world)))
    assert not one.failed
    assert one.words == "could not be tried: [Errno 98] Address already in use"


def test_a_command_that_could_not_be_kept_from_the_network_proves_nothing():
    check = Check(name="x", probe=CommandProbe(words=("/bin/false",)), timeout_s=2.0)

    @asynccontextmanager
    async def world():
        yield check.probe

    async def run():
        asker = Asker(Commands(alone=True))
        asker.commands.lost = "the runner of commands ended"
        try:
            return await proving._asked(asker, check, Way(what="a host", world=world))
        finally:
            asker.close()

    one = asyncio.run(run())
    assert not one.failed
    assert one.words.startswith("could not be tried: the runner of commands ended")


@pytest.mark.parametrize("timeout_s", [0.2, 50.0])
def test_a_long_timeout_is_not_waited_for(timeout_s):
    from time import monotonic

    began_s = monotonic()
    probe = TcpProbe(address=ip_address("127.0.0.1"), port=1, expect="220")
    assert passing(Check(name="x", probe=probe, interval_s=60.0, timeout_s=timeout_s)) == []
    assert monotonic() - began_s < 3
