"""catchment flows against this machine's kernel: every flow of a report, before, while and after a server is down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulate.network.namespace import SIX, Namespace, namespace

from catchment.results.flows import FlowReport, Mechanism, Track
from catchment.simulate.network.flowhash import HashPolicy
from catchment.workflows.flows import Asked, flows

RACK = Path(__file__).parents[2] / "examples" / "ecmp-servers" / "design.yaml"
SEED = 3735928559
MEMBERS = (1, 2, 3, 4)
TIMES = (MEMBERS, (1, 3, 4), MEMBERS)
GROUP = {4: 50, 6: 60}


@pytest.fixture
def kernel() -> Iterator[Namespace]:
    with namespace("flows", SEED, MEMBERS) as made:
        yield made


def told(policy: HashPolicy) -> FlowReport:
    events = ("down dns@s2", "up dns@s2")
    return flows(RACK, Asked(events=events, flows=300, hash_seed=SEED, policy=policy, each=True))


def seen(kernel: Namespace, tracks: tuple[Track, ...], kind: str) -> list[list[int]]:
    """The members that the kernel takes at each moment, in groups that somebody keeps up to date."""
    asked = [
        (track.source, track.destination, track.protocol, track.source_port, track.destination_port)
        for track in tracks
    ]
    found = []
    for moment, members in enumerate(TIMES):
        for version, group in GROUP.items():
            base = 0 if version == 4 else SIX
            over = "/".join(str(base + member) for member in members)
            size = " buckets 128" if kind and not moment else ""
            kernel.ip(f"nexthop {'replace' if moment else 'add'} id {group} group {over}{kind}{size}")
            if not moment:
                kernel.ip(f"route replace {'203.0.113.53' if version == 4 else '2001:db8:53::53'} nhid {group}")
        found.append(kernel.chosen(asked))
    return found


@pytest.mark.parametrize("policy", list(HashPolicy))
@pytest.mark.parametrize(("mechanism", "kind"), [(Mechanism.THRESHOLD, ""), (Mechanism.RESILIENT, " type resilient")])
def test_each_flow_goes_to_the_server_that_the_kernel_chooses(
    kernel: Namespace, mechanism: Mechanism, kind: str, policy: HashPolicy
) -> None:
    kernel.hashes(policy)
    # A source that is the service's own address is no packet that a kernel would route.
    tracks = tuple(track for track in told(policy).tracks if track.source != track.destination)
    ours = [
        [int(track.servers[list(Mechanism).index(mechanism)][moment][-1]) for track in tracks] for moment in range(3)
    ]
    assert seen(kernel, tracks, kind) == ours
