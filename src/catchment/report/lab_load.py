"""The load of a lab's servers on the terminal."""

from dataclasses import asdict
from typing import Any

from rich.table import Table

from catchment.report.columns import columns
from catchment.results.lab_load import Load


def load_table(load: Load) -> Table:
    """A row for each server; under it what floods there are."""
    title = f"{load.lab}: packets a second, over {load.seconds:g} s"
    table = columns(
        "server", "observed", "predicted of floods", numbers=["observed", "predicted of floods"], title=title
    )
    for one in load.servers:
        observed = "not counted" if one.observed_per_s is None else f"{one.observed_per_s:.0f}"
        table.add_row(one.server, observed, f"{one.predicted_per_s:.0f}")
    if load.lost_per_s:
        table.add_row("nobody", "", f"{load.lost_per_s:.0f}")
    floods = [f"{one} (over)" if one in load.over else one for one in load.floods]
    table.caption = ", ".join(floods) or "no flood holds now"
    table.caption_justify = "left"
    return table


def load_data(load: Load) -> dict[str, Any]:
    """The same as JSON."""
    return asdict(load)
