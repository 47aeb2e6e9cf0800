"""Whether the store grants a withdrawal: one transaction, so that two sites cannot both get the last slot. Pure.

Keys of an announcement, below the store's prefix (names are quoted, so that a / in one is none of ours):

    v1/ANNOUNCEMENT/present/SITE/HOST             it is announced there; under a lease that its agent renews
    v1/ANNOUNCEMENT/withdrawn/SITE/HOST/ATTEMPT   a withdrawal was granted; under a lease that lasts for the window
    v1/ANNOUNCEMENT/turn                          written by each grant: grants come one after the other

No clock is compared anywhere: what counts is which keys are there, and the store alone lets them go (leases), by its
own time. A grant deletes our own `present` in the same transaction, so the next who asks counts one fewer.

    if the turn is as we read it, and those who are to stay are still there
    then write our withdrawal and the turn, delete our presence
    else read everything again
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from catchment.model.agent import Fallback, Guard

Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One announcement of one host in the store. attempt: of a withdrawal, new for each that is begun."""

    prefix: str
    name: str
    who: str
    attempt: str

    @property
    def folder(self) -> str:
        """What all keys of the announcement begin with."""
        return f"{self.prefix.rstrip('/')}/v1/{quote(self.name, safe='')}/"

    @property
    def present(self) -> str:
        """Our key while we announce."""
        return self.present_of(self.who)

    def present_of(self, who: str) -> str:
        """The key of a `site/host` while it announces."""
        return f"{self.folder}present/{quote(who)}"

    @property
    def withdrawn(self) -> str:
        """Our key when this withdrawal is granted."""
        return f"{self.folder}withdrawn/{quote(self.who)}/{self.attempt}"

    @property
    def turn(self) -> str:
        """The key that each grant writes."""
        return f"{self.folder}turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the store held at a moment. present: `site/host`s; withdrawn: (`site/host`, attempt); turn: its revision."""

    present: frozenset[str] = frozenset()
    withdrawn: frozenset[tuple[str, str]] = frozenset()
    turn: int = 0


def picture(seat: Seat, rows: Iterable[Mapping[str, Any]]) -> Picture:
    """From the `kvs` of etcd's answer to a range over the folder."""
    present, withdrawn, turn = set(), set(), 0
    for row in rows:
        key = b64decode(row["key"]).decode()
        words = [unquote(word) for word in key.removeprefix(seat.folder).split("/")]
        match words:
            case ["present", site, host]:
                present.add(f"{site}/{host}")
            case ["withdrawn", site, host, attempt]:
                withdrawn.add((f"{site}/{host}", attempt))
            case ["turn"]:
                turn = int(row["mod_revision"])
    return Picture(present=frozenset(present), withdrawn=frozenset(withdrawn), turn=turn)


def stayers(guard: Guard, who: str, present: frozenset[str]) -> tuple[str, ...] | None:
    """Those who must still be there when we go: as few as are enough, one of each site first; None: too few are.

    Our own site counts when another host in it stays. Nobody needs to where the last may be withdrawn too.
    """
    if guard.last is Fallback.WITHDRAW:
        return ()
    others = sorted(present - {who})
    sites = {one.partition("/")[0]: one for one in reversed(others)}
    if len(others) < guard.least_others or len(sites) < guard.least_sites:
        return None
    first = sorted(sites.values())[: guard.least_sites]
    more = [one for one in others if one not in first]
    return tuple(sorted((*first, *more[: max(0, guard.least_others - len(first))])))


def refusal(guard: Guard, seat: Seat, seen: Picture) -> str:
    """Why no slot can be granted by what the store holds; "": one may be asked for."""
    if stayers(guard, seat.who, seen.present) is None:
        return f"{len(seen.present - {seat.who})} others announce it"
    used = len(seen.withdrawn - {(seat.who, seat.attempt)})
    return f"{used} were withdrawn of late" if guard.most and used >= guard.most else ""


def grant(guard: Guard, seat: Seat, seen: Picture, lease: int) -> Data:
    """The transaction that grants it, if nothing of what was seen changed meanwhile; else it reads everything again."""
    stay = stayers(guard, seat.who, seen.present)
    assert stay is not None, "it was refused"
    there = [_compare(seat.present_of(one), "CREATE", "GREATER", "create_revision", 0) for one in stay]
    return {
        "compare": [_compare(seat.turn, "MOD", "EQUAL", "mod_revision", seen.turn), *there],
        "success": [
            {"request_put": {"key": _text(seat.withdrawn), "value": _text("granted"), "lease": str(lease)}},
            {"request_put": {"key": _text(seat.turn), "value": _text(f"{seat.who} {seat.attempt}")}},
            {"request_delete_range": {"key": _text(seat.present)}},
        ],
        "failure": [{"request_range": folder_range(seat)}],
    }


def appear(seat: Seat, lease: int, value: str) -> Data:
    """The transaction that says that we announce, unless this withdrawal was granted already.

    Then a late write of ours, which the network held back, must not count us among those who stay.
    """
    return {
        "compare": [_compare(seat.withdrawn, "CREATE", "EQUAL", "create_revision", 0)],
        "success": [{"request_put": {"key": _text(seat.present), "value": _text(value), "lease": str(lease)}}],
        "failure": [],
    }


def vanish(seat: Seat) -> Data:
    """The request that says that we do not announce it."""
    return {"key": _text(seat.present)}


def folder_range(seat: Seat) -> Data:
    """The request for all keys of the announcement, without values. `0` follows `/`."""
    return {"key": _text(seat.folder), "range_end": _text(seat.folder[:-1] + "0"), "keys_only": True}


def _compare(key: str, target: str, result: str, field: str, number: int) -> Data:
    return {"key": _text(key), "target": target, "result": result, field: str(number)}


def _text(word: str) -> str:
    return b64encode(word.encode()).decode()
