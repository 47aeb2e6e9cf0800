"""The load of a lab's servers as a table and as JSON."""

import json

from rich.console import Console

from catchment.report.lab_load import load_data, load_table
from catchment.results.lab_load import Load, ServerLoad

LOAD = Load(
    lab="x",
    seconds=2.0,
    servers=(
        ServerLoad(server="dns@a", observed_per_s=99.6, predicted_per_s=100.0),
        ServerLoad(server="hijack@b", observed_per_s=None, predicted_per_s=50.0),
    ),
    lost_per_s=25.0,
    floods=("flood:dns=175,for=5", "flood:web=5,for=1"),
    over=("flood:web=5,for=1",),
)


def text(load: Load) -> list[list[str]]:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(load_table(load))
    return [line.split() for line in captured.get().splitlines()]


def test_each_server_has_a_row_and_so_has_nobody() -> None:
    lines = text(LOAD)
    assert ["dns@a", "100", "100"] in lines
    assert ["hijack@b", "not", "counted", "50"] in lines
    assert ["nobody", "25"] in lines
    assert lines[-1] == ["flood:dns=175,for=5,", "flood:web=5,for=1", "(over)"]


def test_without_a_flood_that_is_said() -> None:
    quiet = Load(lab="x", seconds=1.0, servers=(ServerLoad(server="dns@a", observed_per_s=0.0, predicted_per_s=0.0),))
    assert text(quiet)[-1] == ["no", "flood", "holds", "now"]
    assert not any("nobody" in line for line in text(quiet))


def test_json_has_the_same_numbers() -> None:
    data = json.loads(json.dumps(load_data(LOAD)))
    assert data["servers"][0] == {"server": "dns@a", "observed_per_s": 99.6, "predicted_per_s": 100.0}
    assert (data["lost_per_s"], data["over"]) == (25.0, ["flood:web=5,for=1"])
