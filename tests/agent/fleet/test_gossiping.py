import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.agent.fleet.apart import apart
from tests.agent.fleet.members import Member, guarded, until
from tests.agent.fleet.test_sockets import GROUP, GROUP6, PORT, link
from tests.tiers import needs_lab

from catchment.agent.clock import now_s
from catchment.agent.events import Stopping
from catchment.agent.fleet.gossiping import Gossiping
from catchment.agent.fleet.heartbeat import MOST_BYTES, Heartbeat, Said, keys_of, signed
from catchment.errors import MachineError
from catchment.model.agent import Fallback, Guard, Level
from catchment.model.agent_config import Gossip

SECRET = "the secret of the site, which is long enough"
GUARD = Guard(least_others=1, last=Fallback.STAY, unknown=Fallback.STAY, believed_s=1.5)
Server = tuple[Member, Gossiping, list[str]]


def server(folder: Path, host: str, secret: str = SECRET, **changes: object) -> Server:
    said: list[str] = []
    key_file = folder / f"{host}.key"
    key_file.write_text(secret)
    gossip = Gossip(group=GROUP, port=PORT, key_file=str(key_file), interface="site0", every_s=0.2)
    gossiping = Gossiping(replace(gossip, **changes), f"seoul/{host}", said.append)
    return Member(policy=guarded(GUARD), parts=(gossiping,)), gossiping, said


def knows(one: Member) -> set[str] | None:
    heard = one.state.heard.get("gossip")
    return set(heard.announcers["anycast"]) if heard and "anycast" in heard.announcers else None


def played(servers: list[Server], story: Callable[[], Awaitable[None]]) -> None:
    async def play() -> None:
        for one, _, _ in servers:
            one.start()
        await story()
        for one, _, _ in servers:
            await one.stop()

    asyncio.run(play())


@needs_lab()
@pytest.mark.parametrize("group", [GROUP, GROUP6])
def test_servers_of_a_site_know_each_other_and_the_last_one_stays(tmp_path, group):
    _know_each_other(tmp_path, group)


@apart
def _know_each_other(folder, group):
    link()
    servers = [server(folder, host, group=group) for host in ("a", "b", "c")]
    (a, _, _), (b, _, _), (c, _, _) = servers

    async def story() -> None:
        await until(lambda: knows(a) == {"seoul/b", "seoul/c"}, 3, lambda: knows(a))
        await until(lambda: knows(c) == {"seoul/a", "seoul/b"}, 3, lambda: knows(c))
        a.well = False
        await until(lambda: not a.announced, 2, "withdrawn")
        await until(lambda: knows(b) == {"seoul/c"} and knows(c) == {"seoul/b"}, 0.5, "told at once")
        assert len(b.state.heard["gossip"].withdrawn_s["anycast"]) == 1
        b.tell(Stopping(at_s=now_s()))
        await until(lambda: knows(c) == set(), 0.5, "told at once")
        c.well = False
        await asyncio.sleep(0.5)
        assert c.announced
        assert "1 others must announce it; known to: nobody" in c.why

    played(servers, story)


@needs_lab()
@apart
def test_of_three_that_die_in_one_moment_and_wait_their_splay_the_greatest_stays(tmp_path):
    link()
    servers = [server(tmp_path, host) for host in ("c", "a", "b")]
    (c, _, _), (a, _, _), (b, _, _) = servers
    for one, _, _ in servers:
        (before,) = one.policy.announcements
        one.policy = replace(one.policy, announcements=(replace(before, splay_s=1.0),))

    async def story() -> None:
        await until(lambda: all(len(knows(one) or ()) == 2 for one in (a, b, c)), 3, "known")
        a.well = b.well = c.well = False
        await until(lambda: not a.announced and not b.announced, 3, "withdrawn")
        await asyncio.sleep(0.5)
        assert c.announced

    played(servers, story)


@needs_lab()
@apart
def test_whoever_falls_silent_is_not_believed_for_longer_than_is_said(tmp_path):
    link()
    servers = [server(tmp_path, host) for host in ("a", "b")]
    (a, _, _), (b, gossiping, _) = servers

    async def story() -> None:
        await until(lambda: knows(a) == {"seoul/b"}, 3, lambda: knows(a))
        await b.stop()
        b.tasks = []
        took_s = await until(lambda: knows(a) is None, 4, lambda: knows(a))
        assert took_s > 1
        a.well = False
        await asyncio.sleep(0.3)
        assert "nobody tells" in a.why
        assert gossiping.status()["peers"][0]["who"] == "seoul/a"

    played(servers, story)


@needs_lab()
@apart
def test_nothing_that_an_attacker_sends_is_believed_and_it_is_said_once_a_second(tmp_path):
    link()
    servers = [server(tmp_path, "a")]
    ((a, gossiping, said),) = servers
    up = (Said(name="anycast", announced=True, level=Level.UP),)
    beat = Heartbeat(who="seoul/z", boot=b"z" * 8, number=1, said=up)
    forged = signed(replace(beat, heard={gossiping.boot: 1}), keys_of("a guess of an attacker")[0])
    true = signed(beat, gossiping.keys[0])  # recorded in a former life: right, and says nothing of this one
    datagrams = [forged, b"", b"x" * 100, true, true[:-1], true + b"\0", bytes(MOST_BYTES + 1), bytes(3000)]

    async def story() -> None:
        await until(lambda: a.announced, 3, "announced")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
            attacker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("198.51.100.1"))
            for _ in range(40):
                for _ in range(5):
                    for datagram in datagrams:
                        attacker.sendto(datagram, (str(GROUP), PORT))
                await asyncio.sleep(0.05)
            attacker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 9)
            attacker.sendto(true, (str(GROUP), PORT))
        await until(lambda: "passed on by a router" in gossiping.refusals.counts, 2, "counted")
        assert knows(a) is None
        assert {"forged", "foreign", "too short", "too long"} <= set(gossiping.refusals.counts)
        assert sum(gossiping.refusals.counts.values()) > 500
        assert 2 <= len(said) <= 5, said

    played(servers, story)


@needs_lab()
@apart
def test_a_secret_is_changed_without_a_moment_of_silence(tmp_path):
    link()
    new = "the new secret of the site, as long as that"
    a, b = server(tmp_path, "a", f"{SECRET}\n{new}"), server(tmp_path, "b", f"{new}\n{SECRET}")

    async def story() -> None:
        await until(lambda: knows(a[0]) == {"seoul/b"} and knows(b[0]) == {"seoul/a"}, 3, "known")

    played([a, b], story)


@needs_lab()
@apart
def test_an_interface_that_comes_later_is_waited_for_and_that_is_said_once(tmp_path):
    servers = [server(tmp_path, host) for host in ("a", "b")]
    (a, _, said), _ = servers

    async def story() -> None:
        await asyncio.sleep(1.2)
        link()
        await until(lambda: knows(a) == {"seoul/b"}, 5, lambda: knows(a))
        assert [words for words in said if "peers do not hear us" in words] == said[:1]

    played(servers, story)


def test_a_secret_that_cannot_be_used_is_said_with_what_to_do(tmp_path):
    (tmp_path / "key").write_text("short")
    gossip = Gossip(group=GROUP, port=PORT, key_file=str(tmp_path / "key"), peers=(ip_address("198.51.100.2"),))
    with pytest.raises(MachineError, match="shorter than 16") as refused:
        Gossiping(gossip, "seoul/a", print)
    assert "urandom" in refused.value.problems[0].todo
    with pytest.raises(MachineError, match="No such file"):
        Gossiping(replace(gossip, key_file=str(tmp_path / "none")), "seoul/a", print)
