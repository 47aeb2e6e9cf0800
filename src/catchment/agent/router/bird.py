"""Advice about a bird.conf: its sessions to other ASes, and the protocols that the agent enables. Pure."""

import re
from collections.abc import Iterator, Mapping

from catchment.agent.router.blocks import Block, blocks
from catchment.agent.router.session import Session, advice
from catchment.errors import Problem
from catchment.model.agent import SpeakerSpec

HOLD_S = 240.0  # of BIRD where nothing is said (doc/bird.sgml)
BFD_MS, BFD_MULTIPLIER = 10.0, 5  # of BIRD, likewise
UNITS_MS = {"s": 1000.0, "ms": 1.0, "us": 0.001}


def bird_advice(text: str, name: str, spec: SpeakerSpec) -> Iterator[Problem]:
    """name: of the file, for messages. Templates are heeded; what the file includes is not looked at."""
    whole = blocks(text)
    yield from _protocols(whole, name, spec)
    yield from advice(_sessions(whole, name))


def bird_sessions(text: str, name: str) -> tuple[Session, ...]:
    """The sessions to other ASes, in the order of the file."""
    return tuple(_sessions(blocks(text), name))


def _protocols(whole: Block, name: str, spec: SpeakerSpec) -> Iterator[Problem]:
    """Those of the agent have to be there, and disabled until it enables them."""
    if any(one.startswith("include") for one in whole.statements):
        return  # they may be there
    held = {one.head.split()[2]: one for one in whole.blocks if _is(one, "static")}
    for (prefix, form), protocol in spec.routes.items():
        where = f"{name}: {protocol}"
        if protocol not in held:
            what = f"there is no protocol to announce {prefix} by ({form})"
            yield Problem(where=where, what=what, todo="catchment render writes it", rule="L008")
        elif held[protocol].said("disabled") is None:
            what = f"it is not disabled: BIRD announces {prefix} when it starts, dead or alive"
            yield Problem(where=where, what=what, todo="write disabled; in it", rule="L008")
    ours = {str(prefix) for prefix, _ in spec.routes}
    for protocol, block in held.items():
        routes = {one.split()[1] for one in block.statements if one.startswith("route ")}
        if protocol not in spec.routes.values() and ours & routes and not protocol.startswith("agent_"):
            what = (
                f"it announces {', '.join(sorted(ours & routes))} whatever the agent decides, where a filter lets it"
            )
            yield Problem(where=f"{name}: {protocol}", what=what, todo="leave it to the agent", rule="L008")


def _is(block: Block, kind: str) -> bool:
    words = block.head.split()
    return len(words) > 2 and words[:2] == ["protocol", kind]


def _sessions(whole: Block, name: str) -> Iterator[Session]:
    templates = {one.head.split()[2]: one for one in whole.blocks if one.head.startswith("template bgp ")}
    for one in whole.blocks:
        if _is(one, "bgp"):
            words = one.head.split()
            merged = _from(templates, words[words.index("from") + 1]) if "from" in words else Block()
            merged = _over(merged, one)
            if _is_external(merged):
                yield _session(merged, whole, f"{name}: {words[2]}")


def _from(templates: Mapping[str, Block], name: str, depth: int = 8) -> Block:
    held = templates.get(name)
    if held is None or depth == 0:
        return Block()
    words = held.head.split()
    below = _from(templates, words[words.index("from") + 1], depth - 1) if "from" in words else Block()
    return _over(below, held)


def _over(below: Block, above: Block) -> Block:
    return Block(statements=[*below.statements, *above.statements], blocks=[*below.blocks, *above.blocks])


def _is_external(session: Block) -> bool:
    local = re.search(r"\bas (\d+)", " ".join(one for one in session.statements if one.startswith("local")))
    far = session.said("neighbor") or ""
    number = re.search(r"\bas (\d+)", far)
    if "internal" in far.split():
        return False
    return not (local and number and local[1] == number[1])


def _session(session: Block, whole: Block, where: str) -> Session:
    channels = [one for one in session.blocks if one.head in ("ipv4", "ipv6")]
    channels += [Block(head=one) for one in session.statements if one in ("ipv4", "ipv6")]
    bfd = session.said("bfd") if session.said("bfd") is not None else _block(session, "bfd")
    return Session(
        where=where,
        hold_s=_number(session.said("hold time"), HOLD_S),
        bfd_ms=None if bfd in (None, "off", "no") else _bfd_ms(session, whole),
        restarts=session.said("graceful restart") not in ("off", "no"),
        tells_all=any(one.said("export") == "all" for one in channels),
        limited=all(one.said("receive limit") or one.said("import limit") for one in channels),
        guarded=session.said("ttl security") in ("on", "yes", "") or session.said("password") is not None,
    )


def _block(session: Block, head: str) -> str | None:
    return "on" if any(one.head.split()[:1] == [head] for one in session.blocks) else None


def _bfd_ms(session: Block, whole: Block) -> float:
    """After which time BFD gives up: of the session's own block, or of the first interface of the protocol."""
    own = [one for one in session.blocks if one.head.split()[:1] == ["bfd"]]
    held = [one for top in whole.blocks if top.head.startswith("protocol bfd") for one in top.every()]
    for one in (*own, *held):
        interval = one.said("interval") or one.said("min rx interval")
        if interval:
            return _time_ms(interval) * _number(one.said("multiplier"), BFD_MULTIPLIER)
    return BFD_MS * BFD_MULTIPLIER


def _number(words: str | None, otherwise: float) -> float:
    found = re.match(r"\d+", words or "")
    return float(found[0]) if found else otherwise


def _time_ms(words: str) -> float:
    found = re.match(r"(\d+) ?(us|ms|s)", words)
    return float(found[1]) * UNITS_MS[found[2]] if found else BFD_MS
