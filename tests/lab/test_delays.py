import json
from dataclasses import replace
from pathlib import Path

from catchment.lab import delays
from catchment.lab.delay import read
from catchment.lab.delays import Backend, choice
from catchment.lab.nodes import Plug, Wire
from catchment.lab.probe import Ability

WIRE = Wire(
    name="a-b", plugs=(Plug(node="a", interface="e0"), Plug(node="b", interface="e1")), mtu=1400, delay_ms=2.5
)


def space(node: str) -> Path:
    return Path("/run/netns") / f"cm-{node}"


def test_netem_comes_first_then_the_program_then_words() -> None:
    netem = Ability(name="netem", works=True)
    none = Ability(name="netem", works=False, words="Specified qdisc kind is unknown.")
    tun, no_tun = Ability(name="tun", works=True), Ability(name="tun", works=False, words="Permission denied")
    assert choice([netem, tun]).backend is Backend.NETEM
    assert choice([none, tun]).backend is Backend.PROGRAM
    assert "qdisc kind is unknown" in choice([none, tun]).why
    assert choice([none, no_tun]).backend is None
    assert "Permission denied" in choice([none, no_tun]).why


def test_the_delay_line_reads_what_is_written_for_it() -> None:
    (text,) = delays.files([WIRE, replace(WIRE, name="plain", delay_ms=0.0)], space)
    (link,), seed = read(text)
    assert link.name == "a-b"
    assert link.ends == ((space("a"), "e0"), (space("b"), "e1"))
    assert (link.delay_ms, link.mtu, link.loss, seed) == (2.5, 1400, 0.0, 0)


def test_many_links_are_shared_among_processes() -> None:
    texts = delays.files([replace(WIRE, name=f"l{number}") for number in range(101)], space)
    assert [len(json.loads(text)["links"]) for text in texts] == [50, 50, 1]
    assert delays.files([], space) == []


def test_both_ends_are_made_with_the_mtu_of_the_link() -> None:
    assert delays.lines(WIRE, 1) == ("tuntap add dev e1 mode tap", "link set dev e1 mtu 1400")
