"""What the IGP of each network is told by the design: areas, levels, leaks, redistribution; and what would not work.

Areas that are left out are filled in, so that the long form shows them all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from catchment.designfile.decode import Decoded
from catchment.designfile.igp_language import RedistributeKeys
from catchment.designfile.network_language import NetworkKeys, RouterKeys
from catchment.designfile.networks import destinations
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.telling import Telling
from catchment.model.address import Prefix
from catchment.model.network import BACKBONE, Igp, Kept, Level, Link, Network, Redistribution, Router, Told
from catchment.model.service import Service

E2_COST, DEFAULT_ROUTE_COST = 20, 10  # redistribute static, default-information originate of FRR
TELLS = {
    Igp.OSPF: (Told.INTERNAL, Told.E1, Told.E2),
    Igp.ISIS: (Told.INTERNAL,),  # wide metrics know no other kind (RFC 5305 4)
    Igp.EIGRP: (Told.INTERNAL, Told.EXTERNAL),
    Igp.STATIC: (Told.INTERNAL,),
}
OUTSIDE = {Igp.OSPF: Told.E2, Igp.ISIS: Told.INTERNAL, Igp.EIGRP: Told.EXTERNAL}
TAKES = {
    Igp.OSPF: {"area", "redistribute"},
    Igp.ISIS: {"area", "level", "redistribute", "leak"},
    Igp.EIGRP: {"redistribute", "variance", "metric"},
    Igp.STATIC: set[str](),
}
"""Keys of a network or router that only some protocols take; links of IS-IS have no area."""
EVERYTHING = ("all",)


def igps(
    decoded: Decoded, networks: Sequence[Network], services: Sequence[Service]
) -> tuple[tuple[Network, ...], list[Finding]]:
    """The networks with what their keys say of the IGP, and the rules that they break. `networks` are sound so far."""
    found, findings = [], []
    for network in networks:
        reading = _Igp(network, (decoded.keys.networks or {})[network.name])
        found.append(reading.network(services))
        findings += reading.findings
    return tuple(found), findings


class _Igp(Telling):
    def __init__(self, network: Network, keys: NetworkKeys) -> None:
        super().__init__("networks", network.name)
        self.plain, self.keys = network, keys

    def network(self, services: Sequence[Service]) -> Network:
        """The network; with findings it is good for checks only."""
        self.keys_fit()
        self.servers_fit(services)
        if self.findings:
            return self.plain
        versions = {address.version for router in self.plain.routers for address in router.loopbacks}
        routers = tuple(
            replace(
                router,
                area=self.area(self.keys.routers[router.name].area),
                level=self.keys.routers[router.name].level or Level.TWO,
                redistributes=tuple(self.redistributions(self.keys.routers[router.name])),
                leaks=tuple(self.leaks(router.name, services, versions)),
            )
            for router in self.plain.routers
        )
        written = self.keys.links or ()
        links = tuple(
            replace(link, area=self.area(keys.area) or BACKBONE, level=keys.level or Level.BOTH)
            for link, keys in zip(self.plain.links, written, strict=False)
        )  # tunnels come behind the links that are written here
        network = replace(
            self.plain,
            routers=routers,
            links=(*links, *_beneath(links, self.plain.links[len(written) :])),
            variance=self.keys.variance or 1,
            wide=self.keys.metric == "wide",
        )
        if network.igp is Igp.OSPF:
            return self.with_areas(network)
        return self.with_levels(network) if network.igp is Igp.ISIS else network

    def area(self, written: str | None) -> str:
        """An area in the one form that it is compared in."""
        return str(int(written)) if written and self.plain.igp is Igp.OSPF else written or ""

    def keys_fit(self) -> None:
        """Only keys that the protocol takes."""
        takes, igp = TAKES[self.plain.igp], self.plain.igp.value
        places: list[tuple[tuple[str | int, ...], Any]] = [((), self.keys)]
        places += [(("routers", name), keys) for name, keys in self.keys.routers.items()]
        places += [(("links", position), keys) for position, keys in enumerate(self.keys.links or ())]
        for path, keys in places:
            for word in ("area", "level", "redistribute", "leak", "variance", "metric"):
                on_link = path[:1] == ("links",) and word == "area" and self.plain.igp is Igp.ISIS
                if getattr(keys, word, None) is not None and (word not in takes or on_link):
                    what = "areas of IS-IS are those of routers" if on_link else f"{igp} has no {word}"
                    todo = "write area at the routers" if on_link else f"remove {word}, or choose another igp"
                    self.tell((*path, word), "D047", what, todo, at_key=True)
        for name, router in self.keys.routers.items():
            self.router_fits(name, router)
        for position, link in enumerate(self.keys.links or ()):
            if link.area is not None and self.plain.igp is Igp.OSPF and not link.area.isdigit():
                self.tell(
                    ("links", position, "area"), "D048", f"{link.area} is no area of OSPF", "write 0 or 0.0.0.0"
                )

    def router_fits(self, name: str, keys: RouterKeys) -> None:
        if keys.area is not None and self.plain.igp is Igp.OSPF and not keys.area.isdigit():
            self.tell(("routers", name, "area"), "D048", f"{keys.area} is no area of OSPF", "write 0 or 0.0.0.0")
        if keys.area is not None and self.plain.igp is Igp.ISIS and (len(keys.area) < 2 or len(keys.area) % 5 != 2):
            self.tell(("routers", name, "area"), "D048", f"{keys.area} is no area of IS-IS", "write e.g. 49.0001")
        if keys.leak is not None and keys.level is not Level.BOTH and self.plain.igp is Igp.ISIS:
            what = f"{name} is no router of both levels, and has nothing to leak"
            self.tell(("routers", name, "leak"), "D047", what, "add level: 1-2, or remove leak", at_key=True)
        for position, one in enumerate(keys.redistribute or ()):
            path = ("routers", name, "redistribute", position)
            known = TELLS[self.plain.igp][1:] or TELLS[self.plain.igp]
            if one.as_ is not None and one.as_ not in known and self.plain.igp is not Igp.STATIC:
                self.tell((*path, "as"), "D047", *self.no_such(one.as_, known))
            if one.cost is not None and self.plain.igp is Igp.EIGRP:
                self.tell((*path, "cost"), "D037", "a cost, and EIGRP counts with rate and delay", "remove cost")

    def no_such(self, told: Told, known: Iterable[Told]) -> tuple[str, str]:
        words = " or ".join(one.value for one in known)
        return f"{self.plain.igp.value} does not tell anything as {told.value}", f"write {words}"

    def servers_fit(self, services: Sequence[Service]) -> None:
        here = {server.service for server in self.plain.servers}
        for service in services:
            if service.name in here and service.told not in TELLS[self.plain.igp]:
                what, todo = self.no_such(service.told, TELLS[self.plain.igp])
                path = ("services", service.name, "told")
                self.findings.append(Finding(path=path, rule="D047", what=what, todo=todo))

    def redistributions(self, keys: RouterKeys) -> Iterable[Redistribution]:
        for one in keys.redistribute or ():
            yield Redistribution(what=one.what, told=one.as_ or OUTSIDE[self.plain.igp], cost=self.cost_of(one))

    def cost_of(self, keys: RedistributeKeys) -> int:
        if keys.cost is not None:
            return keys.cost
        if self.plain.igp is not Igp.OSPF:
            return 0
        return DEFAULT_ROUTE_COST if keys.what is Kept.DEFAULT else E2_COST

    def leaks(self, name: str, services: Sequence[Service], versions: Collection[int]) -> Iterable[Prefix]:
        for position, word in enumerate(self.keys.routers[name].leak or ()):
            path = ("routers", name, "leak", position)
            meant = "default" if word in EVERYTHING else word
            yield from self.attempt(path, lambda meant=meant: destinations(meant, services, versions)) or ()  # type: ignore[misc]

    def with_areas(self, network: Network) -> Network:
        """OSPF: every router with its area, and the backbone in one piece that all borders are in."""
        areas = network.areas()
        if len({area for held in areas.values() for area in held}) > 1:
            for name, held in areas.items():
                if len(held) > 1 and BACKBONE not in held:
                    what = f"{name} is in areas {named(list(held))}, and not in the backbone, area 0"
                    todo = "put a link of it into area 0: what borders tell goes through the backbone (RFC 2328 3.1)"
                    self.tell(("routers", name), "D046", what, todo, at_key=True)
            members = [name for name, held in areas.items() if BACKBONE in held]
            self.one_piece("area 0", members, [link for link in network.links if link.area == BACKBONE])
        homes = network.home_areas()
        return replace(network, routers=tuple(replace(one, area=homes[one.name]) for one in network.routers))

    def one_piece(self, what: str, members: Sequence[str], links: Iterable[Link]) -> None:
        if self.findings:
            return
        pieces = _pieces(members, links)
        if len(pieces) > 1:
            few = " and ".join(named(piece[:3]) + " ..." * (len(piece) > 3) for piece in pieces[:2])
            todo = "join them by a link that is in it; what goes from one area to another goes through it"
            self.tell(("links",) if self.keys.links else (), "D045", f"{what} is in several parts: {few}", todo,
                      at_key=True)  # fmt: skip

    def with_levels(self, network: Network) -> Network:
        """IS-IS: every router with its area, neighbours on every link, and level 2 in one piece."""
        network = replace(network, routers=tuple(self.in_areas(network)))
        routers = {router.name: router for router in network.routers}
        joined: list[Link] = []
        for position, link in enumerate(network.links):
            first, second = (routers[end.router] for end in link.ends)
            common = first.level.both(second.level)
            common = common.both(link.level) if common else None
            two = common is not None and common.has(2)
            joined += [link] * two
            if common is None or (first.area != second.area and not two):
                apart = f"{first.level.value} in {first.area} and {second.level.value} in {second.area}"
                what = f"{first.name} and {second.name} are no neighbours over {link.name}: levels {apart}"
                path = ("links", position) if link.tunnel is None else ("links",)
                self.tell(path, "D049", what, "give them a level in common; level 1 needs one area too", at_key=True)
        self.one_piece("level 2", [name for name, router in routers.items() if router.level.has(2)], joined)
        return network

    def in_areas(self, network: Network) -> Iterable[Router]:
        """Routers without an area take that of the routers they are joined to in level 1; else each group gets one."""
        ones = {router.name: router for router in network.routers if router.level.has(1)}
        links = [link for link in network.links if link.level.has(1) and all(end.router in ones for end in link.ends)]
        area: dict[str, str] = {router.name: router.area for router in network.routers}
        used = {router.area for router in network.routers}
        for piece in _pieces(list(ones), links):
            given = sorted({area[name] for name in piece} - {""})
            if len(given) > 1 and any(not area[name] for name in piece):
                lacking = next(name for name in piece if not area[name])
                what = f"{lacking} is joined in level 1 to areas {named(given)}, and says none"
                self.tell(("routers", lacking), "D048", what, f"add area: {given[0]}", at_key=True)
            new = given[0] if given else next(one for n in range(1, 2**16) if (one := f"49.{n:04x}") not in used)
            used.add(new)
            area |= {name: area[name] or new for name in piece}
        return (replace(router, area=area[router.name] or "49.0000") for router in network.routers)


def _beneath(links: Sequence[Link], tunnels: Iterable[Link]) -> Iterable[Link]:
    """Tunnels that the IGP runs over, each in the lowest area that both its ends have links in."""
    areas: dict[str, set[str]] = {}
    for link in links:
        for end in link.ends:
            areas.setdefault(end.router, set()).add(link.area)
    for tunnel in tunnels:
        first, second = (areas.get(end.router, set()) for end in tunnel.ends)
        yield replace(tunnel, area=min(first & second, key=int, default=BACKBONE))


def _pieces(members: Sequence[str], links: Iterable[Link]) -> list[list[str]]:
    """The groups of routers that links join, each in the order of `members`."""
    head = {name: name for name in members}

    def find(name: str) -> str:
        while head[name] != name:
            head[name] = name = head[head[name]]
        return name

    for link in links:
        first, second = (find(end.router) for end in link.ends)
        head[second] = first
    pieces: dict[str, list[str]] = {}
    for name in members:
        pieces.setdefault(find(name), []).append(name)
    return list(pieces.values())
