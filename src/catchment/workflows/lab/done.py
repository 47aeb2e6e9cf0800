"""What was done to a lab, as sentences for who asked for it."""

from collections.abc import Sequence

from catchment.lab.nodes import Kind, Lab
from catchment.model.fault import (
    DaemonKilled,
    Failed,
    Fault,
    Flooded,
    Hijacked,
    Hung,
    Killed,
    Lossy,
    Prepended,
    Withdrawn,
)
from catchment.workflows.lab.agents import watched_servers
from catchment.workflows.lab.disturbed import Disturbed, service_prefixes


def done(lab: Lab, fault: Fault, now: Disturbed) -> str:
    """What making a fault has done."""
    match fault:
        case Failed(name=name):
            said = f"{name}: {_failed(lab, name)}"
        case Killed(server=name):
            said = f"{name}: its program is killed; {_noticed(name, now)}"
        case Hung(server=name):
            said = f"{name}: its program stands still; {_noticed(name, now)}"
        case Lossy(link=link, sender=sender):
            whose = f"that {sender} sends" if sender else "of both ends"
            share = str(fault).partition("=")[2].partition(",")[0]
            said = f"{link}: {share} of the frames {whose} are lost; the link looks up"
        case DaemonKilled(router=router):
            said = f"{router}: its routing daemon is killed; its kernel goes on with the routes that it has"
        case Flooded(service=service, packets_per_s=rate, seconds=seconds):
            said = f"{service}: all clients together send it {rate} packets a second, for {seconds} s"
        case _:
            said = _announced(fault, now)
    return said


def _noticed(server: str, now: Disturbed) -> str:
    if server in now.down.unfit:
        return "its agent is to notice, and to take back what is announced for it"
    if server in watched_servers(now.told):
        return "its agent is to notice; what it announces then is not predicted"
    return "what is announced for it stays, for nobody has noticed"


def _announced(fault: Withdrawn | Prepended | Hijacked, now: Disturbed) -> str:
    match fault:
        case Withdrawn(router=router) if now.shut:
            servers = ", ".join(one for one in now.shut if one.endswith(f"@{router}"))
            said = f"{router}: the interface of {servers} is down, so that the IGP tells of it no more; it lives"
        case Withdrawn(router=router):
            said = f"{router}: announces the service no more; its servers live"
        case Prepended(router=router, times=times, neighbour=neighbour):
            prefixes = _listed(service_prefixes(now.told, router))
            said = f"{router}: puts its AS number {times} times more before {prefixes} to {neighbour or 'other ASes'}"
        case Hijacked(router=router, prefix=prefix):
            said = f"{router}: announces {prefix}, and answers as hijack@{router}"
    return said


def healed(fault: Fault) -> str:
    """What taking back a fault has done."""
    return f"{fault}: taken back"


def _failed(lab: Lab, name: str) -> str:
    kinds = {node.name: node.kind for node in lab.nodes}
    if kinds.get(name) is Kind.ROUTER:
        return "everything on it is ended, and its interfaces are down"
    if kinds.get(name) is Kind.SERVER:
        return "its program is ended, its interface at the router is down, what is announced for it is taken back"
    return "both ends are down"


def _listed(words: Sequence[object]) -> str:
    return " and ".join(map(str, words)) or "nothing"
