"""The inside as a user reads it: where clients enter, who answers, what changed, what is lost."""

from dataclasses import replace

import numpy as np
from tests.report.text import shown
from tests.results.test_served import BUSAN, CLOUD, SEOUL, counted, lost, to

from catchment.report.served import served_tables
from catchment.results.served import Served, ServedService
from catchment.results.trace import TraceFinding

NOW = counted((to("dns@busan-edge", delay_ms=4.0),), (to("dns@busan-edge"),), (to("dns@cloud"),))
GONE = counted((lost(),), (to("dns@busan-edge", 0.5, None), lost(0.5)), (to("dns@cloud"),))


def served(*services: ServedService, rules: tuple[str, ...] = ()) -> Served:
    findings = tuple(TraceFinding(rule=rule, what="something", todo="do it") for rule in rules)
    return Served(entrances=(SEOUL, BUSAN, CLOUD), client_entrance=np.array([0, 0, 1, 2, -1], np.int32),
                  services=services, findings=findings)  # fmt: skip


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_entrances_and_servers_have_a_line_each() -> None:
    text = lines(shown(served_tables(served(NOW), None)))
    assert text[0] == "inside: dns 203.0.113.53"
    assert "seoul seoul-edge 1 2 35.0 % dns@busan-edge 8 ms" in text
    assert "cloud - 1 1 5.0 % dns@cloud 0 ms" in text
    assert "dns@seoul-edge (down) 0 0.0 % - - - -" in text
    assert "dns@busan-edge 3 45.0 % 77.8 % 6.22 ms 28 ms 30 ms" in text
    assert "all 4 50.0 % 70.0 % 5.6 ms 28 ms 30 ms" in text
    assert "lost inside: 0 networks, 0.0 % of weight" in text


def test_with_a_scenario_the_shares_before_stand_beside() -> None:
    text = lines(shown(served_tables(served(GONE, rules=("N020",)), served(NOW)), width=160))
    assert "seoul seoul-edge 1 2 35.0 % 35.0 % dropped: no route (seoul-edge) (was dns@busan-edge) -" in text
    half = "dns@busan-edge 50.0 %, dropped: no route (seoul-edge) 50.0 % (was dns@busan-edge)"
    assert f"busan busan-edge 1 1 10.0 % 10.0 % {half} -" in text
    assert "cloud - 1 1 5.0 % 5.0 % dns@cloud 0 ms" in text
    assert "dns@busan-edge 1 5.0 % 45.0 % 0.0 % - - -" in text
    assert "lost inside: 3 networks, 40.0 % of weight" in text
    assert "N020 something" in text


def test_sessions_at_one_router_are_one_line_and_a_door_that_is_shut_is_named() -> None:
    second = counted((to("dns@busan-edge"),), (to("dns@busan-edge"),), (to("dns@cloud"),), entrance=(0, 1, 1, 2, 2))
    fewer = Served(
        entrances=(BUSAN,), client_entrance=np.array([0], np.int32),
        services=(ServedService(service="dns", addresses=NOW.addresses, entered=second.entered[1:2] * 2,
                                servers=NOW.servers, total=NOW.total, lost_clients=0, lost_share=0.0),),
    )  # fmt: skip
    text = lines(shown(served_tables(fewer, served(NOW))))
    assert "busan busan-edge 2 4 50.0 % 10.0 % dns@busan-edge 0 ms" in text
    assert "nothing enters any more at seoul-edge, cloud" in text


def test_a_narrow_terminal_gets_fewer_columns() -> None:
    text = lines(shown(served_tables(served(NOW), None, narrow=True), width=80))
    assert "seoul seoul-edge 35.0 % dns@busan-edge 8 ms" in text
    assert "dns@busan-edge 3 45.0 % 77.8 % 6.22 ms 28 ms" in text


def test_of_very_many_the_largest_are_shown_and_the_others_counted() -> None:
    many = replace(NOW, servers=NOW.servers * 30)
    text = lines(shown(served_tables(served(many), None)))
    assert "30 servers with smaller shares are left out; -o json has them all" in text
    assert sum(line.startswith("dns@") for line in text) == 60
