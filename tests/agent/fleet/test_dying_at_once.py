"""The proof of the guards: agents as they run, on machines of their own, whose services all die in the same moment."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.agent.fleet.apart import etcd
from tests.agent.fleet.street import PORT, House, Street, street
from tests.tiers import needs_lab

pytestmark = needs_lab("etcd")
SECRET = "the secret of the site, which is long enough"
STORE = "store: {etcd: [http://198.51.100.254:2379]}\n"
PEERS = "peers: {group: 239.255.83.1, interface: up0, key-file: peers.key, every: 300 ms}\n"
FAR_CLOCK = ("unshare", "-T", "--boottime", "500000", "--")
"""A machine that was started days before the others: no agent may compare its clock with another's."""


def agent(house: House, site: str, guard: str, more: str) -> str:
    (house.folder / "peers.key").write_text(SECRET)
    (house.folder / "peers.key").chmod(0o600)
    return f"""\
site: {site}
host: h{house.number}
speaker: {{kind: fake}}
checks: {{service: {{tcp: {{address: {house.address}, port: {PORT}}}, every: 200 ms, rise: 2, fall: 2}}}}
announcements:
  anycast:
    prefixes: [192.0.2.0/24]
    while: {{all: [service]}}
    hold-down: {{first: 500 ms, most: 500 ms}}
    guard: {guard}
control: {{socket: {house.folder}/control}}
timing: {{read: 200 ms}}
{more}"""


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Street]:
    with street(tmp_path, 3) as here:
        for house in here.houses:
            house.begin_service()
        yield here


def begin(here: Street, guard: str, more: str, *, one_site: bool = False) -> None:
    for number, house in enumerate(here.houses):
        before = FAR_CLOCK if number == 1 else ()
        house.begin_agent(agent(house, "seoul" if one_site else f"site{number}", guard, more), *before)
    here.until(lambda: here.standing == 3, 20)


def die(here: Street) -> None:
    for house in here.houses:
        house.end_service()


def known(house: House, source: str) -> int:
    """How many others it knows."""
    (why,) = house.asked(ask="why", names=["anycast"])["why"]
    return max((len(one["announcers"]) for one in why["others"] if one["source"] == source), default=-1)


def store(here: Street, stack: ExitStack) -> object:
    return stack.enter_context(etcd(here.folder, address="198.51.100.254", space=here.hub))


def test_with_a_store_exactly_as_many_go_as_may_and_a_partition_or_its_death_takes_nobody_more(three):
    guard = "{others: 1, last: stay, unknown: stay, believed: 2 s, slot: 1 s}"
    with ExitStack() as stack:
        running = store(three, stack)
        begin(three, guard, STORE)
        three.until(lambda: all(known(house, "store") == 2 for house in three.houses), 10)

        die(three)  # 1. all at once: two may go, one stays, and says why
        three.until(lambda: three.standing == 1, 6)
        time.sleep(1)
        assert three.standing == 1
        (last,) = [house for house in three.houses if house.announced]
        assert "others must announce it" in last.said() or "no slot" in last.said()

        for house in three.houses:  # 2. all are well again: all come back
            house.begin_service()
        three.until(lambda: three.standing == 3, 10)
        three.until(lambda: all(known(house, "store") == 2 for house in three.houses), 10)

        three.houses[0].cut(cut=True)  # 3. a machine is cut off from the others, and everything dies
        three.until(lambda: known(three.houses[1], "store") == 1, 10)
        die(three)
        three.until(lambda: three.standing == 2, 10)
        time.sleep(1)
        assert three.standing == 2  # the one that was cut off stays by its default; of the others one may go
        assert three.houses[0].announced
        assert "decides alone (RFC 4786 4.7)" in three.houses[0].said()

        three.houses[0].cut(cut=False)  # 4. it is back: one of the two may go
        three.until(lambda: three.standing == 1, 15)
        for house in three.houses:
            house.begin_service()
        three.until(lambda: three.standing == 3, 10)

        running.kill()  # 5. the store dies in the middle
        die(three)
        time.sleep(2.5)
        assert three.standing == 3
        assert all("the store is away" in house.said() for house in three.houses)


def test_servers_of_one_site_without_a_store_leave_one(three):
    guard = "{others: 1, last: degrade, unknown: stay, believed: 2 s}"
    begin(three, guard, PEERS, one_site=True)
    three.until(lambda: all(known(house, "gossip") == 2 for house in three.houses), 10)
    for house in three.houses:  # within a second, as a common cause has it
        house.end_service()
        time.sleep(0.4)
    three.until(lambda: three.standing == 1, 6)
    time.sleep(1.5)
    assert three.standing == 1
    (last,) = [house for house in three.houses if house.announced]
    assert last.status()["announcements"][0]["level"] == "degraded"
    assert "known to: nobody" in last.said()


def test_peers_that_are_named_are_told_by_unicast_and_a_restart_is_believed(three):
    guard = "{others: 1, last: stay, unknown: stay, believed: 2 s}"
    named = "peers: {unicast: [198.51.100.1, 198.51.100.2, 198.51.100.3], key-file: peers.key, every: 300 ms}\n"
    begin(three, guard, named, one_site=True)
    three.until(lambda: all(known(house, "gossip") == 2 for house in three.houses), 10)
    first = three.houses[0]
    first.end_agent(signal.SIGKILL)
    three.until(lambda: known(three.houses[1], "gossip") == 1, 6)
    first.begin_agent(agent(first, "seoul", guard, named))
    three.until(lambda: first.announced and known(first, "gossip") == 2, 10)
    three.until(lambda: known(three.houses[1], "gossip") == 2, 5)
