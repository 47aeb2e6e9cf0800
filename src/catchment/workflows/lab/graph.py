"""The picture of a lab, or of the lab that a design would make."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from catchment.errors import Problem, UsageError
from catchment.lab.nodes import Kind, Lab, Node, Plug
from catchment.lab.state import Keeper, names
from catchment.model.design import Design
from catchment.model.network import Daemon
from catchment.results.lab_graph import GraphEdge, GraphEnd, GraphNode, LabGraph
from catchment.workflows.lab.open import Drawn, chosen, digest, drawn


def graph(word: str | None) -> LabGraph:
    """Of a lab by its name, of the only one, of the only one that is made from a design file; else of the design.

    Nothing of the machine is asked: no root is needed. Raises UsageError, DesignError.
    """
    if word is not None and word not in names() and Path(word).is_file():
        path = Path(word)
        made = [one for one in names() if Keeper(one).read().design == str(path.resolve())]
        if len(made) != 1:
            return _drawn(drawn(path, None, ""), (), up=False)
        word = made[0]
    state = chosen(word).read()
    path = Path(state.design)
    if not path.is_file() or digest(path) != state.digest:
        what = f"{path} is not what the lab {state.name} was made from any more"
        raise UsageError(Problem(where="lab", what=what, todo=f"catchment lab graph {path} draws it as it is now"))
    return _drawn(drawn(path, state.name, state.daemon, dict(state.programs)), state.down, up=True)


def _drawn(of: Drawn, down: Iterable[str], *, up: bool) -> LabGraph:
    failed = _failed(down)
    of_network = _networks(of.design)
    behind = {node.name: next(iter(of.lab.behind(node.name).values()), "") for node in of.lab.nodes}
    return LabGraph(
        name=of.lab.name,
        up=up,
        nodes=tuple(_node(one, of.lab, of_network, behind, failed) for one in of.lab.nodes),
        edges=tuple(_edges(of, failed)),
    )


def _failed(down: Iterable[str]) -> dict[str, str]:
    """Name of what it is done to -> what is failed there, as it was typed: `loss:seoul-kt=25%` is done to seoul-kt."""
    found: dict[str, list[str]] = {}
    for text in down:
        kind, colon, rest = text.partition(":")
        name = rest.partition("=")[0] if colon else kind
        found.setdefault(name, []).append(text if colon else "failed")
    return {name: ", ".join(texts) for name, texts in found.items()}


def _networks(design: Design) -> dict[str, str]:
    return {
        router.name: network.name if network.asn is None else f"{network.name} (AS{network.asn})"
        for network in design.networks
        for router in network.routers
    }


def _node(
    node: Node, lab: Lab, networks: Mapping[str, str], behind: Mapping[str, str], failed: Mapping[str, str]
) -> GraphNode:
    plugged = [one for _, near, _ in lab.plugs(node.name) for one in near.addresses]
    own = node.loopbacks if node.kind is Kind.ROUTER else tuple(one.ip for one in plugged)
    return GraphNode(
        name=node.name,
        kind=node.kind.value,
        network=networks.get(node.name) or networks.get(behind[node.name], ""),
        runs="" if node.daemon is Daemon.OTHER else node.daemon.value,
        addresses=tuple(map(str, own)),
        failed=failed.get(node.name, ""),
    )


def _edges(of: Drawn, failed: Mapping[str, str]) -> Iterable[GraphEdge]:
    costs = {(link.name, end.router): end.cost for link in of.design.inside.all_links for end in link.ends}
    routers = {one.name for one in of.lab.of_kind(Kind.ROUTER)}
    dead = {name for name, words in failed.items() if words == "failed"}

    def end(name: str, plug: Plug) -> GraphEnd:
        cost = costs.get((name, plug.node))
        return GraphEnd(
            node=plug.node, interface=plug.interface, addresses=tuple(map(str, plug.addresses)), cost=cost
        )

    def words(name: str, plugs: tuple[Plug, Plug]) -> str:
        gone = [plug.node for plug in plugs if plug.node in dead]
        return failed.get(name, "") or (f"{gone[0]} failed" if gone else "")

    for wire in of.lab.wires:
        inside = {plug.node for plug in wire.plugs} <= routers
        yield GraphEdge(
            name=wire.name, kind="link" if inside else "host", ends=(end(wire.name, wire.plugs[0]),
            end(wire.name, wire.plugs[1])), delay_ms=wire.delay_ms, rate_bps=wire.rate_bps, mtu=wire.mtu,
            failed=words(wire.name, wire.plugs),
        )  # fmt: skip
    for pipe in of.lab.pipes:
        ends = end(pipe.name, pipe.plugs[0]), end(pipe.name, pipe.plugs[1])
        yield GraphEdge(name=pipe.name, kind="tunnel", ends=ends, mtu=pipe.mtu, failed=words(pipe.name, pipe.plugs))
