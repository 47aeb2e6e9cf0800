"""What one check of each kind costs the agent: CPU time each, and the share of a core that 20 a second take.

    python -m benchmarks.agent_checks [--seconds 3] [--kind dns-udp]

The servers run in a process of their own, which is not counted. Beside the bare cost of asking, one after the other,
stands that of a whole agent's loop: 20 checks a second in their rhythm, each decided on. --profile NAME shows where
the time of a kind goes.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from catchment.agent.checks.asking import Asker
from catchment.agent.checks.failing.dns_ways import served, sound
from catchment.agent.checks.failing.grpc_ways import health
from catchment.agent.checks.failing.ntp_ways import ntp_reply
from catchment.agent.checks.failing.servers import connections, datagrams, says, untrusted
from catchment.agent.checks.failing.way import turned
from catchment.agent.checks.failing.web_ways import answer
from catchment.agent.checks.running import Checking
from catchment.agent.decide import decide
from catchment.agent.events import Result
from catchment.agent.state import fresh
from catchment.model.agent import Check, Need, Policy, Service
from catchment.model.probes import CommandProbe, DnsProbe, GrpcProbe, HttpProbe, NtpProbe, Probe, TcpProbe, TlsProbe

HERE = ip_address("127.0.0.1")
UDP = DnsProbe(address=HERE, name="www.example.com", kind="A", answers=("192.0.2.7",))
TCP = replace(UDP, tcp=True)
WEB = HttpProbe(url="http://www.example.com/", address=HERE, body="ok", verify=False)
PROBES: dict[str, Any] = {
    "tcp": TcpProbe(address=HERE, port=1),
    "dns-udp": UDP,
    "dns-tcp": TCP,
    "ntp": NtpProbe(address=HERE, offset_s=1.0),
    "http": WEB,
    "https": replace(WEB, url="https://www.example.com/"),
    "tls": TlsProbe(address=HERE, port=1, name="www.example.com", verify=False),
    "grpc": GrpcProbe(address=HERE, port=1),
    "command": CommandProbe(words=("/bin/true",)),
}
A_SECOND = 20


async def serve() -> None:
    """The servers, until the input ends; their ports go to the output as one line."""
    answered = {
        "tcp": connections(says(b"")),
        "dns-udp": served(UDP, lambda one: sound(UDP, one).to_wire()),
        "dns-tcp": served(TCP, lambda one: sound(TCP, one).to_wire()),
        "ntp": datagrams(ntp_reply()),
        "http": connections(says(answer(200, "all is ok"))),
        "https": connections(says(answer(200, "all is ok")), untrusted()),
        "tls": connections(says(b""), untrusted()),
        "grpc": connections(health("SERVING")),
    }
    async with AsyncExitStack() as stack:
        ports = {name: await stack.enter_async_context(server) for name, server in answered.items()}
        print(json.dumps(ports), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def cpu_s() -> float:
    """Of this process and of its children that have ended, in user and kernel."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def alone(probe: Probe, seconds: float) -> tuple[float, float]:
    """CPU seconds and time of one question, asked one after the other. Those of a runner are counted at its end."""
    asker = Asker()
    check = Check(name="one", probe=probe, timeout_s=2.0)
    for _ in range(20):
        first = await asker.ask(check)
        assert first.passed, first.words
    began_s, used_s, count, took_s = time.monotonic(), cpu_s(), 0, 0.0
    while time.monotonic() - began_s < seconds:
        took_s += (await asker.ask(check)).took_s
        count += 1
    runner_s = _runner_s(asker)
    asker.close()
    return (cpu_s() - used_s + runner_s) / count, took_s / count


def _runner_s(asker: Asker) -> float:
    """CPU seconds of the runner of commands and of the commands, which are its children."""
    if asker.commands.pid is None:
        return 0.0
    with open(f"/proc/{asker.commands.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def rhythm(probes: list[Probe], seconds: float) -> float:
    """The share of a core that an agent takes for 20 checks a second, with deciding on their results."""
    checks = tuple(
        Check(name=f"check-{number}", probe=probes[number % len(probes)], interval_s=1.0)
        for number in range(A_SECOND)
    )
    services = tuple(Service(name=one.name, need=Need(weights={one.name: 1}, least=1)) for one in checks)
    policy = Policy(site="seoul", checks=checks, services=services, announcements=())
    state = fresh(policy)

    def tell(event: Result) -> None:
        nonlocal state
        state, _ = decide(policy, state, event)

    task = asyncio.create_task(Checking().run(tell, policy))
    await asyncio.sleep(1.5)
    used_s = cpu_s()
    await asyncio.sleep(seconds)
    used_s = cpu_s() - used_s
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return used_s / seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--kind", choices=PROBES, action="append")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    words = [sys.executable, "-m", "benchmarks.agent_checks", "--serve"]
    servers = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert servers.stdin is not None
    assert servers.stdout is not None
    try:
        ports = json.loads(servers.stdout.readline())
        probes = {name: turned(one, ports[name]) if name in ports else one for name, one in PROBES.items()}
        for name in given.kind or probes:
            if given.profile:
                with cProfile.Profile() as profile:
                    asyncio.run(alone(probes[name], given.seconds))
                pstats.Stats(profile).sort_stats("tottime").print_stats(18)
                continue
            each_s, took_s = asyncio.run(alone(probes[name], given.seconds))
            share = asyncio.run(rhythm([probes[name]], given.seconds)) if name != "command" else float("nan")
            each = f"{each_s * 1e6:7.0f} us CPU each, {took_s * 1e3:6.2f} ms"
            print(
                f"{name:8} {each}, 20 a second {A_SECOND * each_s * 100:5.2f} %, in its rhythm {share * 100:5.2f} %"
            )
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f} MiB")
    finally:
        servers.stdin.close()
        servers.wait(timeout=10)


if __name__ == "__main__":
    main()
