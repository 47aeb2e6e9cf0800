"""What a server tells the others of its site each second, as a signed datagram. Pure.

    magic "CTMT1" | boot, 8 bytes | number, 8 bytes | JSON | HMAC-SHA256 of all before it, 32 bytes

boot   : random, new whenever an agent begins
number : counts the datagrams of that life from 1
JSON   : {"who": "seoul/ns1", "said": [[name, announced, level, dying, [seconds since its withdrawals]]],
          "heard": {boot of another: the greatest number heard of it}}

`heard` proves that a datagram is new without any clock: see roster.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catchment.model.agent import Level

MAGIC = b"CTMT1"
BOOT_BYTES = 8
HEAD_BYTES = len(MAGIC) + BOOT_BYTES + 8
MAC_BYTES = 32
MOST_BYTES = 1200
"""Of a datagram: it passes every link that IPv6 may use (RFC 8200 5: 1280) without fragments."""

MOST_TIMES = 16
"""Withdrawals that are told of an announcement; hold-downs double, so there are fewer within any window of use."""

LEAST_KEY_BYTES = 16
MOST_KEYS = 2


class Refused(Exception):
    """A datagram that is not taken. why: one of a few words, which are counted."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An announcement as its server tells of it.

    announced : its speaker says that a prefix of it is exported
    level     : what its services say
    dying     : dead and announced all the same: it waits its splay, or a guard keeps it
    withdrawn_ago_s : seconds since its withdrawals, the latest first
    """

    name: str
    announced: bool
    level: Level
    dying: bool = False
    withdrawn_ago_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """See above. who: `site/host`."""

    who: str
    boot: bytes
    number: int
    said: tuple[Said, ...] = ()
    heard: Mapping[bytes, int] = field(default_factory=dict)


def signed(beat: Heartbeat, key: bytes) -> bytes:
    """As a datagram."""
    said = [
        [one.name, one.announced, int(one.level), one.dying, [round(ago_s, 2) for ago_s in _latest(one)]]
        for one in beat.said
    ]
    data = {"who": beat.who, "said": said, "heard": {boot.hex(): number for boot, number in beat.heard.items()}}
    body = MAGIC + beat.boot + beat.number.to_bytes(8) + json.dumps(data, separators=(",", ":")).encode()
    return body + hmac.digest(key, body, "sha256")


def _latest(one: Said) -> tuple[float, ...]:
    return one.withdrawn_ago_s[:MOST_TIMES]


def opened(datagram: bytes, keys: Sequence[bytes]) -> Heartbeat:
    """What it says. Raises Refused: nothing of it is looked into before its signature is found to be right."""
    if len(datagram) > MOST_BYTES:
        raise Refused("too long")
    if len(datagram) < HEAD_BYTES + MAC_BYTES:
        raise Refused("too short")
    if not datagram.startswith(MAGIC):
        raise Refused("foreign")
    body, mac = datagram[:-MAC_BYTES], datagram[-MAC_BYTES:]
    if not any(hmac.compare_digest(hmac.digest(key, body, "sha256"), mac) for key in keys):
        raise Refused("forged")
    boot = body[len(MAGIC) : len(MAGIC) + BOOT_BYTES]
    number = int.from_bytes(body[len(MAGIC) + BOOT_BYTES : HEAD_BYTES])
    try:
        return _read(boot, number, json.loads(body[HEAD_BYTES:]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("malformed") from error


def _read(boot: bytes, number: int, data: Any) -> Heartbeat:
    said = tuple(
        Said(
            name=str(name),
            announced=announced is True,
            level=Level(level),
            dying=dying is True,
            withdrawn_ago_s=tuple(max(0.0, float(one)) for one in ago[:MOST_TIMES]),
        )
        for name, announced, level, dying, ago in data["said"]
    )
    heard = {bytes.fromhex(one): int(greatest) for one, greatest in data["heard"].items()}
    return Heartbeat(who=str(data["who"]), boot=boot, number=number, said=said, heard=heard)


def packed(who: str, boot: bytes, first: int, said: Sequence[Said], heard: Mapping[bytes, int]) -> list[Heartbeat]:
    """As few datagrams as hold it all, numbered from `first`; at least one, for silence says something else."""
    beats: list[Heartbeat] = []
    items: list[Said | tuple[bytes, int]] = [*heard.items(), *said]
    now = Heartbeat(who=who, boot=boot, number=first)
    empty = room = MOST_BYTES - len(signed(now, b""))
    for item in items:
        size = _size(item)
        if size > room and room < empty:
            beats.append(now)
            now, room = Heartbeat(who=who, boot=boot, number=now.number + 1), empty
        now, room = _with(now, item), room - size
    return [*beats, now]


def _size(item: Said | tuple[bytes, int]) -> int:
    """At most this much longer becomes a datagram that holds it too."""
    alone = Heartbeat(who="", boot=bytes(BOOT_BYTES), number=0)
    return len(signed(_with(alone, item), b"")) - len(signed(alone, b"")) + 1


def _with(beat: Heartbeat, item: Said | tuple[bytes, int]) -> Heartbeat:
    said, heard = beat.said, beat.heard
    if isinstance(item, Said):
        said = (*said, item)
    else:
        heard = {**heard, item[0]: item[1]}
    return Heartbeat(who=beat.who, boot=beat.boot, number=beat.number, said=said, heard=heard)


def keys_of(text: str) -> tuple[bytes, ...]:
    """The secrets in a key file, a line each: the first signs, both are believed. Raises ValueError.

    Rotation: the new one as second line everywhere, then as first everywhere, then the old one is removed.
    A line is a secret as it is written, whatever it encodes; it becomes a key of 32 bytes by SHA-256.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not 1 <= len(found) <= MOST_KEYS:
        raise ValueError(f"it holds {len(found)} secrets, and one or two are read")
    if any(len(one) < LEAST_KEY_BYTES for one in found):
        raise ValueError(f"a secret in it is shorter than {LEAST_KEY_BYTES} characters")
    return tuple(hashlib.sha256(one.encode()).digest() for one in found)
