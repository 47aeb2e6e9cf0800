"""What the agent of a router decides about: the announcements that stand for servers which can be asked.

An announcement is the agent's when one of its servers has a check that can be asked from here. With a server at this
very router only that one is asked: what arrives here for the address ends at it, whoever else is alive. Without one
the agent asks the address as clients do, and any of the servers inside may answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catchment.model.address import Address, Prefix
from catchment.model.agent import Announcement, Check, Form, Forms, Need, Policy, Service, route_names
from catchment.model.inside import Announcement as Announced
from catchment.model.network import Server
from catchment.model.speakers import Origination
from catchment.render.agent.questions import checks_of
from catchment.render.view import View

MOST_NAME = 36
"""Of an announcement: with what stands around it, it has to fit into a name of BIRD's, which has 63 characters."""

MOST_INSIDE = 10
"""The most that FRR takes (`allowas-in`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """An announcement of the agent, and those of the design that it stands for, in the order of its prefixes."""

    announcement: Announcement
    stands_for: tuple[Announced, ...]
    services: tuple[Service, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A prefix in a form, as the agent may ask the daemon for it: the daemon's name for it, and what it comes from."""

    name: str
    prefix: Prefix
    form: Form
    origination: Origination


def gated(view: View) -> tuple[Gated, ...]:
    """What the agent decides about, in the order of the design; () without an agent."""
    if view.agent is None:
        return ()
    found: list[Gated] = []
    taken: set[str] = set()
    for group in _groups(view):
        addresses = [address for one in group for address in _addresses(view, one)]
        name = _name(view, group, taken)
        asked = tuple(_asked(view, name, group[0], addresses))
        if asked:
            taken.add(name)
            found.append(_gated(view, name, group, asked))
    return tuple(found)


def ungated(view: View) -> tuple[Announced, ...]:
    """The announcements that the daemon makes by itself."""
    taken = {id(one) for group in gated(view) for one in group.stands_for}
    return tuple(one for one in view.announcements if id(one) not in taken)


def ways(view: View) -> tuple[Way, ...]:
    """Everything that the agent may ask this router's daemon for."""
    return tuple(
        Way(
            name=name,
            prefix=prefix,
            form=form,
            origination=next(one.origination for one in held.stands_for if one.origination.prefix == prefix),
        )
        for held in gated(view)
        for (prefix, form), name in route_names(held.announcement).items()
    )


def policy(view: View) -> Policy | None:
    """All that the agent of this router decides by; None: it has none, or nothing to decide."""
    held = gated(view)
    if view.agent is None or not held:
        return None
    return Policy(
        site=view.name,
        checks=tuple(check for one in held for check in one.checks),
        services=tuple(service for one in held for service in one.services),
        announcements=tuple(one.announcement for one in held),
        timing=view.agent.timing,
    )


def prepends_inside(view: View) -> int:
    """How often our own AS number may stand in what a router of our own tells us; 0: never.

    FRR has no other place for the prepend of a form than the route itself, which inside the AS looks like a loop: a
    site that degrades would be gone there. Over eBGP a path with our number is a loop still.
    """
    if view.agent is None:
        return 0
    forms = view.agent.forms
    held = [form.prepend for form in (forms.degraded, forms.down, forms.draining) if form is not None]
    return min(max(held), MOST_INSIDE)


def _groups(view: View) -> Iterator[tuple[Announced, ...]]:
    """Announcements that stand and fall together: those for the same servers where the design asks for that."""
    assert view.agent is not None
    whole: dict[object, list[Announced]] = {}
    for number, one in enumerate(view.announcements):
        if one.servers:
            # what is announced otherwise (MED, communities) has other forms, and needs an announcement of its own
            key = (one.servers, replace(one.origination, prefix=None)) if view.agent.together else number  # type: ignore[arg-type]
            whole.setdefault(key, []).append(one)
    yield from (tuple(group) for group in whole.values())


def _servers(view: View, one: Announced) -> list[Server]:
    """Those that are asked: at this router, or where there is none all."""
    all_ = [server for server in view.network.servers if server.name in one.servers]
    return [server for server in all_ if server.router == view.name] or all_


def _addresses(view: View, one: Announced) -> list[Address]:
    """What is asked for an announcement: the addresses of its servers in its prefix, or all where none is in it."""
    every = list(dict.fromkeys(address for server in _servers(view, one) for address in server.addresses))
    prefix = one.origination.prefix
    return [address for address in every if address.version == prefix.version and address in prefix] or every


def _asked(
    view: View, name: str, one: Announced, addresses: Sequence[Address]
) -> Iterator[tuple[Service, tuple[Check, ...]]]:
    """Each service of the servers, with its checks; those without any are not there."""
    assert view.agent is not None
    held: dict[str, Server] = {server.service: server for server in reversed(_servers(view, one))}
    for service, server in reversed(held.items()):
        own = [address for address in server.addresses if address in addresses]
        called = name if len(held) == 1 else f"{name}-{service}"
        elsewhere = server.router != view.name
        checks = checks_of(called, view.checks.get(service, ()), own, view.agent.pace, elsewhere=elsewhere)
        if checks:
            need = Need(weights={check.name: 1 for check in checks}, least=len(checks))
            yield Service(name=called, need=need), checks


def _name(view: View, group: Sequence[Announced], taken: Iterable[str]) -> str:
    """After its services; with the family, and a number, where others are called so too."""
    services = dict.fromkeys(server.service for server in _servers(view, group[0]))
    plain = "-".join(services)[:MOST_NAME] or "service"
    alike = [one for one in view.announcements if one.servers and _services(view, one) == _services(view, group[0])]
    if len(group) < len(alike):
        versions = sorted({one.origination.prefix.version for one in group})
        plain = f"{plain}-{'-'.join(f'ipv{version}' for version in versions)}"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    return name


def _services(view: View, one: Announced) -> list[str]:
    return list(dict.fromkeys(server.service for server in _servers(view, one)))


def _gated(
    view: View, name: str, group: tuple[Announced, ...], asked: tuple[tuple[Service, tuple[Check, ...]], ...]
) -> Gated:
    assert view.agent is not None
    services = tuple(service for service, _ in asked)
    return Gated(
        announcement=Announcement(
            name=name,
            prefixes=tuple(one.origination.prefix for one in group),
            need=Need(weights={service.name: 1 for service in services}, least=1),
            forms=_forms(view.agent.forms, group[0].origination),
            hold=view.agent.hold,
            guard=view.agent.guard,
            draining=view.agent.draining,
            splay_s=view.agent.splay_s,
        ),
        stands_for=group,
        services=services,
        checks=tuple(check for _, checks in asked for check in checks),
    )


def _forms(forms: Forms, said: Origination) -> Forms:
    """What is announced while all is well is the design's; the other forms are added to it."""

    def added(form: Form) -> Form:
        return Form(
            prepend=form.prepend,
            communities=tuple(sorted({*said.communities, *form.communities})),
            med=said.med if form.med is None else form.med,
        )

    return Forms(
        up=added(Form()),
        degraded=added(forms.degraded),
        down=None if forms.down is None else added(forms.down),
        draining=added(forms.draining),
    )
