"""A lab drawn: as lines on the terminal, for Graphviz (dot), for Mermaid, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.text import Text

from catchment.results.lab_graph import GraphEdge, GraphEnd, GraphNode, LabGraph

RED = "#c62828"
SHAPES = {"router": ("box", "[{}]"), "server": ("cylinder", "[({})]"), "client": ("ellipse", "([{}])")}
"""Kind of node -> its shape in Graphviz, its brackets in Mermaid."""

LINES = {"link": ("solid", "---"), "tunnel": ("dashed", "-.-"), "host": ("dotted", "---")}
"""Kind of edge -> its style in Graphviz, its line in Mermaid."""


def graph_lines(graph: LabGraph) -> Iterator[Text]:
    """Each network with its nodes, and under each node what leaves it: interface, who is there, address, cost."""
    count = f"{len(graph.nodes)} nodes, {len(graph.edges)} links"
    yield Text(f"{graph.name}: {count}{'' if graph.up else '; not up'}", style="bold")
    for network, nodes in _by_network(graph).items():
        yield Text("")
        yield Text(network, style="bold")
        for node in nodes:
            yield _node_line(node)
            for near, far, edge in _leaving(graph, node.name):
                yield _end_line(near, far, edge)


def _node_line(node: GraphNode) -> Text:
    words = [node.kind, *([node.runs] if node.runs else []), *node.addresses]
    line = Text("  ").append(node.name, style="bold red" if node.failed else "bold cyan")
    line.append(f"  {', '.join(words)}")
    return line.append(f"  {_loud(node.failed)}", style="bold red") if node.failed else line


def _end_line(near: GraphEnd, far: GraphEnd, edge: GraphEdge) -> Text:
    name = "" if edge.name in (near.node, far.node) else f" by {edge.name}"
    words = [*near.addresses, *_of_edge(edge, near)]
    line = Text(f"    {near.interface} → {far.node}{name}", style="red" if edge.failed else "")
    if words:
        line.append(f"  {', '.join(words)}")
    return line.append(f"  {_loud(edge.failed)}", style="bold red") if edge.failed else line


def _of_edge(edge: GraphEdge, near: GraphEnd | None = None) -> Iterator[str]:
    """What is to be said of an edge; of one end its cost too."""
    if near is not None and near.cost is not None:
        yield f"cost {near.cost}"
    if edge.kind == "tunnel":
        yield "tunnel"
    if edge.delay_ms:
        yield f"{edge.delay_ms:g} ms"
    if edge.rate_bps is not None:
        yield f"{edge.rate_bps / 1e6:g} Mbit/s"
    if edge.mtu != 1500:
        yield f"MTU {edge.mtu}"


def _loud(failed: str) -> str:
    return failed.upper() if failed == "failed" else failed


def _by_network(graph: LabGraph) -> dict[str, list[GraphNode]]:
    found: dict[str, list[GraphNode]] = {}
    for node in graph.nodes:
        found.setdefault(node.network, []).append(node)
    return found


def _leaving(graph: LabGraph, node: str) -> Iterator[tuple[GraphEnd, GraphEnd, GraphEdge]]:
    for edge in graph.edges:
        for near, far in (edge.ends, edge.ends[::-1]):
            if near.node == node:
                yield near, far, edge


def graph_dot(graph: LabGraph) -> str:
    """For Graphviz: networks are boxes around their nodes; what is failed is red and thick."""
    lines = [f"graph {_quoted(graph.name)} {{"]
    lines += [
        "  overlap=false; splines=true; fontname=sans;",
        "  node [fontname=sans]; edge [fontname=sans fontsize=9];",
    ]
    for number, (network, nodes) in enumerate(_by_network(graph).items()):
        lines.append(f"  subgraph cluster_{number} {{ label={_quoted(network)}; color=gray;")
        for node in nodes:
            words = "\\n".join(map(_plain, _node_words(node)))
            red = f" color={_quoted(RED)} fontcolor={_quoted(RED)} penwidth=2" if node.failed else ""
            lines.append(f'    {_quoted(node.name)} [shape={SHAPES[node.kind][0]} label="{words}"{red}];')
        lines.append("  }")
    for edge in graph.edges:
        one, two = edge.ends
        given = [f"style={LINES[edge.kind][0]}", f"label={_quoted(_edge_words(edge))}"]
        given += [f"taillabel={_quoted(_end_words(one))}", f"headlabel={_quoted(_end_words(two))}"]
        given += [f"color={_quoted(RED)} fontcolor={_quoted(RED)} penwidth=2"] if edge.failed else []
        lines.append(f"  {_quoted(one.node)} -- {_quoted(two.node)} [{' '.join(given)}];")
    return "\n".join([*lines, "}", ""])


def graph_mermaid(graph: LabGraph) -> str:
    """For Mermaid, as GitHub and GitLab show it in Markdown."""
    numbers = {node.name: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for number, (network, nodes) in enumerate(_by_network(graph).items()):
        lines.append(f'  subgraph g{number}["{_escaped(network)}"]')
        for node in nodes:
            words = "<br/>".join(map(_escaped, _node_words(node)))
            lines.append("    " + numbers[node.name] + SHAPES[node.kind][1].format(f'"{words}"'))
        lines.append("  end")
    for edge in graph.edges:
        one, two = edge.ends
        said = [words for words in (_end_words(one), _edge_words(edge), _end_words(two)) if words]
        label = f'|"{"<br/>".join(map(_escaped, said))}"|' if said else ""
        lines.append(f"  {numbers[one.node]} {LINES[edge.kind][1]}{label} {numbers[two.node]}")
    broken = [str(number) for number, edge in enumerate(graph.edges) if edge.failed]
    if broken:
        lines.append(f"  linkStyle {','.join(broken)} stroke:{RED},stroke-width:3px,color:{RED}")
    lines += [f"  style {numbers[node.name]} stroke:{RED},stroke-width:3px" for node in graph.nodes if node.failed]
    return "\n".join([*lines, ""])


def _node_words(node: GraphNode) -> list[str]:
    said = [node.name, *node.addresses]
    said += [node.runs] if node.runs else []
    return said + ([_loud(node.failed)] if node.failed else [])


def _edge_words(edge: GraphEdge) -> str:
    name = [] if edge.kind == "host" else [edge.name]
    return ", ".join([*name, *_of_edge(edge), *([_loud(edge.failed)] if edge.failed else [])])


def _end_words(end: GraphEnd) -> str:
    cost = [] if end.cost is None else [f"cost {end.cost}"]
    return ", ".join([end.interface, *end.addresses, *cost])


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_plain(text)}"'


def _escaped(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def graph_data(graph: LabGraph) -> dict[str, Any]:
    """A picture as it goes into JSON."""
    return asdict(graph)
