"""The operator's own config.xml of pfSense with what the design asks for put into it; every other byte stays.

pfSense restores gres, virtualip and gateways only with the whole file, and a section restored alone replaces all that
is in it. So the whole file is exported, merged here, and restored. Merging again changes nothing.
"""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping

from catchment.errors import Problem, RenderError
from catchment.model.network import Link
from catchment.render.heading import MADE_BY, heading, is_ours
from catchment.render.pfsense.splice import Element, Splice, Tree
from catchment.render.pfsense.wants import OURS, Route, Rule, Wants
from catchment.render.view import View

KNOWN_VERSIONS = ("22.", "23.", "24.")
"""Formats of pfSense 2.7 and 2.8 (and Plus of these years); what is asked for has stood still in them."""


FrrText = Callable[[Mapping[str, str]], str]
"""frr.conf, given what pfSense calls each link: name of the link -> gre0, igb1. "" when FRR has nothing to do."""


def merged(config: str, view: View, wanted: Wants, frr: FrrText, where: str) -> tuple[str, tuple[str, ...]]:
    """(the new file, what a person has to look after). where: the file's name, for errors.

    Raises RenderError for a file that is no configuration of pfSense, and for what in it contradicts.
    """
    merge = _Merge(config, view, wanted, where)
    return merge.whole(frr), tuple(dict.fromkeys(merge.notes))


class _Merge:
    def __init__(self, config: str, view: View, wanted: Wants, where: str) -> None:
        self.data, self.view, self.wanted, self.where = config.encode(), view, wanted, where
        self.notes: list[str] = []

    def whole(self, frr: FrrText) -> str:
        one = self.now()
        if one.root.name != "pfsense" or not one.root.says("version").startswith(KNOWN_VERSIONS):
            what = f"it is no configuration of pfSense 2.7 or 2.8 (version {one.root.says('version') or 'missing'})"
            self.stop(what, "export it under Diagnostics > Backup & Restore, with all areas, not encrypted", "R082")
        self.each(self.addresses, self.tunnels, self.interfaces, self.gateways, self.default, self.routes, self.rules)
        text = frr(self.device_names(self.now()))
        if text:
            self.packages(text)
        return self.marked()

    def now(self) -> Splice:
        return Splice(self.data, self.where)

    def each(self, *steps: Callable[[Splice], None]) -> None:
        """Each step sees what the one before it has made."""
        for step in steps:
            one = self.now()
            step(one)
            self.data = one.done()

    def stop(self, what: str, todo: str, rule: str) -> None:
        raise RenderError(Problem(where=self.where, what=what, todo=todo, rule=rule))

    def addresses(self, one: Splice) -> None:
        """An address that the file has already, as an alias, by CARP or of an interface, stays what it is."""
        there = {vip.says("subnet") for vip in _items(one, "virtualip", "vip")}
        there |= {each.says(key) for each in _interfaces(one) for key in ("ipaddr", "ipaddrv6")}
        trees: list[Tree] = [
            (
                "vip",
                [
                    ("mode", "ipalias"),
                    ("interface", "lo0"),
                    ("uniqid", vip.uniqid),
                    ("descr", vip.descr),
                    ("type", "single"),
                    ("subnet_bits", str(vip.address.max_prefixlen)),
                    ("subnet", str(vip.address)),
                ],
            )
            for vip in self.wanted.addresses
            if str(vip.address) not in there
        ]
        one.add(("virtualip",), trees)

    def tunnels(self, one: Splice) -> None:
        there = _items(one, "gres", "gre")
        taken = {gre.says("greif") for gre in there}
        new: list[Tree] = []
        for tunnel in self.wanted.tunnels:
            fields = {
                "if": self.outer_interface(one, str(tunnel.outer_local)),
                "remote-addr": str(tunnel.outer_remote),
            }
            for ends in tunnel.inner:
                six = "6" if ends.local.version == 6 else ""
                fields |= {
                    f"tunnel-local-addr{six}": str(ends.local),
                    f"tunnel-remote-addr{six}": str(ends.remote),
                    f"tunnel-remote-net{six}": str(ends.bits),
                }
            descr = OURS + tunnel.link.name
            known = next((gre for gre in there if gre.says("descr") == descr), None)
            if known:
                for name, value in fields.items():
                    one.put(known, name, value)
                continue
            number = next(number for number in range(1000) if f"gre{number}" not in taken)
            taken.add(f"gre{number}")
            new.append(("gre", [*fields.items(), ("greif", f"gre{number}"), ("descr", descr)]))
        one.add(("gres",), new)

    def interfaces(self, one: Splice) -> None:
        devices = _devices(one)
        held = {each.says("if"): each for each in _interfaces(one)}
        taken = {each.name for each in _interfaces(one)}
        new: list[Tree] = []
        for tunnel in self.wanted.tunnels:
            device, mtu = devices[tunnel.link.name], str(tunnel.link.mtu)
            # pfSense takes 40 (60 for IPv6) from <mss> before it sets the MSS: a packet is what to write
            fields = {"enable": "", "mtu": mtu, "mss": str(tunnel.least_mtu)}
            if device in held:
                for name, value in fields.items():
                    one.put(held[device], name, value)
                continue
            name = next(f"opt{number}" for number in range(1, 1000) if f"opt{number}" not in taken)
            taken.add(name)
            new.append((name, [("descr", tunnel.name), ("if", device), *fields.items(), ("spoofmac", "")]))
        one.add(("interfaces",), new)

    def gateways(self, one: Splice) -> None:
        there = {each.says("name"): each for each in _items(one, "gateways", "gateway_item")}
        new: dict[str, Tree] = {}
        for route in self.wanted.routes:
            where = self.interface_of(one, route.link) if route.link else None
            if self.keeps_default(route):
                self.notes.append(f"the default gateway stays as it is: it should be {route.via}")
                continue
            if route.link and where is None:
                self.notes.append(
                    f"no interface has an address of {route.link.name}: add the route to {route.to} there"
                )
            if route.via is None or where is None:
                continue
            fields = {"interface": where, "gateway": str(route.via)}
            if route.gateway in there:
                for name, value in fields.items():
                    one.put(there[route.gateway], name, value)
                continue
            more = {
                "name": route.gateway,
                "weight": "1",
                "ipprotocol": "inet" if route.to.version == 4 else "inet6",
                "descr": f"{OURS}{route.link.name if route.link else ''}",
                "gw_down_kill_states": "",
                "monitor_disable": "",  # or the monitor takes the tunnel down by itself
            }
            new[route.gateway] = ("gateway_item", [*fields.items(), *more.items()])
        one.add(("gateways",), new.values())

    def default(self, one: Splice) -> None:
        """The default route is a choice among gateways. One over a wire is the operator's and stays."""
        section = one.section("gateways")
        for route in self.wanted.routes:
            if section and route.to.prefixlen == 0 and not self.keeps_default(route):
                one.put(section, f"defaultgw{route.to.version}", route.gateway)

    def routes(self, one: Splice) -> None:
        there = {(each.says("network"), each.says("gateway")) for each in _items(one, "staticroutes", "route")}
        known = {each.says("name") for each in _items(one, "gateways", "gateway_item")} | {"Null4", "Null6"}
        trees: list[Tree] = [
            (
                "route",
                [("network", str(route.to)), ("gateway", route.gateway), ("descr", f"{OURS}{self.view.design}")],
            )
            for route in self.wanted.routes
            if route.to.prefixlen and route.gateway in known and (str(route.to), route.gateway) not in there
        ]
        one.add(("staticroutes",), trees)

    def rules(self, one: Splice) -> None:
        """Ours stand before the others, or one that blocks everything would come first; old ones of ours go."""
        there = _items(one, "filter", "rule")
        wanted = {str(rule.tracker): rule for rule in self.wanted.rules}
        for rule in there:
            if rule.says("descr").startswith(OURS) and rule.says("tracker") not in wanted:
                one.remove(rule)
        known = {rule.says("tracker") for rule in there}
        new = [self.rule(one, tracker, rule) for tracker, rule in wanted.items() if tracker not in known]
        one.add(("filter",), new, there[0] if there else None)

    def rule(self, one: Splice, tracker: str, rule: Rule) -> Tree:
        fields: list[Tree] = [
            ("type", "pass"),
            ("interface", self.interface_of(one, rule.link) or "wan"),
            ("ipprotocol", "inet" if rule.to.version == 4 else "inet6"),
            ("tracker", tracker),
        ]
        fields += [("protocol", rule.protocol)] if rule.protocol else []
        # the design's routes say where answers go, and not where the question came in
        fields += [("statetype", "sloppy state"), ("disablereplyto", "")] if rule.loose else []
        to: list[Tree] = [("address", str(rule.to))]
        fields.append(("source", [("address", str(rule.source))] if rule.source else [("any", "")]))
        fields.append(("destination", [*to, *([("port", rule.port)] if rule.port else [])]))
        return ("rule", [*fields, ("descr", rule.descr)])

    def packages(self, frr: str) -> None:
        """frr.conf into the page Raw Config, and the daemons that it needs switched on."""
        one = self.now()
        if one.section("installedpackages", "frr", "config") is None:
            todo = "install the package FRR, set its master password under Services > FRR, and export again"
            self.stop("FRR is not set up in it", todo, "R083")
        raw = one.section("installedpackages", "frrglobalraw", "config")
        if raw and raw.says("frr") and not is_ours(_decoded(raw.says("frr"))):
            self.stop(
                "the raw configuration of FRR in it was not made here",
                f"merge {self.view.name}/frr.conf into it yourself: Services > FRR > Global Settings > Raw Config",
                "R084",
            )
        daemons = {"frrbgp": "router bgp", "frrospfd": "router ospf\n", "frrbfd": "\nbfd\n"}
        switched = {name: {"enable": "on"} for name, word in daemons.items() if word in frr}
        if self.view.speaker and "frrbgp" in switched:
            switched["frrbgp"] |= {"asnum": str(self.view.speaker.asn), "routerid": str(self.view.speaker.router_id)}
        told = {"frr": {"enable": "on"}, **switched, "frrglobalraw": {"frr": b64encode(frr.encode()).decode()}}
        for name, fields in told.items():
            self.each(lambda one, name=name, fields=fields: _settings(one, name, fields))  # type: ignore[misc]

    def marked(self) -> str:
        """A comment behind the first line tells whose file it is, once."""
        text = self.data.decode()
        lines = [line for line in text.split("\n", 5) if not (line.startswith("<!--") and MADE_BY in line)]
        if not lines[0].startswith("<?xml") or not lines[0].rstrip().endswith("?>"):
            self.stop("it does not begin with <?xml ...?> on a line of its own", "give the file as exported", "R082")
        mark = heading(self.view.design, self.view.name, comment="").strip()
        return "\n".join([lines[0], f"<!-- {mark} -->", *lines[1:]])

    def outer_interface(self, one: Splice, address: str) -> str:
        """What has the outer address: a virtual address, an interface; WAN, which may get it by DHCP or PPPoE."""
        for vip in _items(one, "virtualip", "vip"):
            if vip.says("subnet") == address and vip.says("uniqid"):
                return f"_vip{vip.says('uniqid')}"
        found = (each.name for each in _interfaces(one) if address in (each.says("ipaddr"), each.says("ipaddrv6")))
        name = next(found, "")
        if not name:
            self.notes.append(f"nothing in it has the address {address}: WAN is taken to have it")
        return name or "wan"

    def interface_of(self, one: Splice, link: Link) -> str | None:
        """The name of a link's interface in the file: a tunnel's, one with the design's address, or WAN for the only
        wire; None when it is not to be found."""
        if link.tunnel:
            device = _devices(one).get(link.name)
            return next((each.name for each in _interfaces(one) if each.says("if") == device), None)
        own = {str(held.ip) for held in link.end(self.view.name).addresses}
        for each in _interfaces(one):
            if own & {each.says("ipaddr"), each.says("ipaddrv6")}:
                return each.name
        return "wan" if len(self.wanted.wires) == 1 else None

    def device_names(self, one: Splice) -> dict[str, str]:
        """What pfSense calls each link, as far as it can be told."""
        found = dict(_devices(one))
        held = {each.name: each.says("if") for each in _interfaces(one)}
        for wire in self.wanted.wires:
            name = self.interface_of(one, wire.link)
            found |= {wire.link.name: held[name]} if name and held.get(name) else {}
        return found

    def keeps_default(self, route: Route) -> bool:
        return route.to.prefixlen == 0 and route.link is not None and route.link.tunnel is None


def _settings(one: Splice, name: str, fields: dict[str, str]) -> None:
    """Fields of a package, set where it has them and added where not."""
    config = one.section("installedpackages", name, "config")
    if config is None:
        one.add(("installedpackages", name), [("config", list(fields.items()))])
        return
    for key, value in fields.items():
        one.put(config, key, value)


def _items(one: Splice, section: str, name: str) -> list[Element]:
    found = one.section(section)
    return found.all(name) if found else []


def _interfaces(one: Splice) -> list[Element]:
    found = one.section("interfaces")
    return found.children if found else []


def _devices(one: Splice) -> dict[str, str]:
    """Our tunnels: name in the design -> gre0."""
    tunnels = _items(one, "gres", "gre")
    return {
        gre.says("descr").removeprefix(OURS): gre.says("greif")
        for gre in tunnels
        if gre.says("descr").startswith(OURS)
    }


def _decoded(text: str) -> str:
    try:
        return b64decode(text).decode(errors="replace")
    except NoBase64:
        return text
