"""Routers that answer for what they have taken, and for nothing else."""

from ipaddress import ip_address, ip_network

from catchment.lab.faults.posing import answers, local_routes, posed, poser
from catchment.lab.nodes import Kind, Lab, Node
from catchment.lab.spoken import Protocol, Spoken
from catchment.lab.steps import Commands
from catchment.model.fault import Hijacked

FOUR, SIX = ip_address("203.0.113.53"), ip_address("2001:db8:53::53")
HTTP = Spoken(protocol=Protocol.HTTP, port=80)
LAB = Lab(
    name="x",
    nodes=(
        Node(name="evil", kind=Kind.ROUTER),
        Node(name="dns@a", kind=Kind.SERVER),
        Node(name="dns@b", kind=Kind.SERVER, spoken=(HTTP,)),
    ),
    wires=(),
    servers=(("dns@a", (FOUR, SIX)), ("dns@b", (FOUR, SIX))),
)
HALF = Hijacked(router="evil", prefix=ip_network("203.0.113.0/25"))
OTHER_HALF = Hijacked(router="evil", prefix=ip_network("203.0.113.128/25"))


def test_only_addresses_inside_of_the_prefix_are_taken_each_once() -> None:
    assert posed(LAB, HALF) == (FOUR,)
    assert posed(LAB, OTHER_HALF) == ()


def test_one_program_answers_for_all_that_a_router_has_taken() -> None:
    whole = Hijacked(router="evil", prefix=ip_network("2001:db8:53::/48"))
    found = answers(LAB, [HALF, whole, Hijacked(router="other", prefix=whole.prefix)], "evil", "python")
    assert found is not None
    assert found.words[3:] == (poser("evil"), "dns:53,http:80", str(FOUR), str(SIX))
    assert answers(LAB, [OTHER_HALF], "evil", "python") is None


def test_addresses_are_local_routes_and_on_no_interface() -> None:
    (step,) = local_routes(LAB, "evil", [FOUR], on=True)
    assert step == Commands(
        program="ip", space="cm-x-evil", lines=("route replace local 203.0.113.53 dev lo table local",)
    )
    (back,) = local_routes(LAB, "evil", [SIX], on=False)
    assert isinstance(back, Commands)
    there = "local 2001:db8:53::53 dev lo table local"
    assert back.lines == (f"route replace {there}", f"route del {there}")
    assert list(local_routes(LAB, "evil", [], on=True)) == []
