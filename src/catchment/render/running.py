"""What runs on a router: its routing daemon, and whether the machine has to keep the static routes itself."""

from catchment.model.network import Daemon, Device, Igp
from catchment.render.options import RenderOptions
from catchment.render.view import View

LINUX = frozenset({Device.LINUX, Device.NETPLAN, Device.NETWORKD})
"""Machines that load files of BIRD, FRR, nftables and sysctl."""


def daemon_of(view: View, options: RenderOptions) -> Daemon:
    """The daemon that gets a file: what the design says, else what the user chose for all of which it does not.

    OTHER for machines that are not Linux: pfSense takes FRR's configuration inside its own file, and IOS is its own.
    netplan and networkd keep static routes themselves, and need none where there is nothing else.
    """
    if view.router.device not in LINUX:
        return Daemon.OTHER
    if view.router.daemon is not Daemon.OTHER:
        return view.router.daemon
    if options.daemon is not None:
        return options.daemon
    keeps_statics = view.router.device in (Device.NETPLAN, Device.NETWORKD)
    if keeps_statics and view.network.igp is Igp.STATIC and view.speaker is None:
        return Daemon.OTHER
    return Daemon.FRR if view.network.igp in (Igp.ISIS, Igp.EIGRP) else Daemon.BIRD
