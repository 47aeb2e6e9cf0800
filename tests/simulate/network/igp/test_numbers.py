"""The numbers of EIGRP are those of RFC 7868 and of IOS's tables; those of OSPF what daemons can say."""

from dataclasses import replace

from catchment.model.network import Daemon, Igp, Link, LinkEnd, Network, Router
from catchment.simulate.network.igp.numbers import at_interface, at_loopback, eigrp, of_link

CLASSIC = Network(name="n", igp=Igp.EIGRP, routers=())
WIDE = replace(CLASSIC, wide=True)
ROUTER = Router(name="a")
PLAIN = Link(name="l", ends=(LinkEnd(router="a", cost=1), LinkEnd(router="b", cost=1)))


def test_the_classic_metric_is_that_of_rfc_7868() -> None:
    """256 (10^7 / least kbit/s + delay in 10 us): 2816 and 128256 are what IOS shows for gigabit and loopback."""
    metric = eigrp(CLASSIC).metric
    assert metric(of_link(CLASSIC, PLAIN)) == metric(at_interface(CLASSIC)) == 2816
    assert metric(at_loopback(CLASSIC, ROUTER, 4)) == 128256
    # A T1 of 20 ms and a Fast Ethernet of 0.1 ms behind each other: 256 (10^7 / 1544 + 2010).
    assert metric((1544, 2010)) == 256 * (6476 + 2010) == 2172416


def test_the_wide_metric_is_that_of_rfc_7868_and_its_table_shows_a_128th() -> None:
    """1310720 and 163840 are what IOS has for gigabit and loopback in named mode; its table shows 10240 and 1280."""
    count = eigrp(WIDE)
    assert count.metric(of_link(WIDE, PLAIN)) == count.metric(at_interface(WIDE)) == 1310720
    assert count.metric(at_loopback(WIDE, ROUTER, 4)) == 163840
    assert (count.shown(1310720), count.shown(163840)) == (10240, 1280)


def test_the_wide_metric_tells_40_from_100_gigabit_where_the_classic_one_cannot() -> None:
    forty, hundred = (replace(PLAIN, rate_bps=rate, delay_ms=0.01) for rate in (40e9, 100e9))
    assert eigrp(CLASSIC).metric(of_link(CLASSIC, forty)) == eigrp(CLASSIC).metric(of_link(CLASSIC, hundred)) == 256
    assert eigrp(WIDE).metric(of_link(WIDE, forty)) == 16384 + 655360
    assert eigrp(WIDE).metric(of_link(WIDE, hundred)) == 6553 + 655360


def test_a_fast_link_without_a_delay_has_the_one_that_ios_gives_it() -> None:
    assert of_link(WIDE, replace(PLAIN, rate_bps=10e9)) == (10**7, 10**6)
    assert of_link(CLASSIC, replace(PLAIN, rate_bps=10e9)) == (10**7, 1)


def test_what_a_link_adds_is_the_lesser_rate_and_its_delay() -> None:
    slow = replace(PLAIN, rate_bps=1e6, delay_ms=1.0)
    assert eigrp(CLASSIC).across((500, 7), slow) == (500, 107)
    assert eigrp(CLASSIC).across((5000, 7), slow) == (1000, 107)


def test_links_of_100_megabit_count_as_eigrpd_of_frr_shows_them() -> None:
    """Seen on five routers with the bandwidth and delay that FRR 8.4 has by itself, for one, two and three links."""
    link = replace(PLAIN, rate_bps=100e6, delay_ms=0.1)
    count = eigrp(CLASSIC)
    told = of_link(CLASSIC, link)
    seen = []
    for _ in range(3):
        seen.append(count.metric(told))
        told = count.across(told, link)
    assert seen == [28160, 30720, 33280]


def test_a_loopback_costs_nothing_but_for_the_ospfv3_of_frr() -> None:
    """FRR 8.4.4 refuses `ipv6 ospf6 cost 0`; found by the differential test, seed 0, on BIRD and FRR in one network."""
    ospf, isis = replace(CLASSIC, igp=Igp.OSPF), replace(CLASSIC, igp=Igp.ISIS)
    frr = replace(ROUTER, daemon=Daemon.FRR)
    assert [at_loopback(ospf, router, version)[0] for router in (ROUTER, frr) for version in (4, 6)] == [0, 0, 0, 1]
    assert at_loopback(isis, frr, 6) == (0, 0)
