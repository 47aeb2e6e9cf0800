"""How the ends of tunnels are made on this machine: by the kernel's GRE where it has it, else by a program of ours.

Pure: what was tried is an argument. Both carry the same packets and refuse the same ones; tests/lab/test_tunnels.py
holds each of them, where it can be made, to the same list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catchment.lab.nodes import Pipe
from catchment.lab.probe import Ability
from catchment.model.address import Address

KERNEL_KIND = {4: "gre", 6: "ip6gre"}
"""IP version of the outer packets -> kind of interface, and name of the ability."""


class Backend(StrEnum):
    """What moves the packets of a tunnel."""

    KERNEL = "kernel"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """backend: what to use; None: nothing here can. why: in words for the user."""

    backend: Backend | None
    why: str


def choice(version: int, tried: Iterable[Ability]) -> Choice:
    """What to make tunnels over IP of this version with, after what was tried (abilities `gre`, `ip6gre`, `tun`)."""
    known = {one.name: one for one in tried}
    kind = KERNEL_KIND[version]
    kernel, tun = known.get(kind), known.get("tun")
    if kernel is not None and kernel.works:
        return Choice(backend=Backend.KERNEL, why=f"the kernel makes {kind} interfaces")
    lacks = f"the kernel makes no {kind} interface" + (f" ({kernel.words})" if kernel and kernel.words else "")
    if tun is not None and tun.works:
        return Choice(backend=Backend.PROGRAM, why=f"{lacks}; a program moves the packets, about 0.5 Gbit/s")
    why = f"{lacks}, and no TUN interface can be made either" + (f" ({tun.words})" if tun and tun.words else "")
    return Choice(backend=None, why=why)


def lines(pipe: Pipe, index: int, backend: Backend) -> tuple[str, ...]:
    """Lines of `ip` in the namespace of one end that make its interface, down and without addresses."""
    name = pipe.plugs[index].interface
    made = f"tuntap add dev {name} mode tun" if backend is Backend.PROGRAM else _kernel(pipe, index, name)
    return (made, f"link set dev {name} mtu {pipe.mtu}")


def _kernel(pipe: Pipe, index: int, name: str) -> str:
    tunnel, (local, remote) = pipe.tunnel, _ends(pipe, index)
    given = [f"ttl {tunnel.ttl or 'inherit'}"]
    if local.version == 6:
        given.append("encaplimit none")  # else 8 bytes more than RFC 7676 has
    if tunnel.key is not None:
        given.append(f"key {tunnel.key}")
    given += ["csum"] * tunnel.checksum + ["seq"] * tunnel.sequence
    return f"link add name {name} type {KERNEL_KIND[local.version]} local {local} remote {remote} {' '.join(given)}"


def words(pipe: Pipe, index: int, python: str) -> tuple[str, ...]:
    """The program that is one end, to be run in its namespace once `lines` are done; it says `ready`."""
    tunnel, (local, remote) = pipe.tunnel, _ends(pipe, index)
    given = ["--name", pipe.plugs[index].interface, "--local", str(local), "--remote", str(remote)]
    given += ["--mtu", str(pipe.mtu), "--ttl", str(tunnel.ttl or "inherit")]
    if tunnel.key is not None:
        given += ["--key", str(tunnel.key)]
    given += ["--checksum"] * tunnel.checksum + ["--sequence"] * tunnel.sequence
    return (python, "-m", "catchment.lab.gre", *given)


def _ends(pipe: Pipe, index: int) -> tuple[Address, Address]:
    """Of the outer packets: this end's address, the other's."""
    return pipe.tunnel.outer if index == 0 else pipe.tunnel.outer[::-1]
