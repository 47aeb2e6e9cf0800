"""Where sessions end: at the router a session names, at the site's, or at the one that has the site's name."""

import pytest

from catchment.designfile.load import load
from catchment.model.design import Design
from catchment.results.yaml_text import as_yaml

DESIGN = """
name: demo
asn: 64500
prefixes: [203.0.113.0/24]
sites:
  seoul: {at: ICN, transit: [64512, {asn: 64513, router: seoul-b}]}
  busan: {at: PUS, router: busan-edge, transit: [64512]}
  tokyo: {at: NRT, transit: [{asn: 64512, router: tokyo-a}]}
  cloud: {at: FRA, transit: [64512]}
networks:
  core:
    igp: isis
    routers: [seoul, seoul-b, busan-edge, tokyo-a]
    links: [{between: [seoul, seoul-b]}, {between: [seoul, busan-edge]}, {between: [seoul, tokyo-a]}]
services:
  dns: {address: 203.0.113.53, at: [seoul, cloud, tokyo-a]}
  web: {address: 203.0.113.80}
"""


@pytest.fixture
def design() -> Design:
    loaded = load(DESIGN, "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design


def test_a_session_ends_where_it_says_or_where_its_site_is(design: Design) -> None:
    assert {site.name: [session.router for session in site.sessions] for site in design.sites} == {
        "seoul": ["seoul", "seoul-b"],
        "busan": ["busan-edge"],
        "tokyo": ["tokyo-a"],
        "cloud": [None],
    }


def test_a_site_is_at_the_router_of_its_name_or_where_its_sessions_are(design: Design) -> None:
    routers = {site.name: site.router for site in design.sites}
    assert routers == {"seoul": "seoul", "busan": "busan-edge", "tokyo": "tokyo-a", "cloud": None}


def test_a_service_at_a_site_hangs_on_its_router_and_elsewhere_the_site_serves(design: Design) -> None:
    dns, web = design.services
    assert (dns.routers, dns.sites) == (("seoul", "tokyo-a"), ("cloud",))
    assert (web.routers, web.sites) == (("seoul", "busan-edge", "tokyo-a"), ("cloud",))
    assert [server.name for server in design.networks[0].servers] == [
        "dns@seoul", "dns@tokyo-a", "web@seoul", "web@busan-edge", "web@tokyo-a",
    ]  # fmt: skip


def test_the_long_form_reads_back_as_the_same_design(design: Design) -> None:
    again = load(as_yaml(load(DESIGN, "design.yaml").expanded), "design.yaml")
    assert again.problems == ()
    assert again.design == design


def test_announcing_over_the_links_of_the_data_may_still_name_the_router() -> None:
    text = DESIGN.replace("{at: PUS, router: busan-edge, transit: [64512]}",
                          "{at: PUS, router: busan-edge, sessions: from-internet}")  # fmt: skip
    loaded = load(text, "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    assert (loaded.design.sites[1].router, loaded.design.sites[1].from_internet) == ("busan-edge", True)
