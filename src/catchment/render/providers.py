"""A router at a provider: its session as the provider makes it, instead of the design's link, and the facts to read.

In the design the provider is a router of another AS over a link; in the world its end of the session has an address and
an AS number that the provider gives. The lab keeps the design's.
"""

from collections.abc import Iterator
from dataclasses import replace

from catchment.errors import Problem, RenderError
from catchment.model.provider import Provider
from catchment.model.speakers import Role
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.view import Neighbour, View
from catchment.results.config import ConfigFile


def at_provider(view: View) -> View:
    """The view with the provider's sessions, one for each family and each of its addresses; else the same view.

    Raises RenderError when it is not clear which session is the provider's: exactly one, with the role of a customer.
    """
    provider = view.router.provider
    if provider is None or provider.asn is None or not provider.neighbours:
        return view
    ours = [one for one in view.neighbours if one.near.role is Role.CUSTOMER]
    if len(ours) != 1:
        what = f"{len(ours)} of its sessions have the role of a customer, and {provider.title} is one provider"
        todo = "write role: customer at the link to the provider, and another router for another provider"
        raise RenderError(Problem(where=view.name, what=what, todo=todo, rule="R086"))
    found: list[Neighbour] = []
    for one in view.neighbours:
        found += _sessions(one, provider) if one is ours[0] else [one]
    return replace(view, neighbours=tuple(found))


def provider_files(view: View, _: RenderOptions) -> tuple[ConfigFile, ...]:
    """provider.md: what the provider's documents say."""
    provider = view.router.provider
    assert provider is not None
    head = heading(view.design, view.name, comment="").strip()
    text = f"<!-- {head} -->\n" + "".join(f"{line}\n" for line in _lines(provider))
    return (ConfigFile(path=f"{view.name}/provider.md", text=text),)


def _sessions(one: Neighbour, provider: Provider) -> Iterator[Neighbour]:
    """Each family over a session of its own family, for which this router needs an address of that family."""
    for version in sorted(one.families):
        near = one.near.next_hop(version)
        if near is None:
            continue
        for number, address in enumerate(provider.addresses(version), 1):
            yield replace(
                one,
                name=f"{provider.name}-{number}" if number > 1 else provider.name,
                asn=provider.asn or one.asn,
                near=replace(one.near, address=near, other_address=None),
                far=replace(one.far, address=address, other_address=None),
                families=frozenset({version}),
                multihop=provider.multihop,
                interface=None if provider.multihop else one.interface,
            )


def _lines(provider: Provider) -> Iterator[str]:
    yield f"# {provider.title}, as its documents said on {provider.read_on}"
    yield ""
    yield "Facts age: ask the provider before you build on them."
    yield ""
    neighbours = ", ".join(map(str, provider.neighbours)) or "given with the order"
    if provider.asn is not None:
        yield f"- Session: neighbour {neighbours}, AS{provider.asn}{', multihop' if provider.multihop else ''}"
    if provider.seen_asn is not None:
        yield f"- Seen by others: AS{provider.seen_asn}, then yours"
    if provider.password:
        yield "- TCP MD5 password: as set on request; password-file at the link names the file that has it"
    yield from (f"- {line}" for line in provider.knows)
    for title, table in (("you may set", provider.communities), ("the provider sets", provider.sets)):
        if table:
            yield from ("", f"| community that {title} | meaning |", "|---|---|")
            yield from (f"| {community} | {meaning} |" for community, meaning in table)
    yield from ("", f"Sources: {'; '.join(provider.sources)}")
