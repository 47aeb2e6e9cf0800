"""Routes that routers on a packet's way dropped because of the RPKI: why it goes elsewhere than the nearest says."""

from collections.abc import Iterable, Iterator

from catchment.model.address import Address
from catchment.simulate.network.bgp.exchange import Refusal
from catchment.simulate.network.bgp.outcome import Outcome


def dropped(outcome: Outcome | None, routers: Iterable[str], to: Address) -> Iterator[str]:
    """A sentence for each route to `to` that one of `routers` heard and dropped for its origin, in their order."""
    if outcome is None or not outcome.wiring.network.vrps:
        return
    covering = [prefix for prefix in outcome.prefixes if to in prefix]
    for router in dict.fromkeys(routers):
        speaker = outcome.wiring.network.by_name.get(router)
        if speaker is None or speaker.validates is None:
            continue
        for prefix in covering:
            for entry in outcome.table(router, prefix).heard:
                if entry.refusal is Refusal.INVALID and entry.said is not None:
                    path = " ".join(map(str, entry.said.path))
                    yield f"{router} dropped {prefix} from {entry.neighbour} (AS path {path}): origin invalid (RPKI)"
