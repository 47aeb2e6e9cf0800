"""What smcroute loads: the tree of each multicast group as static routes, for Linux routers that run no PIM.

A tree is what the prediction says, with everything up: static routes do not follow a failure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catchment.model.network import LINUX, Daemon
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile
from catchment.results.multicast import Multicast, Tree

TARGET = "/etc/smcroute.conf"
STATIC = "static routes: they do not follow a failure; render again when the design changes"


@dataclass(frozen=True, slots=True)
class _Step:
    """What one router does with the packets of one sender to one group. into: "" where they are its own."""

    group: str
    source: str
    into: str
    out: tuple[str, ...]
    lost: tuple[str, ...]


def smcroute_files(views: Iterable[View], found: Multicast, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """smcroute.conf of each router on a tree, in the order of the views; FRR has pimd and gets none."""
    files = []
    for view in views:
        steps = [
            step for group in found.groups for tree in group.trees for step in _steps(view, str(group.address), tree)
        ]
        if steps and view.router.device in LINUX and daemon_of(view, options) is not Daemon.FRR:
            files.append(_file(view, steps))
    return tuple(files)


def _file(view: View, steps: list[_Step]) -> ConfigFile:
    used = dict.fromkeys(name for step in steps if step.into for name in (step.into, *step.out))
    text = heading(view.design, view.name, (STATIC,))
    text += "".join(f"phyint {name} enable\n" for name in used)
    for step in steps:
        if step.into:
            words = f"from {step.into} group {step.group} source {step.source}"
            text += f"mgroup {words}\n"  # a neighbour with PIM sends only what is asked for
            text += f"mroute {words} to {' '.join(step.out)}\n" if step.out else ""
    notes = tuple(dict.fromkeys(note for step in steps for note in _notes(step)))
    path = f"{view.name}/smcroute.conf"
    return ConfigFile(path=path, text=text, target=TARGET, checker=Checker.SMCROUTE, notes=(STATIC, *notes))


def _notes(step: _Step) -> Iterator[str]:
    for name in step.lost:
        yield f"{step.group}: {name} has no interface of its own in the design; give it an address, or add its port"
    if not step.into:
        out = " and ".join(step.out) or "nowhere"
        yield f"{step.group}: {step.source} is this machine's own and no static route moves it: send it to {out}"


def _steps(view: View, group: str, tree: Tree) -> Iterator[_Step]:
    links = {one.link.name: one.name for one in view.interfaces}
    ports = {port.client.name: port.name for port in view.ports}
    inside = {one.server.name for one in view.services} | {view.name}  # these hear it without a route
    for number, branch in enumerate(tree.branches):
        if branch.router != view.name or branch.link == "register":
            continue
        onward = [links[one.link] for one in tree.branches if one.parent == number and one.link in links]
        leaves = [ports[name] for name in branch.leaves if name in ports]
        lost = tuple(name for name in branch.leaves if name not in ports and name not in inside)
        into = links[branch.link] if branch.link else ports.get(tree.sender, "")
        yield _Step(group, _source(view, tree), into, tuple(dict.fromkeys((*onward, *leaves))), lost)


def _source(view: View, tree: Tree) -> str:
    """The sender's own address where the design has it; the prediction counts a host as its router's loopback."""
    hosts = [one for network in view.inside.networks for one in network.clients if one.name == tree.sender]
    own = [held.ip for host in hosts for held in host.addresses if held.version == tree.source.version]
    return str(own[0] if own else tree.source)
