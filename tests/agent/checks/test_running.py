import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.agent.checks.asked import LOOPBACK
from tests.agent.checks.processes import ended, marked
from tests.agent.policies import POLICY

from catchment.agent.checks.failing.servers import connections, says, silent
from catchment.agent.checks.runner import _children
from catchment.agent.checks.running import Checking
from catchment.agent.events import Result
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe, TcpProbe


async def results(checks: tuple[Check, ...], for_s: float) -> list[Result]:
    found: list[Result] = []
    task = asyncio.create_task(Checking().run(found.append, replace(POLICY, checks=checks)))
    await asyncio.sleep(for_s)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return found


def test_a_check_that_hangs_delays_no_other_and_itself_by_its_timeout_only():
    async def run() -> list[Result]:
        with silent() as port:
            async with connections(says(b"")) as answering:
                hung = TcpProbe(address=LOOPBACK, port=port, expect="220")
                well = TcpProbe(address=LOOPBACK, port=answering)
                return await results(
                    (
                        Check(name="hung", probe=hung, interval_s=0.2, timeout_s=0.15),
                        Check(name="well", probe=well, interval_s=0.05, timeout_s=0.04),
                    ),
                    1.1,
                )

    found = asyncio.run(run())
    well = [one for one in found if one.check == "well"]
    hung = [one for one in found if one.check == "hung"]
    assert len(well) >= 12, "21 fit; a busy machine may miss some"
    assert sum(one.passed for one in well) >= len(well) - 2
    assert 3 <= len(hung) <= 6
    assert not any(one.passed for one in hung)


def test_checks_are_spread_the_same_way_each_time():
    async def begins() -> dict[str, float]:
        loop = asyncio.get_running_loop()
        began, found = loop.time(), {}

        def tell(event: Result) -> None:
            found.setdefault(event.check, loop.time() - began)

        nobody = TcpProbe(address=LOOPBACK, port=1)
        checks = tuple(Check(name=f"check-{number}", probe=nobody, interval_s=2.0) for number in range(8))
        task = asyncio.create_task(Checking().run(tell, replace(POLICY, checks=checks)))
        while len(found) < len(checks):
            await asyncio.sleep(0.01)
        task.cancel()
        return found

    first, second = asyncio.run(begins()), asyncio.run(begins())
    assert max(first.values()) - min(first.values()) > 0.1
    assert first == pytest.approx(second, abs=0.1)


def test_commands_end_with_the_checking_of_them():
    with marked() as mark:
        probe = CommandProbe(words=("/bin/sh", "-c", f"setsid {mark.sleep} & {mark.sleep}"))

        async def run() -> None:
            check = Check(name="hung", probe=probe, interval_s=0.5, timeout_s=0.4)
            task = asyncio.create_task(Checking().run(lambda _: None, replace(POLICY, checks=(check,))))
            assert await asyncio.to_thread(mark.count, 2, 3.0)
            runners = [pid for pid in _children(os.getpid()) if _is_runner(pid)]
            assert runners
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            assert all([await asyncio.to_thread(ended, pid) for pid in runners])

        asyncio.run(run())
        assert mark.gone()


def _is_runner(pid: int) -> bool:
    return b"catchment.agent.checks.runner" in Path(f"/proc/{pid}/cmdline").read_bytes()
