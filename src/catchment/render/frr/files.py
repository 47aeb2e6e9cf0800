"""A router's FRR configuration, whole: frr.conf for all daemons, which daemons run, and vtysh.conf."""

from collections.abc import Iterator

from catchment.errors import Problem, RenderError
from catchment.render.agent.gated import Way, ungated, ways
from catchment.render.frr.bgp import bgp
from catchment.render.frr.igp import igp
from catchment.render.frr.multicast import multicast
from catchment.render.frr.parts import FAMILY_WORD, Part, Section, joined
from catchment.render.heading import heading
from catchment.render.machine.hops import Hop, hops
from catchment.render.options import RenderOptions
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile

FOLDER = "/etc/frr"
KNOWN = ("bgpd", "ospfd", "ospf6d", "isisd", "pimd", "bfdd")
"""Daemons of FRR that a design may need, besides zebra and staticd, which always run."""

DAEMONS = """{heading}{switches}
vtysh_enable=yes
zebra_options="  -A 127.0.0.1 -s 90000000"
staticd_options="-A 127.0.0.1"
{options}"""


def frr_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """frr.conf, daemons and vtysh.conf of a router. Raises RenderError with all that FRR cannot do."""
    part = joined((Part(sections=_general(view)), igp(view), multicast(view), bgp(view, options)))
    if part.lacking:
        todo = "change the design, or choose another daemon or device for this router"
        raise RenderError(*(Problem(where=view.name, what=one, todo=todo, rule="R003") for one in part.lacking))
    text = heading(view.design, view.name, _said(view, part), comment="!") + _config(view, part)
    listed = _daemons(view, part)
    vtysh = heading(view.design, view.name, comment="!") + "service integrated-vtysh-config\n"
    return (
        _file(view, "frr.conf", text, Checker.FRR, part.notes),
        _file(view, "daemons", listed, Checker.SHELL),  # frrinit.sh reads it as one
        _file(view, "vtysh.conf", vtysh),
    )


def _file(
    view: View, name: str, text: str, checker: Checker = Checker.NONE, notes: tuple[str, ...] = ()
) -> ConfigFile:
    """Passwords and keys may be added by hand, so others do not read it: as Debian's package has it."""
    target = f"{FOLDER}/{name}"
    return ConfigFile(path=f"{view.name}/{name}", text=text, target=target, checker=checker, mode=0o640, notes=notes)


def _said(view: View, part: Part) -> Iterator[str]:
    if view.interfaces:
        yield "Interfaces are called after the router at the far end, tunnels and services after themselves."
    yield from (f"{way.prefix} is announced by the agent, and by nobody else." for way in _first(ways(view)))
    for one in ungated(view):
        if one.servers:
            said = f"{one.origination.prefix} is announced while {' or '.join(one.servers)} is up"
            yield f"{said}: `no network {one.origination.prefix}` takes it back."
    yield from part.notes


def _first(held: tuple[Way, ...]) -> tuple[Way, ...]:
    """One way of each prefix."""
    return tuple({way.prefix: way for way in reversed(held)}.values())[::-1]


def _general(view: View) -> tuple[Section, ...]:
    """What zebra and staticd are told. A BGP next hop may be reached by a default route, as it may in BIRD."""
    plain = ["frr defaults traditional", f"hostname {view.name}", "log syslog informational"]
    plain += ["service integrated-vtysh-config", "ip forwarding", "ipv6 forwarding"]
    plain += ["ip nht resolve-via-default", "ipv6 nht resolve-via-default"]
    plain += [_static(hop) for hop in hops(view)]
    return tuple(Section(line) for line in plain)


def _static(hop: Hop) -> str:
    way = "blackhole" if hop.interface is None else f"{f'{hop.via} ' if hop.via else ''}{hop.interface.name}"
    return f"{FAMILY_WORD[hop.to.version]} route {hop.to} {way} {hop.distance}"


def _config(view: View, part: Part) -> str:
    """The sections in the order in which FRR wants to hear of them: what is named before who names it.

    Interfaces last: isisd refuses a metric above 63 before it is told that metrics are wide.
    """
    interfaces = [Section(f"interface {name}", tuple(lines)) for name, lines in part.interfaces.items()]
    routers = [one for one in part.sections if one.head.startswith("router ")]
    before = [one for one in part.sections if one not in routers]
    groups = (before, routers, interfaces)
    return "!\n".join(text for group in groups if (text := "".join(one.text() for one in group)))


def _daemons(view: View, part: Part) -> str:
    """/etc/frr/daemons as frrinit.sh reads it."""
    switches = "\n".join(f"{name}={'yes' if name in part.daemons else 'no'}" for name in KNOWN)
    options = "".join(
        f'{name}_options="  -A 127.0.0.1{"".join(f" -M {one}" for one in part.modules.get(name, ()))}"\n'
        for name in KNOWN
        if name in part.daemons
    )
    return DAEMONS.format(heading=heading(view.design, view.name), switches=switches, options=options)
