"""Counting who is served where: by hand, and the law that nobody is lost or counted twice."""

import math
from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.model.address import Asn
from catchment.results.catchment import NOWHERE
from catchment.results.served import Arriving, Entrance, Question, Served, ServedService, tally
from catchment.results.trace import End, Outcome

ADDRESS = ip_address("203.0.113.53")
SEOUL = Entrance(site="seoul", neighbour=Asn(64496), relation="transit", router="seoul-edge")
BUSAN = Entrance(site="busan", neighbour=Asn(64497), relation="peer", router="busan-edge")
CLOUD = Entrance(site="cloud", neighbour=Asn(64498), relation="transit", router=None)
DNS = Question(
    service="dns", addresses=(ADDRESS,),
    servers=tuple(
        (f"dns@{router}", frozenset({site}))
        for router, site in (("seoul-edge", "seoul"), ("busan-edge", "busan"), ("cloud", "cloud"))
    ),
    down=frozenset({"dns@seoul-edge"}),
)  # fmt: skip


def to(server: str, share: float = 1.0, delay_ms: float | None = 0.0) -> End:
    return End(outcome=Outcome.SERVER, where=server, share=share, delay_ms=delay_ms)


def lost(share: float = 1.0) -> End:
    return End(outcome=Outcome.NO_ROUTE, where="seoul-edge", share=share)


def counted(*ends: tuple[End, ...], entrance: tuple[int, ...] = (0, 0, 1, 2, NOWHERE)) -> ServedService:
    """Clients of weight 4, 3, 2, 1, 10 with an RTT of 10, 20, 30, 40, 50 ms."""
    weight, rtt = [4.0, 3, 2, 1, 10][: len(entrance)], [10.0, 20, 30, 40, 50][: len(entrance)]
    clients = Arriving(entrance=np.array(entrance, np.int32), weight=np.array(weight), rtt_ms=np.array(rtt))
    return tally(DNS, (SEOUL, BUSAN, CLOUD), ends, clients)


def test_what_enters_is_counted_at_its_entrance_and_at_its_server() -> None:
    found = counted((to("dns@busan-edge", delay_ms=4.0),), (to("dns@busan-edge"),), (to("dns@cloud"),))
    assert [(row.clients, row.share) for row in found.entered] == [(2, 7 / 20), (1, 2 / 20), (1, 1 / 20)]
    seoul, busan, cloud = found.servers
    assert (seoul.clients, seoul.share, seoul.up) == (0, 0, False)
    assert (busan.clients, busan.share, busan.up) == (3, 9 / 20, True)
    assert busan.across == pytest.approx(7 / 9)
    assert busan.inside_ms == pytest.approx(8 * 7 / 9)
    assert (busan.median_rtt_ms, busan.p90_rtt_ms) == (28, 30)
    assert (cloud.clients, cloud.across, cloud.inside_ms) == (1, 0, 0)
    assert (found.total.clients, found.total.share) == (4, 10 / 20)
    assert (found.lost_clients, found.lost_share) == (0, 0)
    assert math.isnan(seoul.inside_ms)


def test_what_is_split_counts_in_parts_and_what_is_lost_is_told() -> None:
    found = counted((to("dns@busan-edge", 0.5, 3.0), lost(0.5)), (to("dns@busan-edge"),), (lost(),))
    assert found.servers[1].share == pytest.approx((3.5 + 2) / 20)
    assert found.servers[1].clients == 3
    assert found.lost_clients == 3
    assert found.lost_share == pytest.approx((3.5 + 1) / 20)
    assert found.total.clients == 3
    assert found.entered[0].delivered == 0.5


def test_a_delay_that_nobody_states_leaves_the_times_unknown() -> None:
    found = counted((to("dns@busan-edge", delay_ms=None),), (to("dns@busan-edge"),), (to("dns@cloud"),))
    assert math.isnan(found.servers[1].inside_ms)
    assert found.servers[1].median_rtt_ms == 30  # of the client whose way is known
    served = Served(entrances=(SEOUL, BUSAN, CLOUD), client_entrance=np.array([0, 1, NOWHERE], np.int32),
                    services=(found,))  # fmt: skip
    assert [math.isnan(ms) for ms in served.inside_rtt_ms()] == [True, False, True]


def test_a_client_waits_for_its_slowest_service() -> None:
    slow = counted((to("dns@busan-edge", delay_ms=4.0),), (to("dns@busan-edge"),), (to("dns@cloud"),))
    fast = counted((to("dns@busan-edge", delay_ms=1.0),), (to("dns@busan-edge"),), (to("dns@cloud"),))
    served = Served(
        entrances=(SEOUL, BUSAN, CLOUD), client_entrance=np.array([0, 1], np.int32), services=(slow, fast)
    )
    assert served.inside_rtt_ms().tolist() == [8, 0]


@given(st.data())
def test_shares_of_servers_and_what_is_lost_add_up_to_what_enters(data: st.DataObject) -> None:
    parts = st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(any)
    ends = []
    for _ in range(3):
        drawn = data.draw(parts)
        shares = [part / sum(drawn) for part in drawn]
        servers = (to(name, share) for (name, _), share in zip(DNS.servers, shares, strict=False) if share)
        ends.append((*servers, *([lost(shares[3])] if shares[3] else [])))
    entrance = data.draw(st.lists(st.sampled_from([NOWHERE, 0, 1, 2]), max_size=5).map(tuple))
    found = counted(*ends, entrance=entrance)
    served = sum(row.share for row in found.servers)
    assert served == pytest.approx(found.total.share)
    assert served + found.lost_share == pytest.approx(sum(row.share for row in found.entered))
