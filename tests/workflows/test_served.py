"""Both fields together: clients enter where the Internet says, and the inside decides who answers them."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.workflows.place import furnish

from catchment.errors import UsageError
from catchment.results.served import Served
from catchment.results.verdict import Held
from catchment.workflows.internet import Choice, Parts, prepare_file
from catchment.workflows.predict import Prediction, predict
from catchment.workflows.scenario import Asked

DESIGN = """\
name: demo
asn: 65536
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
sites:
  seoul: {at: ICN, router: seoul-edge, transit: [64496]}
  oslo: {at: OSL, transit: [64497]}
networks:
  core:
    igp: ospf
    routers: [seoul-edge, middle, oslo]
    links:
      - {between: [seoul-edge, middle], cost: 10, delay: 40 ms}
      - {between: [middle, oslo], cost: 20, delay: 50 ms}
"""
BOTH = "services: {dns: {address: [203.0.113.53, '2001:db8:53::53'], at: [seoul, oslo]}}\n"
MIDDLE = "services: {dns: {address: 203.0.113.53, at: middle}}\n"


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    return furnish(tmp_path)


def predicted(place: tuple[Path, Path], services: str = BOTH, intents: str = "", **words: object) -> Prediction:
    design, links = place
    design.write_text(DESIGN + services + intents)
    return predict(design, Choice(file=links), Asked(**words), lambda _: None)  # type: ignore[arg-type]


def located(design: Path, links: Path) -> Path:
    """The same Internet with every network at the door that it enters by."""
    places, target = design.with_name("places.csv"), design.with_name("located.internet")
    seoul, oslo = "37.46,126.44", "60.19,11.10"
    homes = {64496: seoul, 64498: seoul, 64499: seoul, 64497: oslo, 64500: oslo}
    places.write_text("asn,lat,lon\n" + "".join(f"{asn},{at}\n" for asn, at in homes.items()))
    prepare_file(Parts(topology=(links,), locations=places), target, lambda _: None)
    return target


def inside(prediction: Prediction) -> Served:
    assert prediction.served is not None
    return prediction.served


def shares(served: Served) -> dict[str, float]:
    (service,) = served.services
    return {row.name: round(row.share, 6) for row in service.servers}


def doors(served: Served) -> dict[str | None, tuple[str, ...]]:
    (service,) = served.services
    return {row.entrance.router: tuple(end.where for end in row.ends) for row in service.entered}


def test_with_a_server_at_every_entrance_servers_have_the_shares_of_sites(place: tuple[Path, Path]) -> None:
    found = predicted(place)
    assert shares(inside(found)) == {"dns@seoul-edge": 0.6, "dns@oslo": 0.4}
    assert [row.share for row in found.summary.rows] == [0.6, 0.4]
    assert inside(found).services[0].total.across == 0


def test_one_server_in_the_middle_has_all_and_every_client_crosses_the_network(place: tuple[Path, Path]) -> None:
    found = predicted(place, MIDDLE)
    assert shares(inside(found)) == {"dns@middle": 1.0}
    total = inside(found).services[0].total
    assert (total.across, total.inside_ms) == (1.0, pytest.approx(0.6 * 80 + 0.4 * 100))


def test_a_server_that_is_down_sends_its_clients_across_and_no_client_enters_elsewhere(
    place: tuple[Path, Path],
) -> None:
    found = predicted(place, down=("dns@seoul-edge",))
    assert doors(inside(found)) == {"seoul-edge": ("dns@oslo",), "oslo": ("dns@oslo",)}
    assert found.change is not None
    assert found.change.moved_clients == 0
    assert found.served_before is not None
    assert shares(found.served_before) == {"dns@seoul-edge": 0.6, "dns@oslo": 0.4}
    assert found.catchment.title == "demo: 203.0.113.0/24, dns@seoul-edge down"


def test_a_router_that_is_down_takes_the_announcement_of_its_site_with_it(place: tuple[Path, Path]) -> None:
    found = predicted(place, down=("seoul-edge",))
    assert doors(inside(found)) == {"oslo": ("dns@oslo",)}
    assert [row.up for row in found.summary.rows] == [False, True]


def test_a_site_that_is_down_is_down_with_its_router_and_a_withdrawn_one_still_serves(
    place: tuple[Path, Path],
) -> None:
    whole = predicted(place, MIDDLE.replace("middle", "seoul"), down=("seoul",))
    assert whole.catchment.title == "demo: 203.0.113.0/24, seoul down, seoul-edge down"
    assert doors(inside(whole)) == {"oslo": ("oslo",)}
    assert [finding.rule for finding in inside(whole).findings] == ["N020"]
    drained = predicted(place, MIDDLE.replace("middle", "seoul"), down=("seoul:sessions",))
    assert drained.catchment.title == "demo: 203.0.113.0/24, seoul withdrawn"
    assert doors(inside(drained)) == {"oslo": ("dns@seoul-edge",)}


def test_a_router_that_two_sites_share_stays_up_when_one_of_them_is_down(place: tuple[Path, Path]) -> None:
    design, links = place
    design.write_text(DESIGN.replace("oslo: {at: OSL,", "fjord: {at: OSL, router: seoul-edge,") + MIDDLE)
    found = predict(design, Choice(file=links), Asked(down=("seoul",)), lambda _: None)
    assert found.catchment.title == "demo: 203.0.113.0/24, seoul down"
    assert doors(inside(found)) == {"seoul-edge": ("dns@middle",)}


def test_a_cut_link_leaves_a_site_announcing_what_it_cannot_serve(place: tuple[Path, Path]) -> None:
    found = predicted(place, MIDDLE, "intents: [every client is served]\n", down=("seoul-edge-middle",))
    (black_hole,) = inside(found).findings
    assert black_hole.rule == "N020"
    assert "3 networks, 60.0% of weight" in black_hole.what
    (service,) = inside(found).services
    assert (service.lost_clients, service.lost_share) == (3, pytest.approx(0.6))
    (verdict,) = found.verdicts
    assert (verdict.held, verdict.found) == (Held.NO, "3 networks (60.00% of weight) are not served")
    assert [row.share for row in found.summary.rows] == [0.6, 0.4]  # who enters where is as it was


def test_intents_count_the_inside(place: tuple[Path, Path]) -> None:
    intents = "intents: ['if any site is down, every client is served', median RTT at most 90 ms]\n"
    place = place[0], located(*place)
    both, one = predicted(place, BOTH, intents), predicted(place, MIDDLE.replace("middle", "seoul"), intents)
    assert [verdict.held for verdict in both.verdicts] == [Held.YES, Held.YES]
    assert both.verdicts[1].found == "21 ms"  # everybody stands at an entrance
    assert [verdict.held for verdict in one.verdicts] == [Held.NO, Held.YES]  # with seoul goes the only server
    assert "with seoul down" in one.verdicts[0].found
    far = predicted(place, MIDDLE, intents)
    assert [(verdict.held, verdict.found) for verdict in far.verdicts][1] == (Held.NO, "101 ms")
    assert inside(far).services[0].total.median_rtt_ms == pytest.approx(101, abs=1)
    assert far.verdicts[0].held is Held.YES


def test_only_services_of_the_prefix_are_followed(place: tuple[Path, Path]) -> None:
    (service,) = inside(predicted(place, BOTH, prefix="2001:db8:53::/48")).services
    assert [str(address) for address in service.addresses] == ["2001:db8:53::53"]
    none = predicted(place, MIDDLE, prefix="2001:db8:53::/48")
    assert inside(none).services == ()
    assert "no service has an address in 2001:db8:53::/48: nothing is followed inside" in none.catchment.notes


def test_addresses_of_a_service_that_go_alike_are_one_and_others_are_apart(place: tuple[Path, Path]) -> None:
    two = "services: {dns: {address: [203.0.113.53, 203.0.113.54], at: [middle]}}\n"
    (service,) = inside(predicted(place, two)).services
    assert len(service.addresses) == 2
    design, links = place
    routers = "{seoul-edge: {static: [{to: 203.0.113.54, via: discard}]}, middle: {}, oslo: {}}"
    design.write_text(DESIGN.replace("[seoul-edge, middle, oslo]", routers) + two)
    served = inside(predict(design, Choice(file=links), Asked(), lambda _: None))
    assert [len(service.addresses) for service in served.services] == [1, 1]
    assert [service.lost_clients for service in served.services] == [0, 3]


def test_through_a_tunnel_the_cloud_draws_and_the_office_serves(place: tuple[Path, Path]) -> None:
    design, links = place
    design.write_text("""\
name: gre
asn: 65536
prefixes: [203.0.113.0/24]
sites: {seoul: {at: ICN, router: cloud, transit: [64496]}}
networks:
  cloud:
    routers:
      cloud:
        loopback: 198.51.100.10
        announce: [198.51.100.10/32]
        static: {to: 203.0.113.0/24, via: office-gre}
  provider: {asn: 64501, routers: {pop: {announce: 192.0.2.0/24, static: {to: 192.0.2.20, via: office}}}}
  premises: {asn: 64511, bgp: off, routers: {office: {loopback: 192.0.2.20, static: {to: default, via: pop}}}}
links:
  - {between: [cloud, pop], delay: 2 ms}
  - {between: [office, pop], delay: 3 ms}
tunnels:
  office-gre: {ends: [cloud, office], inner: [10.99.1.1/24, 10.99.1.2/24], bgp: false}
services: {dns: {address: 203.0.113.53, at: [office]}}
""")
    found = predict(design, Choice(file=links), Asked(), lambda _: None)
    (service,) = inside(found).services
    assert [(end.where, end.delay_ms) for end in service.entered[0].ends] == [("dns@office", 5.0)]
    cut = predict(design, Choice(file=links), Asked(down=("office-pop",)), lambda _: None)
    assert [finding.rule for finding in inside(cut).findings] == ["N020"]  # the tunnel looks up, and so does the site
    assert cut.catchment.target.tolist() == found.catchment.target.tolist()


def test_a_name_that_is_nothing_is_told(place: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match='did you mean "seoul-edge"'):
        predicted(place, down=("seoul-egde",))


def test_a_prediction_without_networks_loads_nothing_of_the_inside() -> None:
    code = "import sys, catchment.workflows.predict; print([m for m in sys.modules if 'simulate.network' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_fields_that_nothing_ties_are_predicted_apart_and_the_reader_is_told(place: tuple[Path, Path]) -> None:
    design, links = place
    design.write_text(DESIGN.replace("router: seoul-edge, ", "").replace(", oslo]", ", fjord]") + MIDDLE)
    found = predict(design, Choice(file=links), Asked(), lambda _: None)
    assert found.served is None
    assert any("predicted apart" in note for note in found.catchment.notes)
