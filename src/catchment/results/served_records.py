"""Who serves the clients that enter our networks, as plain data: for a saved result, and for each client in it."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from catchment.results.catchment import NOWHERE
from catchment.results.served import EnteredRow, Entrance, Served, ServedService, ServerRow
from catchment.results.trace import End, Outcome

Record = dict[str, Any]


def served_data(served: Served) -> Record:
    """The whole, without the clients; what is not known is None."""
    return {
        "entrances": [_entrance(one) for one in served.entrances],
        "services": [_service(one) for one in served.services],
        "findings": [asdict(one) | {"evidence": list(one.evidence)} for one in served.findings],
        "notes": list(served.notes),
    }


def client_records(served: Served) -> Iterator[Record]:
    """For each client of the catchment where it enters, its round trip inside, and who serves it.

    served_by : server -> share; of addresses of one service that do not go alike, those of the first
    """
    by_entrance = [_client(served, i) for i in range(len(served.entrances))]
    nowhere: Record = {"entered_router": None, "entered_neighbour": None, "inside_rtt_ms": None, "served_by": {}}
    inside = served.inside_rtt_ms().tolist()
    for number, rtt_ms in zip(served.client_entrance.tolist(), inside, strict=True):
        record = nowhere if number == NOWHERE else by_entrance[number]
        yield record | {"inside_rtt_ms": _known(round(rtt_ms, 3))}


def _client(served: Served, number: int) -> Record:
    entrance = served.entrances[number]
    servers: dict[str, float] = {}
    for service in reversed(served.services):
        servers |= {
            end.where: round(end.share, 6) for end in service.entered[number].ends if end.outcome is Outcome.SERVER
        }
    return {
        "entered_router": entrance.router,
        "entered_neighbour": entrance.neighbour,
        "inside_rtt_ms": None,
        "served_by": servers,
    }


def _entrance(one: Entrance) -> Record:
    return {
        "site": one.site,
        "neighbour": one.neighbour,
        "relation": one.relation or None,
        "router": one.router,
    }


def _service(one: ServedService) -> Record:
    return {
        "service": one.service,
        "addresses": [str(address) for address in one.addresses],
        "entered": [_entered(row) for row in one.entered],
        "servers": [_server(row) for row in one.servers],
        "total": _server(one.total),
        "lost_clients": one.lost_clients,
        "lost_share": one.lost_share,
    }


def _entered(row: EnteredRow) -> Record:
    counted = {"clients": row.clients, "weight": row.weight, "share": row.share}
    return _entrance(row.entrance) | counted | {"ends": [_end(end) for end in row.ends]}


def _end(end: End) -> Record:
    return {"outcome": str(end.outcome), "where": end.where, "share": end.share, "delay_ms": end.delay_ms}


def _server(row: ServerRow) -> Record:
    return {name: _known(value) for name, value in asdict(row).items()}


def _known(value: Any) -> Any:
    """NaN is no JSON: None."""
    return None if isinstance(value, float) and math.isnan(value) else value
