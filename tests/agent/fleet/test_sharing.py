import asyncio
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from tests.agent.fleet.apart import apart, etcd
from tests.agent.fleet.members import Member, guarded, until
from tests.agent.fleet.test_etcd import ready
from tests.tiers import needs_lab

from catchment.agent.clock import now_s
from catchment.agent.events import Stopping
from catchment.agent.fleet.etcd import Etcd
from catchment.agent.fleet.sharing import Known, Sharing
from catchment.agent.fleet.slots import Picture
from catchment.model.agent import Fallback, Guard
from catchment.model.agent_config import Store

STORE = Store(urls=("http://127.0.0.1:2379",), timeout_s=1.0)
GUARD = Guard(least_others=1, last=Fallback.STAY, unknown=Fallback.STAY, believed_s=2.0, slot_wait_s=2.0)
Fleet = list[tuple[Member, Sharing, list[str]]]


def member(site: str, guard: Guard) -> tuple[Member, Sharing, list[str]]:
    said: list[str] = []
    sharing = Sharing(STORE, f"{site}/a", said.append)
    return Member(policy=guarded(guard, site), parts=(sharing,), slots=sharing.ask), sharing, said


def played(folder: Path, number: int, guard: Guard, story: Callable[[Fleet], Awaitable[None]]) -> None:
    """So many sites, all announced and known to each other; then the story."""

    async def play() -> None:
        await ready(Etcd(STORE))
        fleet = [member(f"site{n}", guard) for n in range(number)]
        for one, _, _ in fleet:
            one.start()
        await until(
            lambda: all(known(one) == number - 1 for one, _, _ in fleet), 10, lambda: list(map(known, ones(fleet)))
        )
        await story(fleet)
        for one, _, _ in fleet:
            await one.stop()

    with etcd(folder):
        asyncio.run(play())


def ones(fleet: Fleet) -> list[Member]:
    return [one for one, _, _ in fleet]


def known(one: Member) -> int:
    heard = one.state.heard.get("store")
    return len(heard.announcers["anycast"]) if heard else -1


def standing(fleet: Fleet) -> int:
    return sum(one.announced for one in ones(fleet))


async def die(fleet: Fleet) -> None:
    for one in ones(fleet):
        one.well = False


@needs_lab("etcd")
@apart
def test_of_three_that_die_at_once_two_go_and_the_last_stays(tmp_path):
    async def story(fleet: Fleet) -> None:
        await die(fleet)
        await until(lambda: standing(fleet) == 1, 5, lambda: standing(fleet))
        await asyncio.sleep(0.7)
        assert standing(fleet) == 1
        (last,) = [one for one in ones(fleet) if one.announced]
        assert last.state.announcements["anycast"].wish.rule == "guard"
        for one in ones(fleet):
            one.well = True
        await until(lambda: standing(fleet) == 3, 5, lambda: standing(fleet))
        await until(lambda: all(known(one) == 2 for one in ones(fleet)), 5, lambda: list(map(known, ones(fleet))))

    played(tmp_path, 3, GUARD, story)


@needs_lab("etcd")
@apart
def test_twenty_that_die_at_once_get_the_slots_that_there_are(tmp_path):
    guard = replace(GUARD, least_others=12, most=6, slot_wait_s=5.0)

    async def story(fleet: Fleet) -> None:
        await die(fleet)
        await until(lambda: standing(fleet) == 14, 10, lambda: standing(fleet))
        await asyncio.sleep(1)
        assert standing(fleet) == 14
        assert any("no slot" in words for _, _, said in fleet for words in said)

    played(tmp_path, 20, guard, story)


@needs_lab("etcd")
@apart
def test_without_the_store_each_decides_alone_by_the_stated_default_and_says_so(tmp_path):
    async def story(fleet: Fleet) -> None:
        await until(lambda: all(sharing.away for _, sharing, _ in fleet), 5, "the store is away")
        (away,) = [words for words in fleet[0][2] if "away" in words]
        assert "RFC 4786 4.7" in away
        await die(fleet)
        await asyncio.sleep(2.2)  # longer than others are believed, and a slot is waited for
        assert standing(fleet) == 3
        assert all("the store does not answer" in one.why or "nobody tells" in one.why for one in ones(fleet))

    async def play() -> None:
        fleet = [member(f"site{n}", GUARD) for n in range(3)]
        with etcd(tmp_path):
            await ready(Etcd(STORE))
            for one in ones(fleet):
                one.start()
            await until(lambda: all(known(one) == 2 for one in ones(fleet)), 10, "known")
        await story(fleet)
        with etcd(tmp_path):  # it comes back, in the middle of it all: the slots that there are are given
            await until(lambda: standing(fleet) == 1, 20, lambda: [one.why for one in ones(fleet)])
            await asyncio.sleep(0.7)
            assert standing(fleet) == 1
            assert fleet[0][2][-1] == "the store is back" or "no slot" in fleet[0][2][-1]
            for one in ones(fleet):
                await one.stop()

    asyncio.run(play())


@needs_lab("etcd")
@apart
def test_without_the_store_the_default_of_another_guard_is_to_withdraw(tmp_path):
    async def play() -> None:
        one, _, _ = member("site0", replace(GUARD, unknown=Fallback.WITHDRAW, believed_s=1.0, slot_wait_s=0.3))
        one.start()
        await until(lambda: one.announced, 3, "announced")
        one.well = False
        await until(lambda: not one.announced, 3, "withdrawn")
        await one.stop()

    asyncio.run(play())


@needs_lab("etcd")
@apart
def test_whoever_ends_is_gone_from_the_store_at_once_and_who_dies_when_his_lease_is_over(tmp_path):
    async def story(fleet: Fleet) -> None:
        (first, _, _), (second, _, _), (third, _, _) = fleet
        first.tell(Stopping(at_s=now_s()))
        await first.stop()
        await until(lambda: known(third) == 1, 2, lambda: known(third))
        await second.stop()
        assert known(third) == 1
        await until(lambda: known(third) == 0, 8, lambda: known(third))

    played(tmp_path, 3, GUARD, story)


@needs_lab("etcd")
@apart
def test_of_two_that_are_drained_in_the_same_moment_one_is_refused(tmp_path):
    async def story(fleet: Fleet) -> None:
        granted = await asyncio.gather(*(sharing.slot("anycast") for _, sharing, _ in fleet))
        assert sorted(granted) == [False, True]
        # Nobody was drained after all: who was granted is there again, and may be counted on.
        await until(lambda: all(known(one) == 1 for one in ones(fleet)), 5, lambda: list(map(known, ones(fleet))))

    played(tmp_path, 2, GUARD, story)


@needs_lab("etcd")
@apart
def test_a_store_that_hangs_holds_up_nothing(tmp_path):
    guard = replace(GUARD, unknown=Fallback.WITHDRAW, slot_wait_s=0.3, believed_s=30.0)

    async def story(fleet: Fleet, process: subprocess.Popen[bytes]) -> None:
        one = fleet[0][0]
        process.send_signal(signal.SIGSTOP)
        one.well = False
        took_s = await until(lambda: not one.announced, 3, lambda: one.why)
        assert took_s >= 0.25
        began_s = time.monotonic()
        assert await fleet[1][1].slot("anycast") is None
        assert time.monotonic() - began_s < STORE.timeout_s + 0.5
        process.send_signal(signal.SIGCONT)

    async def play(process: subprocess.Popen[bytes]) -> None:
        await ready(Etcd(STORE))
        fleet = [member(f"site{n}", guard) for n in range(2)]
        for one in ones(fleet):
            one.start()
        await until(lambda: all(known(one) == 1 for one in ones(fleet)), 10, "known")
        await story(fleet, process)
        for one in ones(fleet):
            await one.stop()

    with etcd(tmp_path) as running:
        asyncio.run(play(running))


def test_a_withdrawal_has_the_time_at_which_we_first_saw_it():
    known_ = Known()
    seen = Picture(withdrawn=frozenset({("busan/a", "1"), ("seoul/a", "2")}))
    assert known_.times("anycast", "seoul/a", seen, 5.0) == (5.0,)
    assert known_.times("anycast", "seoul/a", seen, 9.0) == (5.0,)
    assert known_.times("anycast", "seoul/a", Picture(), 10.0) == ()
    assert known_.times("anycast", "seoul/a", seen, 11.0) == (11.0,)
