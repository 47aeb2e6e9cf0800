"""Who reports what to its router."""

from tests.simulate.network.multicast.played import design_of

from catchment.simulate.network.multicast.membership import membership, up
from catchment.simulate.network.topology import Down

TEXT = """
networks:
  corp:
    igp: ospf
    routers: [seoul, busan]
    links: [{between: [seoul, busan]}]
services: {dns: {address: ["203.0.113.53", "2001:db8:53::53"], at: [seoul, busan]}}
clients: {office: busan}
multicast:
  ssm: {group: ["232.1.1.1", "ff38::8000:1"], from: dns@seoul, to: [office, dns, seoul]}
  sm: {group: 239.192.0.1, from: seoul, to: [seoul, busan], rp: seoul}
"""


def test_with_ssm_a_report_names_the_senders() -> None:
    ssm = design_of(TEXT).multicast[0]
    busan, seoul = membership(ssm, ssm.addresses[0], Down())
    assert (busan.router, busan.members, busan.protocol, busan.reports_to) == (
        "busan", ("office", "dns@busan"), "IGMPv3", "224.0.0.22",
    )  # fmt: skip
    assert [str(one) for one in busan.sources] == ["192.0.2.1"]
    assert seoul.members == ("dns@seoul", "seoul")
    six = membership(ssm, ssm.addresses[1], Down())[0]
    assert (six.protocol, six.reports_to, str(six.sources[0])) == ("MLDv2", "ff02::16", "2001:db8:ffff::1")


def test_a_router_that_receives_itself_reports_to_nobody_and_others_want_anyone() -> None:
    sm = design_of(TEXT).multicast[1]
    for one in membership(sm, sm.addresses[0], Down()):
        assert (one.protocol, one.sources) == ("", ())


def test_what_is_down_is_no_member() -> None:
    ssm = design_of(TEXT).multicast[0]
    assert [one.name for one in up(ssm.receivers, Down(routers=frozenset({"busan"})))] == ["dns@seoul", "seoul"]
    assert [one.name for one in up(ssm.receivers, Down(servers=frozenset({"dns@seoul"})))] == [
        "office", "dns@busan", "seoul",
    ]  # fmt: skip
