"""Look at the nodes of a lab: routes in their kernels, sessions at control sockets; wait until all is quiet. [I/O]"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from catchment.errors import CatchmentError
from catchment.lab import processes, spaces
from catchment.lab.nodes import Kind, Lab, Node, space_name
from catchment.lab.observed import (
    bird_neighbours,
    bird_sessions,
    bird_words,
    frr_bgp_sessions,
    frr_bgp_words,
    frr_isis_neighbours,
    frr_ospf_neighbours,
    frr_route_words,
    kernel_routes,
    leaves_by,
    longest,
)
from catchment.lab.steps import Alive
from catchment.model.address import Address, Prefix
from catchment.model.network import Daemon
from catchment.results.lab import ObservedHop, Routes, Session

AT_ONCE = 4
EVERY_S = 0.25
CONTROL = "/run/bird/bird.ctl"


Read = dict[str, tuple[tuple[str, str], Routes]]
"""Router -> what `ip` said of its routes last, of each family, and what that means."""


def routes_of(lab: str, routers: Iterable[str], before: Read | None = None) -> dict[str, Routes]:
    """What stands in the kernel of each router, both families; about 5 ms a router.

    before : kept from one reading to the next; of routers where nothing has changed the very same routes come again
    """
    asked, known = list(routers), {} if before is None else before
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(asked, pool.map(lambda router: _routes(lab, router, known), asked), strict=True))


def _routes(lab: str, router: str, known: Read) -> Routes:
    words = ("ip", "-n", space_name(lab, router), "-j")
    said = spaces.run([*words, "-4", "route", "show"]).stdout, spaces.run([*words, "-6", "route", "show"]).stdout
    if router not in known or known[router][0] != said:
        found: dict[Prefix, frozenset[str]] = {}
        for version, text in zip((4, 6), said, strict=True):
            with suppress(ValueError):  # without a word: the namespace is gone, and so are its routes
                found |= kernel_routes(text, version)
        known[router] = said, found
    return known[router][1]


Parser = Callable[[str], Iterator[Session]]

QUESTIONS: dict[Daemon, tuple[tuple[str, ...], tuple[tuple[str, Parser], ...]]] = {
    Daemon.BIRD: (
        ("birdc", "-r", "-s", CONTROL),
        (
            ("show protocols", bird_sessions),
            ("show ospf neighbors p_ospf4", bird_neighbours),
            ("show ospf neighbors p_ospf6", bird_neighbours),
        ),
    ),
    Daemon.FRR: (
        ("vtysh", "-c"),
        (
            ("show bgp summary json", frr_bgp_sessions),
            ("show ip ospf neighbor json", frr_ospf_neighbours),
            ("show ipv6 ospf6 neighbor json", frr_ospf_neighbours),
            ("show isis neighbor", frr_isis_neighbours),
        ),
    ),
}
"""How each daemon is asked: the program, and its questions with what takes the answers apart."""


def sessions_of(node: Node, holder: Alive) -> tuple[Session, ...]:
    """What its daemon says of its sessions; nothing when it does not answer."""
    words, questions = QUESTIONS.get(node.daemon, ((), ()))
    found: list[Session] = []
    for question, parse in questions:
        with suppress(CatchmentError, ValueError):
            done = spaces.run((*processes.enter(holder), *words, question), limit_s=10)
            found += parse(done.stdout)
    return tuple(found)


def walk(lab: Lab, router: str, to: Address, limit: int = 32) -> Iterator[str]:
    """The nodes that a packet to an address passes, by each kernel's own word; ends where it is dropped or at home."""
    here, seen = router, set[str]()
    while len(seen) < limit:
        yield here
        if here in seen:
            yield "and round again"
            return
        seen.add(here)
        done = spaces.run(["ip", f"-{to.version}", "-n", space_name(lab.name, here), "-j", "route", "get", str(to)])
        over = leaves_by(done.stdout)
        if over == "" or (over is not None and over not in lab.behind(here)):
            return
        if over is None:
            yield "no route"
            return
        here = lab.behind(here)[over]


def hops_seen(lab: Lab, names: Iterable[str], to: Address, holders: Callable[[str], Alive]) -> Iterator[ObservedHop]:
    """Of the routers among `names`, each once, the route that its kernel takes and what its daemon says of an address.

    A few commands for each, 5 ms or so each with BIRD, 50 ms with FRR.
    """
    routers = {node.name for node in lab.of_kind(Kind.ROUTER)}
    for name in dict.fromkeys(one for one in names if one in routers):
        kernel = _kernel_words(space_name(lab.name, name), to)
        with suppress(CatchmentError):  # nobody keeps it: it has failed
            node = lab.node(name)
            said = _daemon_words(node, holders(name), to)
            yield ObservedHop(router=name, kernel=kernel, program=node.daemon.value, daemon=said)


def _kernel_words(space: str, to: Address) -> str:
    """The route to an address; what drops is found among all that hold it, for the kernel calls it an error."""
    within = ["ip", f"-{to.version}", "-n", space, "route"]
    done = spaces.run([*within, "get", "fibmatch", str(to)])
    if done.returncode != 0:
        return longest(spaces.run([*within, "show", "to", "match", str(to)]).stdout)
    return " ".join(done.stdout.split())


def _daemon_words(node: Node, holder: Alive, to: Address) -> tuple[str, ...]:
    """() when it does not answer, or when there is none."""
    found: list[str] = []
    words, _ = QUESTIONS.get(node.daemon, ((), ()))
    for question, parse in TELLING.get(node.daemon, {}).get(to.version, ()):
        with suppress(CatchmentError):
            done = spaces.run((*processes.enter(holder), *words, question.format(to)), limit_s=10)
            found += parse(done.stdout) if done.returncode == 0 else ()
    return tuple(found)


Words = Callable[[str], tuple[str, ...]]
TELLING: dict[Daemon, dict[int, tuple[tuple[str, Words], ...]]] = {
    Daemon.BIRD: dict.fromkeys((4, 6), (("show route for {} all", bird_words),)),
    Daemon.FRR: {
        4: (("show ip route {}", frr_route_words), ("show bgp ipv4 unicast {}", frr_bgp_words)),
        6: (("show ipv6 route {}", frr_route_words), ("show bgp ipv6 unicast {}", frr_bgp_words)),
    },
}
"""How each daemon is asked for the route to an address, and what makes its answer short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait.

    limit_s : at all
    quiet_s : without any change, when things are not as predicted
    hold_s  : how long they have to be as predicted, for what only passes by is no rest
    """

    limit_s: float = 120.0
    quiet_s: float = 12.0
    hold_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How waiting ended.

    as_predicted : everything is, at the end
    quiet        : nothing has moved for as long as was asked for; False: the time was over
    took_s       : until the last change where everything is as predicted, else until the end of waiting
    """

    as_predicted: bool
    quiet: bool
    took_s: float
    routes: Mapping[str, Routes]


def until_at_rest(
    read: Callable[[], Mapping[str, Routes]],
    fits: Callable[[Mapping[str, Routes]], tuple[int, int]],
    patience: Patience,
    progress: Callable[[int, int | None], None],
) -> Rest:
    """Read until everything fits and stays so, or nothing has changed for a while, or the time is over.

    fits : (how many routes are as predicted, how many there are to be)
    """
    start = changed = time.monotonic()
    before: Mapping[str, Routes] | None = None
    while True:
        now = read()
        at = time.monotonic()
        if now != before:
            before, changed = now, at
        done, total = fits(now)
        progress(done, total)
        fit = done == total
        quiet = at - changed >= (patience.hold_s if fit else patience.quiet_s)
        if quiet or at - start >= patience.limit_s:
            return Rest(as_predicted=fit, quiet=quiet, took_s=(changed if fit else at) - start, routes=now)
        time.sleep(EVERY_S)
