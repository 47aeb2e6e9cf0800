"""Whether an address is on this host, as the kernel would deliver it: so that no other site answers for this one. [I/O]

The kernel is asked for the route that a packet of ours would take (rtnetlink(7), RTM_GETROUTE). Only a route of type
`local` ends here. Binding a socket to the address would not tell: with net.ipv4.ip_nonlocal_bind that works everywhere.
"""

import socket
import struct

from catchment.agent.checks.attempt import Wrong
from catchment.model.address import Address
from catchment.model.probes import CommandProbe, IcmpProbe, Probe

HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
ROUTE = struct.Struct("=BBBBBBBBI")  # rtmsg: family, bits of destination, ..., type, flags
RTM_GETROUTE, NLM_F_REQUEST, NLMSG_ERROR, RTA_DST, RTN_LOCAL = 26, 1, 2, 1, 2
TYPE_AT = HEADER.size + 7


def is_here(address: Address) -> bool:
    """Whether a packet to an address would be delivered on this host. About 12 us. Raises OSError."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    wanted = address.packed
    body = ROUTE.pack(family, 8 * len(wanted), 0, 0, 0, 0, 0, 0, 0)
    body += struct.pack("=HH", 4 + len(wanted), RTA_DST) + wanted
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(0.1)  # it answers before send returns
        kernel.send(HEADER.pack(HEADER.size + len(body), RTM_GETROUTE, NLM_F_REQUEST, 1, 0) + body)
        answer = kernel.recv(4096)
    kind = HEADER.unpack_from(answer)[1]
    return bool(kind != NLMSG_ERROR and answer[TYPE_AT] == RTN_LOCAL)  # an error: no route at all


def in_its_place(probe: Probe) -> None:
    """Raises Wrong when the address of a probe is where another site, or this host for it, would answer."""
    if isinstance(probe, CommandProbe):
        return
    here = is_here(probe.address)
    if isinstance(probe, IcmpProbe):
        if here:
            raise Wrong(f"{probe.address} is an address of this host, which answers for itself")
    elif not here and not probe.elsewhere:
        raise Wrong(f"{probe.address} is not on this host: whoever answers there is not this instance")
