"""The watch: what the probe asks follows the check, and what it does not see is told."""

import pytest
from tests.render.golden import CASES, views_of

from catchment.model.service import HealthCheck
from catchment.render.ios.watch import Watch, probe, watch_lines, watches

VIEW = views_of(CASES / "ios" / "design.yaml")["seoul"]
WATCH: Watch = watches(VIEW, ["GigabitEthernet0/2", "GigabitEthernet0/3"])[0]


@pytest.mark.parametrize(
    ("kind", "argument", "starts", "sees_all"),
    [
        ("dns", "example.com A", "dns example.com name-server 169.254.1.2", True),
        ("tcp", "25", "tcp-connect 169.254.1.2 25 ", True),
        ("tls", "example.com:853", "tcp-connect 169.254.1.2 853 ", False),
        ("http", "http://example.com/", "tcp-connect 169.254.1.2 80 ", False),
        ("icmp", "", "icmp-echo 169.254.1.2", True),
        ("command", "/bin/true", "icmp-echo 169.254.1.2", False),
    ],
)
def test_the_probe_follows_the_check(kind: str, argument: str, starts: str, sees_all: bool) -> None:
    operation, unseen = probe([HealthCheck(kind=kind, argument=argument)], WATCH)
    assert operation.startswith(starts)
    assert (unseen == "") == sees_all


def test_without_a_check_it_is_a_ping_and_that_is_told() -> None:
    assert "hung" in probe([], WATCH)[1]


def test_probe_track_and_route_belong_together() -> None:
    lines = list(watch_lines(WATCH))
    order = ["ip sla 1", "track 1 ip sla 1 reachability"]
    assert [line for line in lines if line in order] == order
    routes = [line for line in lines if " route " in line]
    assert len(routes) == 2
    assert all(line.endswith("track 1") for line in routes)


def test_ip_sla_wants_the_threshold_first() -> None:
    lines = list(watch_lines(WATCH))
    assert lines.index(" threshold 2000") < lines.index(" timeout 2000")
