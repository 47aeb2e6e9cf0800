"""A count of multicast on the terminal and as data."""

import json

from rich.console import Console
from tests.results.test_lab_multicast import group, link

from catchment.report.lab_multicast import counted_data, counted_text
from catchment.results.lab_multicast import CountedMulticast


def counted(observed: int) -> CountedMulticast:
    groups = (group(link(observed), link(50, kind="tunnel")),)
    return CountedMulticast(title="lab: multicast", groups=groups, settled_s=1.234, left_out=("six: IPv4 only",))


def text(observed: int) -> str:
    console = Console(width=120, no_color=True)
    with console.capture() as taken:
        console.print(counted_text(counted(observed)))
    return taken.get()


def test_the_table_says_what_was_predicted_and_what_was_counted() -> None:
    lines = text(50).splitlines()
    assert "film 232.1.1.1, SSM; each sender sent 50 packets" in lines
    assert any(line.split() == ["s", "a-b", "(tunnel)", "a", "b", "50", "50", "agrees"] for line in lines)
    assert "3 of 3 counts agree; 50 packets on wires, unicast would need 100" in lines


def test_a_difference_cannot_be_overlooked() -> None:
    assert any(line.split() == ["s", "a-b", "a", "b", "50", "7", "DIFFERS"] for line in text(7).splitlines())


def test_data_has_the_same_figures() -> None:
    data = json.loads(json.dumps(counted_data(counted(7))))
    assert (data["agrees"], data["settled_s"], data["left_out"]) == (False, 1.23, ["six: IPv4 only"])
    assert data["groups"][0]["links"][0] == {
        "sender": "s", "link": "a-b", "from": "a", "to": "b", "kind": "wire", "predicted": 50.0, "observed": 7,
        "agrees": False,
    }  # fmt: skip
    assert data["groups"][0]["receivers"] == [
        {"sender": "s", "receiver": "r", "predicted": 50, "observed": 50, "agrees": True}
    ]
