"""What to click in pfSense, in words, in an order in which each step finds what it needs."""

from collections.abc import Iterator

from catchment.render.heading import heading
from catchment.render.pfsense.wants import GreTunnel, Rule, Wants
from catchment.render.view import Interface, View


def steps(view: View, wanted: Wants, *, with_frr: bool) -> str:
    """Markdown. Nothing checks it but the person who follows it."""
    head = heading(view.design, view.name, comment="").strip()
    text = f"<!-- {head} -->\n# {view.name}: pfSense, step by step\n\n"
    text += (
        "The same can be had as a file: export your configuration (Diagnostics > Backup & Restore, all areas, not\n"
        f"encrypted), run `catchment render DESIGN --router {view.name} --pfsense-config config.xml --to DIR`,\n"
        "look at what has changed, and restore the new file. It is the whole file because pfSense restores tunnels,\n"
        "virtual addresses and gateways in no other way. Keep the old one.\n"
    )
    for number, (title, lines) in enumerate(_chapters(view, wanted, with_frr=with_frr), 1):
        text += f"\n## {number}. {title}\n\n" + "".join(f"- {line}\n" for line in lines)
    return text


def _chapters(view: View, wanted: Wants, *, with_frr: bool) -> Iterator[tuple[str, list[str]]]:
    if wanted.wires:
        yield "Interfaces (yours already)", [_wire(one) for one in wanted.wires]
    if wanted.addresses:
        yield (
            "Firewall > Virtual IPs > Add",
            [
                f"IP Alias, interface Localhost, single address {one.address}/{one.address.max_prefixlen} ({one.descr})"
                for one in wanted.addresses
            ],
        )
    if wanted.tunnels:
        yield "Interfaces > Assignments > GREs > Add", [line for one in wanted.tunnels for line in _tunnel(one)]
        yield (
            "Interfaces > Assignments: add each GRE, then open it",
            [
                f"{one.name}: enable; MTU {one.link.mtu}; MSS {one.least_mtu} (pfSense takes the headers from it: TCP "
                f"gets {one.least_mtu - 40}); no address, it is the tunnel's"
                for one in wanted.tunnels
            ],
        )
    if wanted.routes:
        yield "System > Routing", list(dict.fromkeys(_routes(wanted)))
    if wanted.rules:
        yield "Firewall > Rules, before the others", [_rule(rule) for rule in wanted.rules]
        yield (
            "Answers",
            [
                "The rules of services switch off reply-to and have the state type Sloppy: answers go where the routes "
                "say, which may be another interface than the questions came in by. For answers through the tunnel "
                "they came by, leave reply-to on.",
                "The provider of that other interface must let sources of the services' addresses out (BCP 38).",
            ],
        )
    if with_frr:
        yield (
            "Services > FRR",
            [
                "Install the package FRR (System > Package Manager). Global Settings: enable, give a master password.",
                "BGP, OSPF, BFD: enable what frr.conf has; a daemon whose page is not enabled does not start.",
                "Global Settings > Raw Config > SAVED frr.conf: the text of frr.conf beside this file. It replaces "
                "what the forms say. Tunnels are called gre0, gre1... in the order above: mend them if yours differ.",
                *_passwords(view),
            ],
        )


def _passwords(view: View) -> Iterator[str]:
    for one in view.neighbours:
        if one.password:
            yield (
                f"frr.conf has no password for {one.far.address}: Raw Config > TCP signatures: "
                f"source {one.near.address}, destination {one.far.address}, both directions, "
                f"the password that is in {one.password}."
            )
    if view.network.password:
        yield f"frr.conf has no key of OSPF: add that of {view.network.password} at each interface (message digest)."


def _wire(wire: Interface) -> str:
    addresses = ", ".join(str(held) for held in wire.own.addresses) or "no address"
    return f"to {wire.far.router}: {addresses}; MTU {wire.link.mtu}"


def _tunnel(one: GreTunnel) -> Iterator[str]:
    yield f"Parent: the interface or virtual address {one.outer_local}; remote address {one.outer_remote}"
    for ends in one.inner:
        yield f"local {ends.local}, remote {ends.remote}, subnet {ends.bits}; description `catchment: {one.link.name}`"


def _routes(wanted: Wants) -> Iterator[str]:
    for route in wanted.routes:
        if route.link is None:
            yield f"Static Routes: {route.to} to {route.gateway}, which drops"
            continue
        if route.via and (route.link.tunnel or route.to.prefixlen):
            yield (
                f"Gateways: {route.gateway}, interface of {route.link.name}, address {route.via}; "
                "Disable Gateway Monitoring"
            )
        if route.to.prefixlen == 0:
            yield f"Default gateway IPv{route.to.version}: the one at {route.via or route.link.name}"
        else:
            yield f"Static Routes: {route.to} to {route.gateway}"


def _rule(rule: Rule) -> str:
    where = f"the GRE {rule.link.name}" if rule.link.tunnel else f"the interface of {rule.link.name}"
    what = f"{rule.protocol or 'any'}{f' port {rule.port}' if rule.port else ''}"
    more = "; state type Sloppy, reply-to disabled" if rule.loose else ""
    return f"on {where}: pass {what} from {rule.source or 'any'} to {rule.to}{more} ({rule.descr})"
