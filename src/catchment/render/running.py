"""What runs on a router: its routing daemon, and whether the machine has to keep the static routes itself."""

from catchment.model.network import LINUX, Daemon, Device, Igp, Network, Router
from catchment.render.options import RenderOptions
from catchment.render.view import Neighbour, View


def daemon_of(view: View, options: RenderOptions) -> Daemon:
    """The daemon that gets a file: what the design says, else what the user chose for all of which it does not.

    OTHER for machines that are not Linux: pfSense takes FRR's configuration inside its own file, and IOS is its own.
    netplan and networkd keep static routes themselves, and need none where there is nothing else.
    """
    return _daemon_at(view.network, view.router, speaks=view.speaker is not None, options=options)


def _daemon_at(network: Network, router: Router, *, speaks: bool, options: RenderOptions) -> Daemon:
    if router.device not in LINUX:
        return Daemon.OTHER
    said = router.daemon is not Daemon.OTHER or options.daemon is not None
    keeps_statics = router.device in (Device.NETPLAN, Device.NETWORKD)
    if not said and keeps_statics and network.igp is Igp.STATIC and not speaks:
        return Daemon.OTHER
    return network.runs(router, options.daemon)


def checks_ttl(view: View, neighbour: Neighbour, options: RenderOptions) -> bool:
    """Whether both ends of a session check the TTL (RFC 5082): eBGP over one link, and not with FRR at one end alone.

    For FRR with `ttl-security` BFD is one over several hops (RFC 5883), for everybody else one over a link (RFC 5881):
    the two never meet, and a neighbour that falls silent is noticed ten times later (measured, FRR 8.4.4, BIRD 2.0.12).
    """
    if not options.ttl_security or not neighbour.external or neighbour.multihop or neighbour.interface is None:
        return False
    far = next((at, one) for at in view.inside.networks for one in at.routers if one.name == neighbour.far.speaker)
    return _speaks_frr(view.network, view.router, options) is _speaks_frr(*far, options)


def _speaks_frr(network: Network, router: Router, options: RenderOptions) -> bool:
    if router.device is Device.PFSENSE:
        return True
    return _daemon_at(network, router, speaks=True, options=options) is Daemon.FRR
