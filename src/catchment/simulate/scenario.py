"""A scenario: what is different from the design as written."""

from dataclasses import dataclass

from catchment.model.address import Asn, Prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Hijack:
    """Another AS announces address space of ours; prefix None means the very prefix that is predicted."""

    asn: Asn
    prefix: Prefix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes to a design; the empty one is the undisturbed case.

    down    : (site, neighbour AS or None): a session, or with None the whole site, announces nothing
    prepend : (site, neighbour AS or None, n): the announcement over that session, or all of the site's, has n prepends
    hijacks : other ASes that announce the prefix or a more specific one
    withdrawn : sites that announce nothing while their routers and servers stay up
    inside  : routers, links and servers of our own networks that are down; sessions at such a router announce nothing
    """

    down: tuple[tuple[str, Asn | None], ...] = ()
    prepend: tuple[tuple[str, Asn | None, int], ...] = ()
    hijacks: tuple[Hijack, ...] = ()
    withdrawn: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    def __str__(self) -> str:
        down = [f"{site}{f':AS{asn}' if asn else ''}" for site, asn in self.down]
        words = [f"{name} down" for name in dict.fromkeys([*down, *self.inside])]
        words += [f"{site} withdrawn" for site in self.withdrawn]
        words += [f"{site}{f':AS{asn}' if asn else ''} prepended {n}x" for site, asn, n in self.prepend]
        words += [f"AS{h.asn} announces {h.prefix or 'the same prefix'}" for h in self.hijacks]
        return ", ".join(words) or "undisturbed"


UNDISTURBED = Scenario()
