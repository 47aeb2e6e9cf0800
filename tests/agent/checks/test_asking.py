import asyncio
import socket
import ssl
import threading
import time

from tests.agent.checks.asked import LOOPBACK, asked

from catchment.agent.checks.asking import Asker, in_words
from catchment.agent.checks.attempt import Wrong
from catchment.agent.checks.failing.servers import silent
from catchment.designfile.agentfile.questions import KINDS
from catchment.model.agent import Check
from catchment.model.probes import TcpProbe


def test_every_kind_of_probe_has_someone_who_asks_it():
    assert len(Asker().kinds) == len(KINDS)


def test_time_is_kept_for_every_kind():
    with silent() as port:
        probe = TcpProbe(address=LOOPBACK, port=port, expect="220")
        result = asked(probe, timeout_s=0.2)
    assert (result.passed, result.words) == (False, "no answer within 0.2 s")
    assert 0.19 <= result.took_s < 1.0


def test_errors_are_told_in_words():
    assert in_words(Wrong("rcode REFUSED")) == "rcode REFUSED"
    assert in_words(ConnectionRefusedError(111, "Connect call failed ('192.0.2.1', 1)")) == "Connection refused"
    assert in_words(OSError("no number")) == "no number"
    assert (
        in_words(ModuleNotFoundError("No module named 'h2'", name="h2")) == "the Python package h2 is not installed"
    )
    assert in_words(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong")).startswith("TLS: ")


def test_a_bug_fails_its_own_check_and_no_other(capsys):
    async def broken(probe, attempt):
        raise KeyError("ours")

    async def both():
        asker = Asker()
        check = Check(name="x", probe=TcpProbe(address=LOOPBACK, port=1))
        asker.kinds = {TcpProbe: broken}
        return await asker.ask(check)

    result = asyncio.run(both())
    assert (result.passed, result.words) == (False, "a bug of this check: KeyError('ours')")
    assert "KeyError" in capsys.readouterr().err


def test_a_check_that_is_cancelled_stays_cancelled():
    async def run() -> bool:
        with silent() as port:
            probe = TcpProbe(address=LOOPBACK, port=port, expect="x")
            task = asyncio.create_task(Asker().ask(Check(name="x", probe=probe, timeout_s=5.0)))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return task.cancelled()

    assert asyncio.run(run())


def test_an_agent_that_was_not_run_asks_again_and_blames_nobody():
    """The answer is there when the loop wakes, and so is the end of its time: which comes first is chance."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(2):
                line, _ = server.accept()
                with line:
                    line.sendall(b"220 ready")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        probe = TcpProbe(address=LOOPBACK, port=server.getsockname()[1], expect="220")

        async def run():
            task = asyncio.create_task(Asker().ask(Check(name="x", probe=probe, timeout_s=0.2)))
            await asyncio.sleep(0)
            time.sleep(0.6)
            return await task

        result = asyncio.run(run())
    assert result.passed, result.words
    assert result.took_s >= 0.5


def test_a_slow_service_is_asked_once_only():
    with silent() as port:
        began_s = time.monotonic()
        assert not asked(TcpProbe(address=LOOPBACK, port=port, expect="220"), timeout_s=0.3).passed
        assert time.monotonic() - began_s < 0.55
