"""What check says of the inside of a design whose sites are at routers; the golden case shows the text."""

from catchment.designfile.load import load
from catchment.designfile.rules import Advice
from catchment.simulate.network.tunnels import settled
from catchment.workflows.entry_advice import entry_advice

DESIGN = """\
name: demo
asn: 64500
prefixes: 203.0.113.0/24
sites:
  seoul: {at: ICN, transit: [64496]}
  busan: {at: PUS, transit: [64496, {asn: 64497, router: busan-b}]}
networks:
  core:
    igp: ospf
    routers: [seoul, busan, busan-b, lab]
    links:
      - {between: [seoul, busan], delay: 4 ms}
      - {between: [busan, busan-b], delay: 1 ms}
      - {between: [busan-b, lab], cost: 100}
"""


def advised(services: str, design: str = DESIGN) -> list[Advice]:
    loaded = load(f"{design}services: {{dns: {{address: 203.0.113.53, at: {services}}}}}\n", "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return list(entry_advice(loaded.design, settled(loaded.design.inside), loaded.where))


def test_a_server_at_each_site_leaves_nothing_to_say() -> None:
    assert advised("[seoul, busan]") == []
    second = DESIGN.replace("delay: 1 ms", "delay: 1 ms, cost: 1")
    assert advised("[seoul, busan-b]", second) == []  # the router of a session is the site's too


def test_sites_without_a_server_are_one_advice_with_the_farthest() -> None:
    (one,) = advised("[seoul]")
    assert one.rule == "A041"
    assert one.what == (
        "1 of 2 sites at routers have dns served elsewhere; the farthest is busan, by dns@seoul, 10 ms there and back"
    )


def test_a_server_near_the_site_is_not_elsewhere() -> None:
    near = DESIGN.replace("[seoul, busan, busan-b, lab]", "{seoul: {}, busan: {}, busan-b: {}, lab: {at: PUS}}")
    assert advised("[seoul, lab]", near.replace("cost: 100", "cost: 1").replace("delay: 1 ms", "cost: 1")) == []


def test_a_server_that_no_session_leads_to_is_idle_unless_clients_inside_may_use_it() -> None:
    (one,) = advised("[seoul, busan, lab]")
    assert (one.rule, one.what) == ("A043", "nothing that enters reaches dns@lab")
    assert advised("[seoul, busan, lab]", DESIGN + "clients: {office: lab}\n") == []


def test_what_is_lost_inside_is_told_with_its_place() -> None:
    broken = DESIGN.replace("igp: ospf", "igp: static").replace(", cost: 100", "")
    (one,) = advised("[seoul]", broken)
    assert one.rule == "A040"
    assert one.what == "busan announces dns, and what enters there is lost: dropped: no route at busan"


def test_a_router_far_from_its_site_is_told() -> None:
    far = DESIGN.replace("[seoul, busan, busan-b, lab]", "{seoul: {at: ICN}, busan: {at: ICN}, busan-b: {}, lab: {}}")
    assert [one.rule for one in advised("[seoul, busan]", far)] == ["A042"]


def test_a_design_whose_sites_are_at_no_router_hears_nothing() -> None:
    apart = """\
name: demo
asn: 64500
prefixes: 203.0.113.0/24
sites: {seoul: {at: ICN, transit: [64496]}}
networks: {core: {igp: ospf, routers: [x, y], links: [{between: [x, y]}]}}
"""
    assert advised("[x]", apart) == []
