"""From what is rendered to what a lab is made of: routers with their files, servers and clients, and what ties them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_interface

from catchment.errors import Problem, UsageError
from catchment.lab import validation
from catchment.lab.agents import FILE as AGENT_FILE
from catchment.lab.nodes import Kind, Lab, Node, Pipe, Plug, Switch, Wire, twice
from catchment.lab.spoken import spoken_of
from catchment.lab.validation import wanted_at
from catchment.model.address import Address, Prefix
from catchment.model.design import Design
from catchment.model.network import Daemon, Link
from catchment.model.service import Program
from catchment.render.agent.files import TARGET
from catchment.render.agent.gated import ungated
from catchment.render.bird.bgp import announcement_names
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.stayrtr import vrps_json
from catchment.render.targets import config_files
from catchment.render.view import Port, Service, View, views
from catchment.results.config import ConfigFile
from catchment.workflows.lab.agents import agents_of

TARGETS = ("bird", "frr", "agent", "nftables", "sysctl")
"""What a node loads; interfaces are made by the lab itself, as those of a machine are there when it boots."""

Programs = Mapping[str, str]
NONE: Programs = {}

HOST = "eth0"
BIRD_CONTROL = "/run/bird/bird.ctl"
GATEWAYS = {4: ip_address("169.254.0.1"), 6: ip_address("fe80::1")}
"""What a server calls its router; link-local, and nobody else's."""

EVERYWHERE = {4: ip_interface("0.0.0.0/0").network, 6: ip_interface("::/0").network}


def lab_of(design: Design, name: str, options: RenderOptions, programs: Programs = NONE) -> Lab:
    """The lab of a design in which all clients have addresses. Raises RenderError with all that daemons cannot do.

    programs : the name servers that answer for services, by the names of the services; ours answers for the others
    """
    agents = agents_of(views(_answered(design, programs)))
    seen = agents.views
    files, _ = config_files(seen, options, TARGETS)
    served, _ = config_files(seen, options, tuple(dict.fromkeys(programs.values()))) if programs else ((), ())
    spaces = dict(agents.spaces)
    routers = _validating(design, [_router(view, files, options, spaces.get(view.name, "")) for view in seen])
    servers = [(view, service) for view in seen for service in view.services]
    hosts = [
        _server(view, service, number, _program(view, service, programs, served))
        for number, (view, service) in enumerate(servers, 1)
    ]
    hosts += [_client(view, port) for view in seen for port in view.ports]
    nodes = [node for node, _ in hosts]
    names = [node.name for node in (*routers, *nodes)]
    if again := twice(names):
        what = f'a router, server or client is called "{again[0]}" and another one too'
        raise UsageError(Problem(where="lab", what=what, todo="give one of them another name"))
    ends = {(view.name, one.link.name): one.name for view in seen for one in view.interfaces}
    wires = [_wire(link, ends) for link in design.inside.all_links if link.tunnel is None]
    return Lab(
        name=name,
        nodes=(*routers, *nodes),
        wires=(*wires, *(wire for _, wire in hosts)),
        pipes=tuple(_pipe(link, ends) for link in design.inside.all_links if link.tunnel is not None),
        switches=tuple(
            switch for view, router in zip(seen, routers, strict=True) for switch in _switches(view, router)
        ),
        servers=tuple((one.server.name, one.server.addresses) for _, one in servers),
    )


def _router(view: View, files: Sequence[ConfigFile], options: RenderOptions, agent: str) -> Node:
    own = tuple(_moved(file) for file in files if file.path.startswith(f"{view.name}/") and file.target)
    daemon = daemon_of(view, options)
    return Node(
        name=view.name,
        kind=Kind.ROUTER,
        loopbacks=view.router.loopbacks,
        daemon=daemon,
        files=own,
        meets=tuple(_meets(view)),
        agent=agent,
    )


def _moved(file: ConfigFile) -> ConfigFile:
    """The agent's file to where a node has a folder of its own, whatever the machine has."""
    return replace(file, target=AGENT_FILE) if file.target == TARGET else file


def _validating(design: Design, routers: Sequence[Node]) -> list[Node]:
    """Those that hand out VRPs have them, and are asked where the others know them; others are as they are."""
    asking = [(one.name, one.validates) for one in design.inside.bgp.speakers if one.validates is not None]
    places = wanted_at((cache.router or name, cache.address, cache.port) for name, cache in asking)
    text = vrps_json(design.vrps, f"the design {design.name}")
    file = ConfigFile(path="vrps.json", text=text, target=validation.FILE)
    return [
        replace(one, validates_at=places[one.name], files=(*one.files, file)) if one.name in places else one
        for one in routers
    ]


def _meets(view: View) -> Iterator[Address]:
    """Addresses of services at which this router is the rendezvous point; pimd has IPv4 only."""
    lent = {address for one in view.services for address in one.server.addresses}
    rps = [group.rp for group in view.groups if group.rp is not None and view.name in group.rp.routers]
    found = (address for rp in rps for address in rp.addresses if address.version == 4 and address in lent)
    yield from dict.fromkeys(found)


def _answered(design: Design, programs: Programs) -> Design:
    """The same with the name servers that were chosen, so that their files are made."""
    services = tuple(
        replace(one, program=Program(programs[one.name])) if one.name in programs else one for one in design.services
    )
    return replace(design, services=services)


Answering = tuple[str, tuple[ConfigFile, ...]]
"""A name server and its files; "": ours, which has none."""


def _program(view: View, service: Service, programs: Programs, served: Sequence[ConfigFile]) -> Answering:
    """What answers on a server. The files are those of its router's machine, which the server is a part of."""
    program = programs.get(service.server.service, "")
    return program, tuple(file for file in served if program and file.path.startswith(f"{view.name}/{program}/"))


def _server(view: View, service: Service, number: int, program: Answering) -> tuple[Node, Wire]:
    """A server as a machine of its own. The router has the addresses too, as what is rendered for it expects."""
    server = service.server
    hosts = tuple(ip_interface(f"{one}/{one.max_prefixlen}") for one in server.addresses)
    macs = [f"02:00:00:{side:02x}:{number >> 8 & 255:02x}:{number & 255:02x}" for side in (1, 2)]
    near = Plug(node=view.name, interface=service.name, addresses=hosts, mac=macs[0], lent=server.addresses)
    far = Plug(node=server.name, interface=HOST, addresses=hosts, mac=macs[1])
    gateways = [GATEWAYS[version] for version in sorted({one.version for one in server.addresses})]
    node = Node(
        name=server.name,
        kind=Kind.SERVER,
        routes=tuple((EVERYWHERE[one.version], one, HOST) for one in gateways),
        knows=tuple((one, HOST, macs[0]) for one in gateways),
        files=program[1],
        program=program[0],
        spoken=spoken_of(service.checks),
    )
    return node, Wire(name=server.name, plugs=(near, far))


def _switches(view: View, router: Node) -> Iterator[Switch]:
    """How the daemon is told of each announcement that is not for always, as its file says."""
    names = announcement_names(view)
    for one in ungated(view):
        if one.servers and router.daemon is Daemon.BIRD:
            birdc = ("birdc", "-s", BIRD_CONTROL)
            on, off = (*birdc, "enable", names[one]), (*birdc, "disable", names[one])
            yield Switch(node=view.name, servers=one.servers, on=on, off=off)
        elif one.servers and router.daemon is Daemon.FRR:
            back, again = (_vtysh(view, router, one.origination.prefix, taken_back=back) for back in (True, False))
            yield Switch(node=view.name, servers=one.servers, on=again, off=back)


def _vtysh(view: View, router: Node, prefix: Prefix, *, taken_back: bool) -> tuple[str, ...]:
    """The line of frr.conf that announces a prefix, told again; or its opposite."""
    text = next(file.text for file in router.files if file.target == "/etc/frr/frr.conf")
    line = next(line.strip() for line in text.splitlines() if f"{line.strip()} ".startswith(f"network {prefix} "))
    assert view.speaker is not None
    family = "ipv4" if prefix.version == 4 else "ipv6"
    where = ("configure terminal", f"router bgp {view.speaker.asn}", f"address-family {family} unicast")
    lines = (*where, f"no {line}" if taken_back else line)
    return ("vtysh", *(word for line in lines for word in ("-c", line)))


def _client(view: View, port: Port) -> tuple[Node, Wire]:
    client = port.client
    routes = tuple((EVERYWHERE[gateway.version], gateway.ip, HOST) for gateway in client.gateways)
    near = Plug(node=view.name, interface=port.name, addresses=client.gateways)
    far = Plug(node=client.name, interface=HOST, addresses=client.addresses)
    return Node(name=client.name, kind=Kind.CLIENT, routes=routes), Wire(name=client.name, plugs=(near, far))


def _plugs(link: Link, ends: dict[tuple[str, str], str]) -> tuple[Plug, Plug]:
    one, two = (
        Plug(node=end.router, interface=ends[end.router, link.name], addresses=end.addresses) for end in link.ends
    )
    return one, two


def _wire(link: Link, ends: dict[tuple[str, str], str]) -> Wire:
    plugs = _plugs(link, ends)
    return Wire(name=link.name, plugs=plugs, mtu=link.mtu, delay_ms=link.delay_ms or 0.0, rate_bps=link.rate_bps)


def _pipe(link: Link, ends: dict[tuple[str, str], str]) -> Pipe:
    assert link.tunnel is not None
    return Pipe(name=link.name, plugs=_plugs(link, ends), tunnel=link.tunnel, mtu=link.mtu)
