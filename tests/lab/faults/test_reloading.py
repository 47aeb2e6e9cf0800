"""Running routers get other files: BIRD reads its own again, FRR is told what differs, the dead only find them."""

from catchment.lab.faults.reloading import CHANGES, changed, reload
from catchment.lab.nodes import Kind, Node
from catchment.lab.steps import Tell, WriteFile
from catchment.model.network import Daemon
from catchment.results.config import ConfigFile


def file(target: str, text: str) -> ConfigFile:
    return ConfigFile(path=f"r1{target}", text=text, target=target)


def node(daemon: Daemon) -> Node:
    return Node(name="r1", kind=Kind.ROUTER, daemon=daemon)


def test_bird_reads_its_file_again() -> None:
    new = (file("/etc/bird/bird.conf", "new\n"),)
    write, tell = reload(node(Daemon.BIRD), (), new, alive=True)
    assert isinstance(write, WriteFile)
    assert (write.path, write.text) == ("nodes/r1/etc/bird/bird.conf", "new\n")
    assert isinstance(tell, Tell)
    assert tell.words[-1] == "configure"


def test_frr_is_told_the_lines_that_differ() -> None:
    old, new = (file("/etc/frr/frr.conf", "hostname a\n"),), (file("/etc/frr/frr.conf", "hostname b\n"),)
    _, lines, tell = reload(node(Daemon.FRR), old, new, alive=True)
    assert isinstance(lines, WriteFile)
    assert (lines.path, lines.text) == (f"nodes/r1{CHANGES}", "no hostname a\nhostname b\n")
    assert isinstance(tell, Tell)
    assert tell.words == ("vtysh", "-f", CHANGES)


def test_what_is_dead_finds_its_file_when_it_starts() -> None:
    new = (file("/etc/frr/frr.conf", "hostname b\n"),)
    assert [type(one) for one in reload(node(Daemon.FRR), (), new, alive=False)] == [WriteFile]


def test_only_what_differs_is_touched() -> None:
    one, other = (file("/etc/frr/frr.conf", "a\n"),), (file("/etc/frr/frr.conf", "b\n"),)
    assert changed({"r1": one, "r2": one}, {"r1": one, "r2": other, "r3": one}) == ("r2", "r3")
