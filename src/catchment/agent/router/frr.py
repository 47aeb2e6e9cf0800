"""Advice about an frr.conf: its sessions to other ASes, and what it announces of the agent's prefixes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catchment.agent.router.session import Session, advice
from catchment.errors import Problem
from catchment.model.agent import SpeakerSpec

HOLD_S = 180.0  # of FRR with `frr defaults traditional`
BFD_MS, BFD_MULTIPLIER = 300.0, 3  # of bfdd


@dataclass(slots=True)
class Router:
    """One `router bgp`: its own lines, and for each neighbour or group what is said of it, in all families."""

    asn: str
    lines: list[str] = field(default_factory=list)
    peers: dict[str, list[str]] = field(default_factory=dict)
    active: dict[str, set[str]] = field(default_factory=dict)

    def of(self, peer: str) -> list[str]:
        """What holds for a neighbour: of its group, then its own."""
        own = self.peers.get(peer, [])
        groups = [one.split()[1] for one in own if re.fullmatch(r"peer-group \S+", one)]
        return [line for group in groups for line in self.peers.get(group, [])] + own


def frr_advice(text: str, name: str, spec: SpeakerSpec) -> Iterator[Problem]:
    """name: of the file, for messages."""
    bfd, routers = _bfd_profiles(text), list(_routers(text))
    if str(spec.asn) not in [router.asn for router in routers]:
        what = "FRR has no BGP of our AS, and announces nothing"
        todo = "write it, or correct asn: in the agent's file"
        yield Problem(where=f"{name}: router bgp {spec.asn}", what=what, todo=todo, rule="L008")
    for router in routers:
        where = f"{name}: router bgp {router.asn}"
        yield from _announced(router, where, spec)
        yield from advice(_sessions(router, name, bfd))


def frr_sessions(text: str, name: str) -> tuple[Session, ...]:
    """The sessions to other ASes, in the order of the file."""
    bfd = _bfd_profiles(text)
    return tuple(session for router in _routers(text) for session in _sessions(router, name, bfd))


def _routers(text: str) -> Iterator[Router]:
    found: Router | None = None
    for line in text.splitlines():
        if not line or line[0] in "!#":
            continue
        if not line[0].isspace() and line.strip() not in ("exit-address-family", "exit"):
            if found:
                yield found
            match = re.match(r"router bgp (\d+)", line)
            found = Router(match[1]) if match else None
        elif found:
            words = line.split()
            if words[0] == "neighbor" and len(words) > 2:
                found.peers.setdefault(words[1], []).append(" ".join(words[2:]))
            else:
                found.lines.append(" ".join(words))
    if found:
        yield found


def _announced(router: Router, where: str, spec: SpeakerSpec) -> Iterator[Problem]:
    for prefix in dict.fromkeys(prefix for prefix, _ in spec.routes):
        if any(f"{line} ".startswith(f"network {prefix} ") for line in router.lines):
            what = f"FRR announces {prefix} when it starts, dead or alive"
            yield Problem(where=where, what=what, todo="remove the network line: the agent writes it", rule="L008")
    if "no bgp network import-check" not in router.lines:
        what = "a network line announces nothing without a route to exactly that prefix"
        yield Problem(where=where, what=what, todo="no bgp network import-check", rule="L009")
    if "no bgp ebgp-requires-policy" in router.lines:
        what = "a neighbour without a policy is told everything"
        yield Problem(where=where, what=what, todo="remove no bgp ebgp-requires-policy (RFC 8212)", rule="L009")


def _sessions(router: Router, name: str, bfd: dict[str, float]) -> Iterator[Session]:
    restarts = "bgp graceful-restart-disable" not in router.lines
    hold = next((line.split()[3] for line in router.lines if re.fullmatch(r"timers bgp \d+ \d+", line)), None)
    for peer in router.peers:
        said = router.of(peer)
        far = next((one.split()[1] for one in said if one.startswith("remote-as ")), None)
        if far is None or far in (router.asn, "internal") or "peer-group" in router.peers[peer]:
            continue
        own = next((one.split()[2] for one in said if re.fullmatch(r"timers \d+ \d+", one)), hold)
        yield Session(
            where=f"{name}: neighbor {peer}",
            hold_s=float(own) if own else HOLD_S,
            bfd_ms=_bfd_ms(said, bfd),
            restarts=restarts and "graceful-restart-disable" not in said,
            tells_all=not any(re.match(r"(route-map|prefix-list|filter-list) \S+ out$", one) for one in said),
            limited=any(one.startswith("maximum-prefix ") for one in said),
            guarded=any(one.startswith(("ttl-security ", "password ")) for one in said),
        )


def _bfd_ms(said: list[str], profiles: dict[str, float]) -> float | None:
    held = [one for one in said if one.startswith("bfd")]
    if not held:
        return None
    for one in held:
        numbers = re.fullmatch(r"bfd (\d+) (\d+) (\d+)", one)
        if numbers:
            return float(numbers[1]) * float(numbers[2])
        if one.startswith("bfd profile "):
            return profiles.get(one.split()[2], BFD_MS * BFD_MULTIPLIER)
    return BFD_MS * BFD_MULTIPLIER


def _bfd_profiles(text: str) -> dict[str, float]:
    """Profile -> milliseconds until it gives up."""
    found: dict[str, dict[str, float]] = {}
    now = ""
    for words in (line.split() for line in text.splitlines()):
        if words[:1] == ["profile"] and len(words) == 2:
            now = words[1]
            found[now] = {"detect-multiplier": BFD_MULTIPLIER, "receive-interval": BFD_MS}
        elif now and len(words) == 2 and words[0] in found[now]:
            found[now][words[0]] = float(words[1])
        elif words[:1] == ["exit"]:
            now = ""
    return {name: held["detect-multiplier"] * held["receive-interval"] for name, held in found.items()}
