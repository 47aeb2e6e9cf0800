"""How the ends of tunnels are made here: the kernel's GRE where it has it, else BPF programs, else a program.

Pure: what was tried is an argument. All carry the same packets and refuse the same ones; tests/lab/test_tunnels.py
holds each of them, where it can be made, to the same list. What BPF cannot do (`refusal`) is left to the program.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchment.lab.nodes import Pipe
from catchment.lab.probe import Ability
from catchment.model.address import Address

KERNEL_KIND = {4: "gre", 6: "ip6gre"}
"""IP version of the outer packets -> kind of interface, and name of the ability."""

INSIDE = "-in"
LONGEST_NAME = 15  # of an interface
MOST_TTL = 254  # that BPF ends can give: what routes the outer packet takes one away


class Backend(StrEnum):
    """What moves the packets of a tunnel, the fastest first."""

    KERNEL = "kernel"
    BPF = "bpf"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """backend: what to use; None: nothing here can. why: in words for the user."""

    backend: Backend | None
    why: str


def choice(version: int, tried: Iterable[Ability]) -> Choice:
    """What to make tunnels over IP of this version with, after what was tried.

    Abilities: `gre`, `ip6gre`, `bpf`, `tun`.
    """
    known = {one.name: one for one in tried}
    kind = KERNEL_KIND[version]
    kernel, bpf, tun = known.get(kind), known.get("bpf"), known.get("tun")
    if kernel is not None and kernel.works:
        return Choice(backend=Backend.KERNEL, why=f"the kernel makes {kind} interfaces")
    lacks = f"the kernel makes no {kind} interface{_words(kernel)}"
    if bpf is not None and bpf.works:
        return Choice(backend=Backend.BPF, why=f"{lacks}; BPF programs in the kernel move the packets")
    lacks += f" and takes no BPF program of ours{_words(bpf)}"
    if tun is not None and tun.works:
        return Choice(backend=Backend.PROGRAM, why=f"{lacks}; a program moves the packets, about 0.5 Gbit/s")
    return Choice(backend=None, why=f"{lacks}, and no TUN interface can be made either{_words(tun)}")


def _words(one: Ability | None) -> str:
    return f" ({one.words})" if one and one.words else ""


def refusal(backend: Backend, pipe: Pipe, least_mtu: int) -> str:
    """Why a backend cannot be the ends of a tunnel; "" when it can.

    least_mtu : of the wires that outer packets may take. Ends of BPF tell nobody of a path that takes less.
    """
    tunnel, outer_bytes = pipe.tunnel, pipe.mtu + pipe.tunnel.overhead
    longest = max(len(plug.interface) for plug in pipe.plugs)
    lacks = (
        (tunnel.checksum, "it has checksums"),
        (tunnel.sequence, "it has sequence numbers"),
        ((tunnel.ttl or 0) > MOST_TTL, f"its TTL is {tunnel.ttl}"),
        (outer_bytes > least_mtu, f"a wire takes {least_mtu} bytes and outer packets have up to {outer_bytes}"),
        (longest > LONGEST_NAME - len(INSIDE), "the name of its interface is too long to have another beside it"),
    )
    return next((words for wrong, words in lacks if wrong), "") if backend is Backend.BPF else ""


def fitting(pipe: Pipe, backend: Backend, least_mtu: int) -> Backend:
    """This backend, or the program where it refuses."""
    return Backend.PROGRAM if refusal(backend, pipe, least_mtu) else backend


def lines(pipe: Pipe, index: int, backend: Backend) -> tuple[str, ...]:
    """Lines of `ip` in the namespace of one end that make its interface, down and without addresses."""
    name = pipe.plugs[index].interface
    mtu = f"link set dev {name} mtu {pipe.mtu}"
    if backend is Backend.PROGRAM:
        return (f"tuntap add dev {name} mode tun", mtu)
    if backend is Backend.KERNEL:
        return (_kernel(pipe, index, name), mtu)
    inside = name + INSIDE
    return (
        f"link add name {name} mtu {pipe.mtu} type veth peer name {inside} mtu {pipe.mtu}",
        f"link set dev {name} arp off",  # both ends take everything: there is nobody to be asked for
        f"link set dev {inside} arp off addrgenmode none",
        f"link set dev {inside} up",
    )


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
    """PROGRAM: what is one end, to be run in its namespace once `lines` are done; it says `ready` and goes on."""
    tunnel, (local, remote) = pipe.tunnel, _ends(pipe, index)
    given = ["--name", pipe.plugs[index].interface, "--local", str(local), "--remote", str(remote)]
    given += ["--mtu", str(pipe.mtu), "--ttl", str(tunnel.ttl or "inherit")]
    if tunnel.key is not None:
        given += ["--key", str(tunnel.key)]
    given += ["--checksum"] * tunnel.checksum + ["--sequence"] * tunnel.sequence
    return (python, "-m", "catchment.lab.gre", *given)


def bpf_words(pipe: Pipe, index: int, over: Sequence[str], python: str) -> tuple[str, ...]:
    """BPF: what makes one end, to be run in its namespace once `lines` are done; it ends when that is done.

    over : interfaces of the node where outer packets may come in
    """
    tunnel, (local, remote) = pipe.tunnel, _ends(pipe, index)
    name = pipe.plugs[index].interface
    given = ["--name", name, "--inside", name + INSIDE, "--local", str(local), "--remote", str(remote)]
    given += ["--ttl", str(tunnel.ttl or "inherit")]
    if tunnel.key is not None:
        given += ["--key", str(tunnel.key)]
    given += [word for one in over for word in ("--over", one)]
    return (python, "-m", "catchment.lab.bpf.ends", *given)


def _ends(pipe: Pipe, index: int) -> tuple[Address, Address]:
    """Of the outer packets: this end's address, the other's."""
    return pipe.tunnel.outer if index == 0 else pipe.tunnel.outer[::-1]
