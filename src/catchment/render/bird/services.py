"""How BIRD's OSPF tells a service, whose cost it cannot always say.

BIRD tells the host of an interface's own /32 or /128 with cost 0, whatever the interface costs (proto/ospf/topology.c,
measured in tests/world). The route goes when the interface goes down, which a `stubnet` with a cost would not.

- All servers of the address cost the same, and their routers all run BIRD: cost 0 everywhere changes no choice.
- They cost different amounts, and the network has one area: all are told as external of type 1 with their cost. The
  sums are those of the design, and so is every choice.
- Otherwise this server looks nearer than designed by its cost, and that is said.

OSPFv2, and not OSPFv3, tells a *peer* address (`ip address add LOOPBACK peer SERVICE dev svc-...`) with the cost of its
interface.
"""

from catchment.model.network import Daemon, Server, Told
from catchment.render.view import View


def told(view: View, server: Server) -> Told:
    """As what BIRD's OSPF tells a server of this router."""
    external = (
        server.told is Told.INTERNAL and not _alike(view, server) and _one_area(view) and _all_bird(view, server)
    )
    return Told.E1 if external else server.told


def note(view: View, server: Server) -> str:
    """What of that is not as the design says; "" when everything is."""
    if server.told is not Told.INTERNAL or not server.cost:
        return ""
    if told(view, server) is Told.E1:
        return (
            "told as external of type 1, because BIRD tells hosts of its own with cost 0; the sums are the design's"
        )
    said = f"BIRD tells it with cost 0 instead of {server.cost}"
    if _alike(view, server) and _all_bird(view, server):
        return f"{said}, as it does at every server of it: metrics are less by {server.cost}, choices are the same"
    return f"{said}, so that this server looks nearer than designed"


def _others(view: View, server: Server) -> list[tuple[Server, Daemon]]:
    """The servers of the network that share an address with this one, itself among them, and what runs beside them."""
    daemons = {router.name: router.daemon for router in view.network.routers}
    shared = [one for one in view.network.servers if {*one.addresses} & {*server.addresses}]
    return [(one, daemons[one.router]) for one in shared]


def _alike(view: View, server: Server) -> bool:
    return all((one.cost, one.told) == (server.cost, server.told) for one, _ in _others(view, server))


def _all_bird(view: View, server: Server) -> bool:
    return all(daemon is not Daemon.FRR for _, daemon in _others(view, server))


def _one_area(view: View) -> bool:
    return len({area for areas in view.network.areas().values() for area in areas}) == 1
