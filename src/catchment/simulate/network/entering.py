"""What comes in from the Internet, followed inside: from the router of each entrance to the server that answers."""

from collections.abc import Iterator, Sequence

from catchment.model.address import Address
from catchment.model.service import Service
from catchment.results.served import WHOLE, EnteredRow, Entrance, ServedService
from catchment.results.trace import End, Outcome, TraceFinding
from catchment.simulate.network.follow import Packet, Way, follow
from catchment.simulate.network.tunnels import Settled

FEW = 6
"""Places named one by one in a finding."""


def ways_in(settled: Settled, entrances: Sequence[Entrance], address: Address) -> dict[str, Way]:
    """The way from each router at which something comes in. One walk a router, however many sessions end there."""
    routers = dict.fromkeys(one.router for one in entrances if one.router is not None)
    return {router: follow(settled.tables, router, Packet(to=address), believing=False) for router in routers}


def ends_in(entrances: Sequence[Entrance], ways: dict[str, Way], service: Service) -> tuple[tuple[End, ...], ...]:
    """Where what comes in at each entrance ends. A site without a router serves what is `at` it, and nothing else."""
    found = []
    for one in entrances:
        if one.router is not None:
            found.append(ways[one.router].ends)
        elif one.site in service.sites:
            found.append((End(outcome=Outcome.SERVER, where=f"{service.name}@{one.site}", share=1.0, delay_ms=0.0),))
        else:
            found.append((End(outcome=Outcome.NO_ROUTE, where=one.site, share=1.0),))
    return tuple(found)


def entering_findings(served: ServedService, ways: dict[str, Way], prefix: str) -> Iterator[TraceFinding]:
    """N020 to N022: what comes in and is lost, circles, or is split between servers; of entrances with clients only."""
    asked = [row for row in served.entered if row.clients]
    circling = [row for row in asked if row.entrance.router in ways and ways[row.entrance.router or ""].loop]
    lost = [row for row in asked if row.delivered < WHOLE and row not in circling]
    split = [row for row in asked if sum(end.outcome is Outcome.SERVER for end in row.ends) > 1]
    if lost:
        yield TraceFinding(
            rule="N020",
            what=f"{_sites(lost)} announce{'s' if len(_places(lost)) == 1 else ''} {prefix} and cannot serve "
            f"{served.service}: a black hole for {_many(lost)}",
            evidence=tuple(_astray(lost)),
            todo="routers go on announcing when the service behind them is gone: withdraw there (an agent or a tracked "
            "route does it; --down SITE:sessions shows what follows), or bring a server or link up",
        )
    if circling:
        yield TraceFinding(
            rule="N021",
            what=f"what enters at {_sites(circling)} for {served.service} goes round in a circle: "
            + " > ".join(ways[circling[0].entrance.router or ""].loop)
            + f"; {_many(circling)}",
            todo="`catchment trace --from ROUTER` shows the entry at each router; a static route on the circle points "
            "back",
        )
    if split:
        shares = ", ".join(f"{end.where} {end.share:.0%}" for end in split[0].ends)
        yield TraceFinding(
            rule="N022",
            what=f"what enters at {_sites(split)} for {served.service} is split between equally near servers",
            evidence=(f"{split[0].entrance.router}: {shares}",),
            todo="fine for datagrams; a TCP connection breaks when a server comes or goes and its flow is rehashed",
        )


def _places(rows: Sequence[EnteredRow]) -> list[str]:
    return list(dict.fromkeys(row.entrance.site for row in rows))


def _sites(rows: Sequence[EnteredRow]) -> str:
    places = _places(rows)
    return ", ".join(places[:FEW]) + (f" and {len(places) - FEW} more" if len(places) > FEW else "")


def _many(rows: Sequence[EnteredRow]) -> str:
    share = sum(row.share * (1 - row.delivered) for row in rows)
    count = sum(row.clients for row in rows)
    return f"{count:,} network{'' if count == 1 else 's'}, {share:.1%} of weight"


def _astray(rows: Sequence[EnteredRow]) -> Iterator[str]:
    """A line for each way to be lost: where it comes in, how it ends and where."""
    ways: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for end in row.ends:
            if end.outcome is not Outcome.SERVER:
                ways.setdefault((str(end.outcome), end.where), []).append(row.entrance.router or row.entrance.site)
    for (outcome, where), routers in ways.items():
        enters = list(dict.fromkeys(routers))
        more = f" and {len(enters) - FEW} more" if len(enters) > FEW else ""
        yield f"enters at {', '.join(enters[:FEW])}{more}: {outcome} at {where}"
