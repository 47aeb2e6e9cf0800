"""Every example with real daemons, and the failover of its story: who answers before, during and after.

Each lab comes up once. Answers of all clients and routes of all routers are held against the prediction at every
step; who answers at the story's turning points is written here besides.
"""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.small import left_of
from tests.tiers import needs_lab

from catchment.lab.dns import question
from catchment.lab.nodes import space_name
from catchment.lab.spaces import NETNS, in_space
from catchment.lab.watching import Patience
from catchment.workflows.lab.fail import fail, heal
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import verified

pytestmark = needs_lab("bird", "birdc", "vtysh", "/usr/lib/frr/zebra", "nft", "sysctl")
EXAMPLES = Path(__file__).parents[3] / "examples"
PATIENCE = Patience(limit_s=60, hold_s=0.3)
NOBODY: frozenset[str] = frozenset()

Served = Mapping[str, frozenset[str]]
"""client -> the servers that answered it, over both families, UDP and TCP."""


def by(*servers: str) -> frozenset[str]:
    return frozenset(servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something fails. served: who answers some of the clients then."""

    fails: tuple[str, ...]
    served: Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An example of product.md's system, and what happens to it.

    before : who answers some of its clients while nothing is down
    flows  : questions of a client; many where several servers share it
    """

    system: str
    design: str
    before: Served
    turns: tuple[Turn, ...]
    daemon: str = ""
    flows: int = 2
    said: tuple[str, ...] = ()


STORIES = (
    Story(
        system="1, OSPF: a data centre dies",
        design="seoul-busan/design.yaml",
        before={"suwon-office": by("resolver@seoul"), "daegu-office": by("resolver@busan")},
        turns=(Turn(fails=("resolver@seoul",), served={"suwon-office": by("resolver@busan")}),),
    ),
    Story(
        system="1, IS-IS",
        design="seoul-busan/isis.yaml",
        before={"suwon-office": by("resolver@seoul"), "daegu-office": by("resolver@busan")},
        turns=(Turn(fails=("resolver@busan",), served={"daegu-office": by("resolver@seoul")}),),
    ),
    Story(
        system="1, static routes: only a link that goes moves anybody",
        design="seoul-busan/static-both-ways.yaml",
        before={"suwon-office": by("resolver@seoul"), "daegu-office": by("resolver@busan")},
        turns=(
            Turn(fails=("seoul-suwon",), served={"suwon-office": by("resolver@busan")}),
            Turn(fails=("resolver@seoul",), served={"suwon-office": NOBODY}),
        ),
    ),
    Story(
        system="2: each router decides alone",
        design="two-cities/design.yaml",
        before={"seoul-office": by("resolver@seoul"), "busan-office": by("resolver@busan")},
        turns=(Turn(fails=("resolver@seoul",), served={"seoul-office": by("resolver@busan")}),),
    ),
    Story(
        system="3 and 5: one AS on the Internet, a site is withdrawn",
        design="global-anycast/design.yaml",
        before={"korea": by("dns@seoul"), "berlin": by("dns@silicon-valley")},
        turns=(Turn(fails=("dns@seoul",), served={"korea": by("dns@silicon-valley")}),),
    ),
    Story(
        system="3 and 5: an AS for each site",
        design="global-anycast/sites-own-as.yaml",
        before={"korea": by("dns@seoul"), "berlin": by("dns@frankfurt")},
        turns=(
            Turn(fails=("dns@seoul",), served={"korea": by("dns@silicon-valley")}),
            Turn(fails=("frankfurt",), served={"berlin": by("dns@silicon-valley")}),
        ),
    ),
    Story(
        system="4: one AS with many edges, sessions and servers",
        design="edges/region.yaml",
        before={
            "seoul-users": by("dns@tokyo"),
            "singapore-users": by("dns@singapore"),
            "strait-users": by("dns@singapore"),
            "korean-users": by("dns@tokyo"),
        },
        turns=(
            Turn(fails=("seoul-asia-icn",), served={"seoul-users": by("dns@singapore")}),
            Turn(fails=("dns@singapore",), served={"strait-users": by("dns@tokyo")}),
        ),
    ),
    Story(
        system="6: the tunnel dies and comes back",
        design="gre-announce/design.yaml",
        before={"users-kr": by("dns@office"), "users-de": by("dns@office")},
        turns=(Turn(fails=("office-gre",), served={"users-kr": NOBODY, "users-de": NOBODY}),),
        said=("stand-in: office is pfsense: Linux with frr stands in",),
    ),
    Story(
        system="6, several clouds: a tunnel dies, then a whole cloud",
        design="gre-announce/several-clouds.yaml",
        before={"users-kr": by("dns@office"), "users-de": by("dns@office")},
        turns=(
            Turn(fails=("gre-seoul",), served={"users-kr": NOBODY, "users-de": by("dns@office")}),
            Turn(fails=("cloud-seoul",), served={"users-kr": by("dns@office"), "users-de": by("dns@office")}),
        ),
    ),
    Story(
        system="7: a server of a group dies",
        design="ecmp-servers/design.yaml",
        before={"campus": by("dns@s1", "dns@s2", "dns@s3", "dns@s4")},
        turns=(Turn(fails=("dns@s1",), served={"campus": by("dns@s2", "dns@s3", "dns@s4")}),),
        flows=40,
    ),
    Story(
        system="8: a server dies unwatched, hangs, and dies watched",
        design="watched-servers/design.yaml",
        before={"users-kr": by("dns@seoul"), "users-de": by("dns@frankfurt")},
        turns=(
            Turn(fails=("killed:dns@seoul",), served={"users-kr": NOBODY, "users-de": by("dns@frankfurt")}),
            Turn(fails=("hung:dns@seoul",), served={"users-kr": NOBODY}),
            Turn(fails=("dns@seoul",), served={"users-kr": by("dns@frankfurt")}),
        ),
    ),
    Story(
        system="9: a stranger announces a more specific prefix, and nobody validates",
        design="hijack/design.yaml",
        before={},
        turns=(Turn(fails=("hijack:stranger=203.0.113.0/25",), served={"korea": by("hijack@stranger")}),),
    ),
    Story(
        system="12: two families, two catchments",
        design="dual-stack/design.yaml",
        before={"users-kr": by("dns@seoul"), "users-de": by("dns@frankfurt", "dns@seoul")},
        turns=(Turn(fails=("frankfurt-isp-de",), served={"users-de": by("dns@seoul")}),),
        daemon="frr",
    ),
)


@pytest.fixture
def name() -> Iterator[str]:
    given = f"example-{os.getpid()}"
    yield given
    down(given)
    assert left_of(given) == []


def silent(done: int, total: int | None) -> None:
    """Nothing is shown."""


def served(lab: str, flows: int) -> Served:
    """Who answers, when everything is as predicted."""
    found = verified(lab, flows, 0.7)
    assert found.holds, [row for row in found.rows if not row.agrees] + list(found.differences)
    answers: dict[str, frozenset[str]] = {}
    for row in found.rows:
        here = frozenset(server for server, _ in row.answered if server)
        answers[row.expected.client] = answers.get(row.expected.client, NOBODY) | here
    return answers


def part(whole: Served, of: Served) -> Served:
    return {client: whole[client] for client in of}


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.system)
def test_the_story_of_an_example_happens_with_real_daemons(story: Story, name: str) -> None:
    said: list[str] = []
    wanted = Wanted(name=name, daemon=story.daemon, delays=False, patience=PATIENCE)
    assert up(EXAMPLES / story.design, wanted, said.append, silent).as_predicted
    assert not set(story.said) - set(said)
    before = served(name, story.flows)
    assert part(before, story.before) == story.before
    for turn in story.turns:
        assert fail(name, turn.fails, PATIENCE, silent).as_predicted
        assert part(served(name, story.flows), turn.served) == turn.served
        assert heal(name, (), PATIENCE, silent).as_predicted
        assert part(served(name, story.flows), story.before) == story.before


def streams(lab: str, client: str, to: str, count: int) -> list[socket.socket]:
    """Connections that are open and idle."""
    found = []
    for _ in range(count):
        with in_space(NETNS / space_name(lab, client)):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.settimeout(1.0)
        one.connect((to, 53))
        found.append(one)
    return found


def outlives(stream: socket.socket) -> bool:
    """Whether a question over an old connection is still answered."""
    data = question(1)
    with stream:
        try:
            stream.sendall(struct.pack(">H", len(data)) + data)
            return bool(stream.recv(4096))
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            return False


@pytest.mark.slow
def test_a_route_that_changes_breaks_streams_and_no_datagram(name: str) -> None:
    """System 11: the nearer site is cut off; every server lives."""
    design = EXAMPLES / "datagrams-and-streams" / "design.yaml"
    assert up(design, Wanted(name=name, delays=False, patience=PATIENCE), print, silent).as_predicted
    assert served(name, 20)["campus"] == by("dns@s1", "dns@s2", "dns@s3")
    kept, broken = (streams(name, "campus", "203.0.113.53", 6) for _ in range(2))
    assert all(map(outlives, kept))
    assert fail(name, ("metro-seoul",), PATIENCE, silent).as_predicted
    assert served(name, 20)["campus"] == by("dns@b1", "dns@b2", "dns@b3")
    assert not any(map(outlives, broken))
    assert heal(name, (), PATIENCE, silent).as_predicted
    assert served(name, 20)["campus"] == by("dns@s1", "dns@s2", "dns@s3")
