"""Which daemons of FRR a node runs."""

from catchment.lab.frr import daemons_of, frr_processes, frr_told
from catchment.lab.nodes import Kind, Node
from catchment.results.config import ConfigFile

SAID = """# bgpd=yes would be a comment
bgpd=yes
ospfd=no
isisd=yes
vtysh_enable=yes
zebra_options="  -A 127.0.0.1"
bgpd_options="  -A 127.0.0.1 -M rpki"
"""
NODE = Node(name="r1", kind=Kind.ROUTER, files=(ConfigFile(path="r1/daemons", text=SAID, target="/etc/frr/daemons"),))


def test_zebra_and_staticd_always_run_and_then_what_the_file_says() -> None:
    assert daemons_of(NODE) == ("zebra", "staticd", "bgpd", "isisd")
    assert daemons_of(Node(name="r2", kind=Kind.ROUTER)) == ("zebra", "staticd")


def test_all_but_zebra_wait_for_zebra() -> None:
    zebra, *others = frr_processes(NODE)
    assert zebra.after == ""
    assert {one.after for one in others} == {"/run/frr/zserv.api"}


def test_a_daemon_loads_what_the_file_says() -> None:
    modules = {one.name: one.words[3:] for one in frr_processes(NODE)}
    assert modules == {"zebra": (), "staticd": (), "bgpd": ("-M", "rpki"), "isisd": ()}


def test_the_configuration_is_told_when_every_daemon_listens() -> None:
    assert frr_told(NODE).after[-1] == "/run/frr/isisd.vty"
    assert len(frr_told(NODE).after) == 4
