"""A lab is drawn with what is failed in it, and names cannot break the drawing."""

import shutil
import subprocess
from dataclasses import replace

import pytest

from catchment.report.lab_graph import RED, graph_data, graph_dot, graph_lines, graph_mermaid
from catchment.results.lab_graph import GraphEdge, GraphEnd, GraphNode, LabGraph

ONE = GraphNode(name="r1", kind="router", network="corp (AS64500)", runs="bird", addresses=("192.0.2.1",))
TWO = GraphNode(name="dns@r1", kind="server", network="corp (AS64500)", addresses=("203.0.113.53",))
OFFICE = GraphNode(name="r2", kind="router", network="office", runs="frr")
BEHIND = GraphEnd(node="r1", interface="svc-dns"), GraphEnd(node="dns@r1", interface="eth0")
HOST = GraphEdge(name="dns@r1", kind="host", ends=BEHIND)
LINK = GraphEdge(
    name="r1-r2", kind="link", delay_ms=2.5, rate_bps=1e9, mtu=9000,
    ends=(
        GraphEnd(node="r1", interface="r2", addresses=("198.51.100.0/31",), cost=10),
        GraphEnd(node="r2", interface="r1", addresses=("198.51.100.1/31",), cost=20),
    ),
)  # fmt: skip
TUNNEL = replace(LINK, name="gre", kind="tunnel", delay_ms=0.0, rate_bps=None, mtu=1476)
GRAPH = LabGraph(name="x", up=True, nodes=(ONE, TWO, OFFICE), edges=(LINK, HOST, TUNNEL))
CUT = replace(
    GRAPH, edges=(replace(LINK, failed="loss:r1-r2=25%"), HOST), nodes=(ONE, replace(TWO, failed="failed"), OFFICE)
)


def lines(graph: LabGraph) -> list[str]:
    return [line.plain for line in graph_lines(graph)]


def test_each_node_tells_what_leaves_it_with_its_own_address_and_cost() -> None:
    assert lines(GRAPH) == [
        "x: 3 nodes, 3 links",
        "",
        "corp (AS64500)",
        "  r1  router, bird, 192.0.2.1",
        "    r2 → r2 by r1-r2  198.51.100.0/31, cost 10, 2.5 ms, 1000 Mbit/s, MTU 9000",
        "    svc-dns → dns@r1",
        "    r2 → r2 by gre  198.51.100.0/31, cost 10, tunnel, MTU 1476",
        "  dns@r1  server, 203.0.113.53",
        "    eth0 → r1",
        "",
        "office",
        "  r2  router, frr",
        "    r1 → r1 by r1-r2  198.51.100.1/31, cost 20, 2.5 ms, 1000 Mbit/s, MTU 9000",
        "    r1 → r1 by gre  198.51.100.1/31, cost 20, tunnel, MTU 1476",
    ]


def test_what_is_failed_is_said_and_red() -> None:
    found = {line.plain: line for line in graph_lines(CUT)}
    server = next(line for text, line in found.items() if "dns@r1  server" in text)
    assert server.plain.endswith("FAILED")
    assert any("red" in str(span.style) for span in server.spans)
    assert any(text.endswith("loss:r1-r2=25%") for text in found)
    assert graph_dot(CUT).count(f'color="{RED}"') == 4  # lines and words, of one node and of one edge
    assert "linkStyle 0 stroke" in graph_mermaid(CUT)
    assert "style n1 stroke" in graph_mermaid(CUT)
    assert "#c62828" not in graph_dot(GRAPH) + graph_mermaid(GRAPH)


def test_dot_has_networks_as_boxes_and_ends_with_their_words() -> None:
    text = graph_dot(GRAPH)
    assert 'subgraph cluster_0 { label="corp (AS64500)"' in text
    assert 'taillabel="r2, 198.51.100.0/31, cost 10" headlabel="r1, 198.51.100.1/31, cost 20"' in text
    assert "style=dashed" in text
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_takes_it() -> None:
    done = subprocess.run(["dot", "-Tsvg"], input=graph_dot(CUT), capture_output=True, text=True, check=True)
    assert "<svg" in done.stdout


def test_names_with_quotes_do_not_break_out() -> None:
    strange = LabGraph(name='a"b\\', up=False, nodes=(replace(ONE, name='r"1\\', network="<x>"),), edges=())
    assert 'graph "a\\"b\\\\" {' in graph_dot(strange)
    assert '"r\\"1\\\\" [shape=box' in graph_dot(strange)
    assert '["r#quot;1' in graph_mermaid(strange)
    assert '["#lt;x#gt;"]' in graph_mermaid(strange)
    assert lines(strange)[0].endswith("not up")


def test_json_has_all_of_it() -> None:
    data = graph_data(CUT)
    assert data["edges"][0]["ends"][1]["cost"] == 20
    assert data["nodes"][1]["failed"] == "failed"
