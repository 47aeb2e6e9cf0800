"""What the agents of a design decide about, on small designs."""

from catchment.designfile.load import load
from catchment.model.agent import Form, Level
from catchment.render.agent.gated import gated, policy, prepends_inside, ungated, ways
from catchment.render.view import View, views

DESIGN = """
name: two
asn: 64500
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
networks:
  ours:
    igp: ospf
    routers: {seoul: {at: ICN}, busan: {at: PUS%s}}
    links: [{between: [seoul, busan], cost: 5, delay: 1 ms}]
  isp: {asn: 64501, routers: [isp]}
links: [{between: [seoul, isp], role: customer}, {between: [busan, isp], role: customer}]
services:
  dns: {address: [203.0.113.53, "2001:db8:53::53"], at: %s, check: {dns: example.com A}}
%s
"""


def at(router: str, more: str = "agent: {}", announce: str = "", where: str = "[seoul, busan]") -> View:
    loaded = load(DESIGN % (announce, where, more), "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return next(one for one in views(loaded.design) if one.name == router)


def test_without_an_agent_the_daemon_announces_by_itself():
    view = at("seoul", "")
    assert (gated(view), ways(view), policy(view)) == ((), (), None)
    assert ungated(view) == view.announcements


def test_each_prefix_stands_for_the_addresses_in_it():
    found = gated(at("seoul"))
    assert [one.announcement.name for one in found] == ["dns-ipv4", "dns-ipv6"]
    assert [[check.name for check in one.checks] for one in found] == [["dns-ipv4-dns"], ["dns-ipv6-dns"]]
    assert {str(one.checks[0].probe.address) for one in found} == {"203.0.113.53", "2001:db8:53::53"}
    assert not any(one.checks[0].probe.elsewhere for one in found)


def test_together_they_are_one_that_needs_all_addresses():
    (one,) = gated(at("seoul", "agent: {together: true}"))
    assert [str(prefix) for prefix in one.announcement.prefixes] == ["203.0.113.0/24", "2001:db8:53::/48"]
    assert [check.name for check in one.checks] == ["dns-dns-ipv4", "dns-dns-ipv6"]
    assert not one.services[0].need.met_by({"dns-dns-ipv4": True, "dns-dns-ipv6": False})


def test_a_router_without_servers_has_nothing_to_decide():
    assert policy(at("isp")) is None


def test_a_router_that_announces_for_servers_elsewhere_asks_as_clients_do():
    announce = ", announce: [{prefix: 203.0.113.0/24, while: dns}]"
    (one,) = gated(at("busan", announce=announce, where="seoul"))
    assert one.announcement.name == "dns"
    assert one.checks[0].probe.elsewhere


def test_what_is_announced_is_the_design_s_and_other_forms_are_added_to_it():
    announce = ', announce: [{prefix: 203.0.113.0/24, while: dns, med: 7, communities: ["64500:9"]}]'
    forms = {str(way.form): way for way in ways(at("busan", announce=announce)) if way.prefix.version == 4}
    assert list(forms) == [
        "community 64500:9, MED 7",
        "prepend 3, community 64500:9, MED 7",
        "community 64500:9, community 65535:0, MED 7",
    ]
    assert all(way.origination.med == 7 for way in forms.values())


def test_the_design_says_what_is_done_when_services_are_dead():
    (one, _) = gated(
        at("seoul", "agent: {down: {prepend: 5}, guard: {others: 1}, splay: 2 s, hold-down: {first: 3 s}}")
    )
    said = one.announcement
    assert said.forms.at(Level.DOWN) == Form(prepend=5)
    assert (said.guard.least_others, said.splay_s, said.hold.base_s) == (1, 2.0, 3.0)


def test_what_cannot_be_asked_stays_announced_by_the_daemon():
    text = (DESIGN % ("", "[seoul, busan]", "agent: {}")).replace("dns: example.com A", "icmp: service")
    design = load(text, "design.yaml").design
    assert design is not None
    view = next(one for one in views(design) if one.name == "seoul")
    assert gated(view) == ()
    assert ungated(view) == view.announcements


def test_two_services_of_a_prefix_keep_it_announced_while_one_of_them_lives():
    text = DESIGN % ("", "[seoul, busan]", "agent: {}")
    web = '  web: {address: 203.0.113.80, at: [seoul, busan], check: {tcp: "80"}}\nagent: {}'
    design = load(text.replace("agent: {}", web), "design.yaml").design
    assert design is not None
    view = next(one for one in views(design) if one.name == "seoul")
    four = next(one for one in gated(view) if one.announcement.prefixes[0].version == 4)
    assert four.announcement.name == "dns-web"
    assert [one.name for one in four.services] == ["dns-web-dns", "dns-web-web"]
    assert four.announcement.need.met_by({"dns-web-dns": False, "dns-web-web": True})
    assert not four.announcement.need.met_by({"dns-web-dns": False, "dns-web-web": False})


def test_inside_the_as_prepends_of_forms_are_no_loop():
    assert prepends_inside(at("seoul", "")) == 0
    assert prepends_inside(at("seoul")) == 3
    assert prepends_inside(at("seoul", "agent: {degraded: plain}")) == 0
    assert prepends_inside(at("seoul", "agent: {down: {prepend: 20}}")) == 10
