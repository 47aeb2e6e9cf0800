"""Routes: which tables are shown, and what a service looks like from each router."""

from pathlib import Path

from catchment.workflows.routes import routes

TEXT = """
name: corp
networks:
  corp: {igp: ospf, routers: [a, m, b], links: [{between: [a, m]}, {between: [m, b]}]}
  lab: {igp: static, routers: [x], links: []}
services: {dns: {address: 203.0.113.53, at: [a, b]}}
"""


def test_every_router_of_every_network_has_its_table_unless_it_is_down(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(TEXT)
    assert [table.router for table in routes(path, (), ()).tables] == ["a", "m", "b", "x"]
    some = routes(path, ("m", "a"), ("a",))
    assert [table.router for table in some.tables] == ["m"]
    assert some.notes == ("a is down and has no table",)


def test_a_router_between_two_servers_sends_half_to_each(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(TEXT)
    (table,) = routes(path, ("m",), ()).tables
    (view,) = table.services
    assert view.leads == (("dns@a", 0.5), ("dns@b", 0.5))
    assert [(belief.server, belief.cost) for belief in view.beliefs] == [("dns@a", 11), ("dns@b", 11)]
    assert view.entry is not None
    assert [hop.router for hop in view.entry.next_hops] == ["a", "b"]
    assert routes(path, ("x",), ()).tables[0].services == ()
