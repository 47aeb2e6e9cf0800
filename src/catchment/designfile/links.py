"""The links of a network: two routers at the ends, costs that the protocol carries, addresses that fit together."""

from ipaddress import ip_interface

from catchment.designfile.decode import Decoded
from catchment.designfile.network_language import LinkKeys, NetworkKeys
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.telling import Telling
from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.model.network import MOST_COST, Igp, Interface, Link, LinkEnd

DEFAULT_COST = 10  # of BIRD for OSPF, and of IS-IS (ISO 10589)
DEFAULT_MTU = 1500


def read_links(name: str, keys: NetworkKeys, decoded: Decoded) -> tuple[tuple[Link, ...], list[Finding]]:
    """The links of the network `name`, in the order of the file, and the rules that they break."""
    reading = _Links(name, keys, decoded)
    return reading.links(), reading.findings


class _Links(Telling):
    def __init__(self, name: str, keys: NetworkKeys, decoded: Decoded) -> None:
        super().__init__("networks", name)
        self.name, self.keys, self.decoded = name, keys, decoded

    def links(self) -> tuple[Link, ...]:
        found: list[Link] = []
        names: dict[str, int] = {}
        for position, keys in enumerate(self.keys.links or ()):
            if not self.ends_fit(position, keys):
                continue
            first, second = keys.between
            name = keys.name or f"{first}-{second}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1 and keys.name:
                self.tell(("links", position, "name"), "D040", f'a link "{name}" is there already', "rename one")
            name = name if names[name] == 1 else f"{name}-{names[name]}"
            costs = self.costs(position, keys)
            addresses = self.link_addresses(position, keys)
            ends = tuple(
                LinkEnd(router=router, cost=cost, addresses=held)
                for router, cost, held in zip(keys.between, costs, addresses, strict=True)
            )
            mtu = keys.mtu or DEFAULT_MTU
            link = Link(name=name, ends=(ends[0], ends[1]), delay_ms=keys.delay, rate_bps=keys.rate, mtu=mtu)
            found.append(link)
        return tuple(found)

    def ends_fit(self, position: int, keys: LinkKeys) -> bool:
        path = ("links", position, "between")
        if len(keys.between) != 2:
            what = f"a link has two ends, and here are {len(keys.between)}"
            self.tell(path, "D036", what, "write between: [seoul, busan]; a LAN is a router with a link to each")
            return False
        known = list(self.keys.routers)
        strange = [(index, name) for index, name in enumerate(keys.between) if name not in self.keys.routers]
        for index, name in strange if self.decoded.sound("networks", self.name, "routers") else ():
            todo = did_you_mean(name, known, f"its routers are {named(known)}")
            self.tell((*path, index), "D036", f'{self.name} has no router "{name}"', todo)
        if not strange and keys.between[0] == keys.between[1]:
            self.tell(path, "D036", f"a link from {keys.between[0]} to itself", "name two routers")
            return False
        return not strange

    def costs(self, position: int, keys: LinkKeys) -> tuple[int, int]:
        path = ("links", position, "cost")
        if keys.cost is None:
            return DEFAULT_COST, DEFAULT_COST
        if self.keys.igp not in MOST_COST:
            counts = (
                "EIGRP counts with rate and delay" if self.keys.igp is Igp.EIGRP else "static routes count nothing"
            )
            self.tell(path, "D037", f"a cost, and {counts}", "remove cost, or choose ospf or isis")
            return DEFAULT_COST, DEFAULT_COST
        if isinstance(keys.cost, dict):
            strange = [name for name in keys.cost if name not in keys.between]
            missing = [name for name in keys.between if name not in keys.cost]
            if strange or missing:
                what = f"a cost for each end is needed, and {named(strange or missing)} is " + (
                    "no end of this link" if strange else "missing"
                )
                a, b = keys.between
                self.tell(path, "D037", what, f"write {{{a}: 10, {b}: 20}}")
                return DEFAULT_COST, DEFAULT_COST
            costs = keys.cost[keys.between[0]], keys.cost[keys.between[1]]
        else:
            costs = keys.cost, keys.cost
        most = MOST_COST[self.keys.igp]
        for cost in dict.fromkeys(costs):
            if not 1 <= cost <= most:
                source = "16 bits, RFC 2328 A.4.2" if self.keys.igp is Igp.OSPF else "24 bits, RFC 5305 3"
                what = f"{self.keys.igp.value} has no cost {cost} ({source})"
                self.tell(path, "D037", what, f"write a cost from 1 to {most}")
        return costs

    def link_addresses(self, position: int, keys: LinkKeys) -> tuple[tuple[Interface, ...], tuple[Interface, ...]]:
        ends: tuple[list[Interface], list[Interface]] = ([], [])
        for index, word in enumerate(keys.addresses or ()):
            read = self.attempt(("links", position, "addresses", index), lambda word=word: _interface(word))  # type: ignore[misc]
            if read is None:
                return (), ()
            ends[index % 2].append(read)
        pairs = list(zip(*ends, strict=False))
        if len(ends[0]) != len(ends[1]) or any(a.network != b.network or a.ip == b.ip for a, b in pairs):
            what = "the addresses of a link come in pairs of one prefix, the first end's and then the second's"
            self.tell(("links", position, "addresses"), "D041", what, "write [198.51.100.0/31, 198.51.100.1/31]")
            return (), ()
        return tuple(ends[0]), tuple(ends[1])


def _interface(word: str) -> Interface:
    try:
        if "/" in word:
            return ip_interface(word)
    except ValueError:
        pass
    raise Broken("D041", f"{shown(word)} is no address with its length", "write e.g. 198.51.100.0/31")
