"""Name servers on nodes."""

from ipaddress import ip_address

import pytest

from catchment.lab.nameservers import NAME_SERVERS, folders_of, owned_by, server_processes
from catchment.lab.nodes import Kind, Node
from catchment.lab.spoken import DNS, Protocol, Spoken

ADDRESSES = [ip_address("192.0.2.53"), ip_address("2001:db8::53")]
HTTP = Spoken(protocol=Protocol.HTTP, port=80)


def server(program: str = "", *spoken: Spoken) -> Node:
    return Node(name="dns@r1", kind=Kind.SERVER, program=program, spoken=spoken)


def test_ours_speaks_all_of_it_and_dns_when_nothing_is_said() -> None:
    for node, what in ((server(), "dns:53"), (server("", DNS, HTTP), "dns:53,http:80")):
        (ours,) = server_processes(node, ADDRESSES, "python3")
        assert ours.name == "answers"
        assert ours.words[3:] == ("dns@r1", what, "192.0.2.53", "2001:db8::53")
    assert folders_of(server()) == owned_by(server()) == ()


@pytest.mark.parametrize("program", NAME_SERVERS)
def test_a_name_server_speaks_dns_and_ours_the_rest(program: str) -> None:
    (alone,) = server_processes(server(program, DNS), ADDRESSES, "python3")
    assert alone.name == program
    _, ours = server_processes(server(program, DNS, HTTP), ADDRESSES, "python3")
    assert ours.words[4] == "http:80"


def test_a_name_server_reads_and_writes_where_nobody_else_does() -> None:
    assert folders_of(server("nsd")) == ("/etc/nsd", "/var/lib/nsd")
    assert owned_by(server("knot")) == (("/var/lib/knot", "knot"), ("/run/knot", "knot"))
