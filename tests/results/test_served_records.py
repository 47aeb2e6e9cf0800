"""The inside as data: nothing that is no JSON, and each client with where it enters and who serves it."""

import json

import numpy as np
from tests.results.test_served import BUSAN, CLOUD, SEOUL, counted, lost, to

from catchment.results.catchment import NOWHERE
from catchment.results.served import Served
from catchment.results.served_records import client_records, served_data
from catchment.results.trace import TraceFinding

SERVICE = counted((to("dns@busan-edge", 0.75, 4.0), to("dns@cloud", 0.25, 4.0)), (to("dns@busan-edge"),), (lost(),))
SERVED = Served(
    entrances=(SEOUL, BUSAN, CLOUD),
    client_entrance=np.array([0, 1, 2, NOWHERE], np.int32),
    services=(SERVICE,),
    findings=(TraceFinding(rule="N020", what="x", evidence=("y",)),),
    notes=("a note",),
)


def test_every_client_has_its_entrance_and_its_servers() -> None:
    assert list(client_records(SERVED)) == [
        {"entered_router": "seoul-edge", "entered_neighbour": 64496, "inside_rtt_ms": 8.0,
         "served_by": {"dns@busan-edge": 0.75, "dns@cloud": 0.25}},
        {"entered_router": "busan-edge", "entered_neighbour": 64497, "inside_rtt_ms": 0.0,
         "served_by": {"dns@busan-edge": 1.0}},
        {"entered_router": None, "entered_neighbour": 64498, "inside_rtt_ms": None, "served_by": {}},
        {"entered_router": None, "entered_neighbour": None, "inside_rtt_ms": None, "served_by": {}},
    ]  # fmt: skip


def test_the_whole_is_json_without_nan() -> None:
    data = json.loads(json.dumps(served_data(SERVED), allow_nan=False))
    (service,) = data["services"]
    assert service["addresses"] == ["203.0.113.53"]
    assert service["servers"][0]["inside_ms"] is None  # nobody is served there
    assert service["entered"][0]["router"] == "seoul-edge"
    assert service["entered"][0]["ends"][0] == {
        "outcome": "reaches server", "where": "dns@busan-edge", "share": 0.75, "delay_ms": 4.0,
    }  # fmt: skip
    assert data["entrances"][2] == {"site": "cloud", "neighbour": 64498, "relation": "transit", "router": None}
    assert data["findings"][0]["evidence"] == ["y"]
    assert data["notes"] == ["a note"]
