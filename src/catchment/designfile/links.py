"""Links: two routers at the ends, costs that the protocol carries, addresses that fit together."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_interface

from catchment.designfile.decode import Decoded
from catchment.designfile.link_language import LinkKeys, WireKeys
from catchment.designfile.network_language import NetworkKeys
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.telling import Path, Telling
from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.model.network import MOST_COST, Igp, Interface, Link, LinkEnd, Medium

DEFAULT_COST = 10  # of BIRD for OSPF, and of IS-IS (ISO 10589)
DEFAULT_MTU = 1500

Ends = tuple[tuple[Interface, ...], tuple[Interface, ...]]


class Wires(Telling):
    """Reads links, wherever they stand; `known` are the routers that they may have at their ends.

    sound : whether all of these routers could be read, so that a name that is none of them is a mistake
    names : how many links of the design are called so, up to now
    """

    def __init__(self, part: Path, known: Iterable[str], names: dict[str, int], *, whose: str, sound: bool) -> None:
        super().__init__(*part)
        self.known, self.names, self.whose, self.sound = list(known), names, whose, sound

    def name(self, at: Path, keys: WireKeys) -> str:
        """What the link is called; the second between the same routers is numbered."""
        name = keys.name or "-".join(keys.between)
        self.names[name] = self.names.get(name, 0) + 1
        if self.names[name] > 1 and keys.name:
            self.tell((*at, "name"), "D040", f'a link "{name}" is there already', "rename one")
        return name if self.names[name] == 1 else f"{name}-{self.names[name]}"

    def ends_fit(self, at: Path, between: Sequence[str]) -> bool:
        """Whether there are two ends, both known and not one router."""
        if len(between) != 2:
            what = f"a link has two ends, and here are {len(between)}"
            self.tell(at, "D036", what, f"write {at[-1]}: [seoul, busan]; a LAN is a router with a link to each")
            return False
        strange = [(index, name) for index, name in enumerate(between) if name not in self.known]
        for index, name in strange if self.sound else ():
            todo = did_you_mean(name, self.known, f"its routers are {named(self.known)}")
            self.tell((*at, index), "D036", f'{self.whose} has no router "{name}"', todo)
        if not strange and between[0] == between[1]:
            self.tell(at, "D036", f"a link from {between[0]} to itself", "name two routers")
            return False
        return not strange

    def addresses(self, at: Path, words: Sequence[str] | None) -> Ends:
        """The addresses of both ends; none when they do not fit together."""
        ends: tuple[list[Interface], list[Interface]] = ([], [])
        for index, word in enumerate(words or ()):
            read = self.attempt((*at, index), lambda word=word: interface(word))  # type: ignore[misc]
            if read is None:
                return (), ()
            ends[index % 2].append(read)
        pairs = list(zip(*ends, strict=False))
        if len(ends[0]) != len(ends[1]) or any(a.network != b.network or a.ip == b.ip for a, b in pairs):
            what = "the addresses of a link come in pairs of one prefix, the first end's and then the second's"
            self.tell(at, "D041", what, "write [198.51.100.0/31, 198.51.100.1/31]")
            return (), ()
        return tuple(ends[0]), tuple(ends[1])

    def link(self, at: Path, keys: WireKeys, costs: tuple[int, int]) -> Link:
        """The link that `keys` are about, whose ends fit."""
        addresses = self.addresses((*at, "addresses"), keys.addresses)
        first, second = (
            LinkEnd(router=router, cost=cost, addresses=held)
            for router, cost, held in zip(keys.between, costs, addresses, strict=True)
        )
        return Link(
            name=self.name(at, keys),
            ends=(first, second),
            delay_ms=keys.delay,
            rate_bps=keys.rate,
            mtu=keys.mtu or DEFAULT_MTU,
            medium=keys.medium or Medium.ETHERNET,
        )


def read_links(
    name: str, keys: NetworkKeys, decoded: Decoded, names: dict[str, int]
) -> tuple[tuple[Link, ...], list[Finding]]:
    """The links of the network `name`, in the order of the file, and the rules that they break; counts their names."""
    sound = decoded.sound("networks", name, "routers")
    wires = Wires(("networks", name), keys.routers, names, whose=name, sound=sound)
    igp = keys.igp or Igp.STATIC
    links = tuple(_inside(wires, keys.links or (), igp))
    return links, wires.findings


def _inside(wires: Wires, links: Sequence[LinkKeys], igp: Igp) -> Iterator[Link]:
    for position, keys in enumerate(links):
        at = ("links", position)
        if wires.ends_fit((*at, "between"), keys.between):
            yield wires.link(at, keys, _costs(wires, (*at, "cost"), keys, igp))


def _costs(wires: Wires, at: Path, keys: LinkKeys, igp: Igp) -> tuple[int, int]:
    if keys.cost is None:
        return DEFAULT_COST, DEFAULT_COST
    if igp not in MOST_COST:
        counts = "EIGRP counts with rate and delay" if igp is Igp.EIGRP else "static routes count nothing"
        wires.tell(at, "D037", f"a cost, and {counts}", "remove cost, or choose ospf or isis")
        return DEFAULT_COST, DEFAULT_COST
    if isinstance(keys.cost, dict):
        strange = [name for name in keys.cost if name not in keys.between]
        missing = [name for name in keys.between if name not in keys.cost]
        if strange or missing:
            what = f"a cost for each end is needed, and {named(strange or missing)} is " + (
                "no end of this link" if strange else "missing"
            )
            a, b = keys.between
            wires.tell(at, "D037", what, f"write {{{a}: 10, {b}: 20}}")
            return DEFAULT_COST, DEFAULT_COST
        costs = keys.cost[keys.between[0]], keys.cost[keys.between[1]]
    else:
        costs = keys.cost, keys.cost
    most = MOST_COST[igp]
    for cost in dict.fromkeys(costs):
        if not 1 <= cost <= most:
            source = "16 bits, RFC 2328 A.4.2" if igp is Igp.OSPF else "24 bits, RFC 5305 3"
            what = f"{igp.value} has no cost {cost} ({source})"
            wires.tell(at, "D037", what, f"write a cost from 1 to {most}")
    return costs


def interface(word: str) -> Interface:
    """An address with the length of its subnet. Raises Broken (D041)."""
    try:
        if "/" in word:
            return ip_interface(word)
    except ValueError:
        pass
    raise Broken("D041", f"{shown(word)} is no address with its length", "write e.g. 198.51.100.0/31")
