"""How a flood of a lab falls on its servers: what arrives, beside what is predicted."""

from collections.abc import Mapping

from catchment.lab import processes
from catchment.lab.faults.arriving import arriving
from catchment.lab.faults.flood import PROGRAM, shares
from catchment.model.fault import Flooded
from catchment.results.lab_load import Load, ServerLoad
from catchment.workflows.lab.open import OpenLab, Prediction, chosen

NOBODY = ""


def load(word: str | None, seconds: float) -> Load:
    """Count for `seconds` what reaches each server."""
    return load_in(OpenLab(chosen(word)), seconds)


def load_in(opened: OpenLab, seconds: float) -> Load:
    """The same in a lab that is open already."""
    over = tuple(one for one in _floods(opened.predicted) if not _runs(opened, one))
    predicted = flood_per_s(opened.predicted, without=over)
    names = [name for name, _ in opened.lab.servers]
    observed = arriving(opened.lab.name, names, seconds)
    others = [name for name in predicted if name not in observed and name != NOBODY]
    return Load(
        lab=opened.lab.name,
        seconds=seconds,
        servers=tuple(
            ServerLoad(server=name, observed_per_s=observed.get(name), predicted_per_s=predicted.get(name, 0.0))
            for name in (*names, *others)
        ),
        lost_per_s=predicted.get(NOBODY, 0.0),
        floods=tuple(map(str, _floods(opened.predicted))),
        over=tuple(map(str, over)),
    )


def flood_per_s(prediction: Prediction, without: tuple[Flooded, ...] = ()) -> Mapping[str, float]:
    """Server -> packets a second of all floods but some; under "" what reaches nobody.

    A client sends its part to each of the service's addresses that it can ask in turn.
    """
    found: dict[str, float] = {}
    for fault in _floods(prediction):
        asked: dict[str, list[Mapping[str, float]]] = {}
        for client, service, reached in prediction.reached:
            if service == fault.service:
                asked.setdefault(client, []).append(reached)
        parts = shares(list(asked), fault.packets_per_s) if fault not in without else {}
        for client, rate in parts.items():
            for reached in asked[client]:
                for server, share in reached.items():
                    found[server] = found.get(server, 0.0) + rate * share / len(asked[client])
    return found


def _floods(prediction: Prediction) -> tuple[Flooded, ...]:
    return tuple(one for one in prediction.faults if isinstance(one, Flooded))


def _runs(opened: OpenLab, fault: Flooded) -> bool:
    name = f"{PROGRAM}-{fault.service}"
    return any(one.name == name and processes.is_alive(one) for one in opened.state.alive)
