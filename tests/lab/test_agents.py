"""An agent of a lab has the files of its router and the network of its server."""

from dataclasses import replace
from ipaddress import ip_address

from tests.lab.small import MEANS, small

from catchment.lab.agents import FILE, agent_process, drain, why_not
from catchment.lab.plan import processes
from catchment.lab.steps import Start, words
from catchment.model.network import Daemon
from catchment.model.probes import CommandProbe, DnsProbe, HttpProbe, IcmpProbe, TcpProbe

HERE = ip_address("192.0.2.53")
DNS = DnsProbe(address=HERE, name="example.com", kind="A")


def test_it_is_started_after_its_daemon_with_its_own_file() -> None:
    lab = small("x")
    node = replace(lab.nodes[0], daemon=Daemon.BIRD, agent="dns@r1")
    (one,) = [one for one in processes(lab, node, MEANS) if one.name == "agent"]
    assert one.words == ("python3", "-m", "catchment", "agent", "run", FILE)
    assert (one.node, one.after, one.space) == ("r1", "/run/bird/bird.ctl", "cm-x-dns@r1")
    assert "agent run" in words(Start(process=one))[0]


def test_without_a_server_it_is_in_the_network_of_its_router() -> None:
    node = replace(small("x").nodes[0], agent="r1")
    assert agent_process("x", node, "", "python3").space == ""


def test_an_agent_is_asked_as_an_operator_would() -> None:
    asked = drain(small("x").nodes[0], "python3", on=True)
    assert asked.words == ("python3", "-m", "catchment", "agent", "drain", "--now", "--force", FILE)
    assert drain(small("x").nodes[0], "python3", on=False).words[-2:] == ("undrain", FILE)


def test_a_lab_runs_only_agents_whose_questions_its_servers_answer() -> None:
    assert why_not([DNS, TcpProbe(address=HERE, port=53), HttpProbe(url="http://a/", address=HERE)], ["dns@r1"]) == ""
    assert "two machines" in why_not([DNS], ["dns@r1", "web@r1"])
    assert "others" in why_not([DNS, replace(DNS, elsewhere=True)], ["dns@r1"])
    assert why_not([replace(DNS, elsewhere=True)], []) == ""
    for probe in (
        replace(DNS, kind="MX"), replace(DNS, secure="ad"), HttpProbe(url="https://a/", address=HERE),
        CommandProbe(words=("x",)), IcmpProbe(address=HERE),
    ):  # fmt: skip
        assert "no server of a lab" in why_not([probe], ["dns@r1"])
