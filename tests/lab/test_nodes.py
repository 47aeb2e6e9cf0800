"""What a lab is made of."""

from tests.lab.small import small

from catchment.lab.nodes import Kind, space_name, twice


def test_each_end_of_a_wire_is_found_from_its_node() -> None:
    lab = small("x")
    assert [(name, near.interface, far.node) for name, near, far in lab.plugs("r1")] == [
        ("dns@r1", "svc-dns", "dns@r1"),
        ("office", "office", "office"),
    ]
    assert lab.behind("office") == {"eth0": "r1"}


def test_nodes_are_found_by_name_and_kind() -> None:
    lab = small("x")
    assert lab.node("office").kind is Kind.CLIENT
    assert [node.name for node in lab.of_kind(Kind.ROUTER)] == ["r1"]


def test_a_namespace_is_called_after_lab_and_node() -> None:
    assert space_name("two-cities", "seoul") == "cm-two-cities-seoul"


def test_names_that_are_there_twice_are_told_once() -> None:
    assert twice(["a", "b", "a", "c", "a", "b"]) == ["a", "b"]
