"""What a lab shows beside its prediction, as it goes into JSON: all that the tables have, and their reasons."""

from typing import Any

from catchment.report.verified import observed_reasons, predicted_reasons
from catchment.results.lab import Compared, ObservedHop, PredictedHop, RouteDifference, Verified

Data = dict[str, Any]


def verified_data(found: Verified) -> Data:
    """A comparison. Times in milliseconds, shares from 0 to 1; `bounds`: of 95 %."""
    return {
        "title": found.title,
        "agreement": found.agreement,
        "bounds": [round(one, 4) for one in found.bounds],
        "holds": found.holds,
        "not_predicted": list(found.notes),
        "routes": found.routes,
        "confusion": [{"predicted": one, "observed": other, "flows": count} for one, other, count in found.confusion],
        "rows": [_row(row) for row in found.rows],
        "differences": [_difference(one) for one in found.differences],
    }


def _row(row: Compared) -> Data:
    return {
        "client": row.expected.client,
        "service": row.expected.service,
        "address": str(row.expected.address),
        "transport": row.transport.value,
        "predicted": list(row.expected.servers),
        "why": row.expected.why,
        "predicted_way": row.expected.way,
        "observed": [{"server": server, "flows": count} for server, count in row.answered],
        "observed_way": row.seen,
        "rtt_ms": _ms(row.rtt_ms),
        "predicted_ms": _ms(row.predicted_ms),
        "late": row.late,
        "names": [{"where": where, "name": name} for where, name in row.torn],
        "agrees": row.agrees,
        "predicted_hops": [_there(one) for one in row.why_there],
        "observed_hops": [_seen(one) for one in row.why_seen],
    }


def _ms(time_ms: float | None) -> float | None:
    return None if time_ms is None else round(time_ms, 3)


def _there(hop: PredictedHop) -> Data:
    entry = hop.entry
    return {
        "router": hop.router,
        "prefix": None if entry is None else str(entry.prefix),
        "protocol": None if entry is None else entry.protocol,
        "to": [] if entry is None else [one.router for one in entry.next_hops],
        "decided_by": hop.bgp.decided_by if hop.bgp else "",
        "words": predicted_reasons(hop),
    }


def _seen(hop: ObservedHop) -> Data:
    return {
        "router": hop.router,
        "kernel": hop.kernel,
        "program": hop.program,
        "daemon": list(hop.daemon),
        "words": observed_reasons(hop),
    }


def _difference(one: RouteDifference) -> Data:
    return {
        "router": one.router,
        "prefix": str(one.prefix),
        "predicted": None if one.predicted is None else sorted(one.predicted),
        "observed": None if one.observed is None else sorted(one.observed),
        "predicted_hop": None if one.why_there is None else _there(one.why_there),
        "observed_hop": None if one.why_seen is None else _seen(one.why_seen),
    }
