"""The load of a lab's servers on the terminal."""

from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from catchment.report.columns import columns
from catchment.results.lab_load import Load


def load_table(load: Load) -> RenderableType:
    """A row for each server; under it what floods there are."""
    heads = ("server", "observed", "predicted of floods")
    table = columns(*heads, numbers=heads[1:])
    for one in load.servers:
        observed = "not counted" if one.observed_per_s is None else f"{one.observed_per_s:.0f}"
        table.add_row(one.server, observed, f"{one.predicted_per_s:.0f}")
    if load.lost_per_s:
        table.add_row("nobody", "", f"{load.lost_per_s:.0f}")
    floods = ", ".join(f"{one} (over)" if one in load.over else one for one in load.floods)
    title = f"{load.lab}: packets a second, over {load.seconds:g} s"
    return Group(Text(title, style="italic"), table, Text(floods or "no flood holds now"))


def load_data(load: Load) -> dict[str, Any]:
    """The same as JSON."""
    return asdict(load)
