"""The names of the networks of an Internet, which stand in one long row of bytes."""

from tests.internet.drawing import attributes, links, peers

from catchment.internet.assemble import assemble


def test_names_are_found_by_node_in_any_alphabet() -> None:
    names = {64496: "Beispiel Köln", 64497: "", 64498: "예시 네트워크"}
    given = attributes(*((asn, 1.0, "", "", name) for asn, name in names.items()))
    internet = assemble(links(*peers(64497, 64496, 64498)), given, None, ())
    assert {int(asn): internet.name(node) for node, asn in enumerate(internet.graph.asn)} == names
