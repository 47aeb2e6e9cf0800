import os
from importlib.util import find_spec

import pytest
from tests.agent.checks.asked import LOOPBACK

from catchment.agent.checks import needs
from catchment.agent.checks.needs import lacking, must_be_able
from catchment.errors import MachineError
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe, DnsProbe, GrpcProbe, HttpProbe, IcmpProbe, TcpProbe


def check(probe) -> Check:
    return Check(name="one", probe=probe)


@pytest.mark.parametrize(
    ("probe", "package"),
    [
        (DnsProbe(address=LOOPBACK), "dnspython"),
        (DnsProbe(address=LOOPBACK, secure="257 3 13 aGk="), "cryptography"),
        (HttpProbe(url="http://www.example.com/", address=LOOPBACK), "h11"),
        (GrpcProbe(address=LOOPBACK, port=1), "h2"),
    ],
)
def test_a_missing_package_is_told_with_what_to_do(monkeypatch, probe, package):
    monkeypatch.setattr(needs, "find_spec", lambda name: None)
    with pytest.raises(MachineError, match=f"{package} is not installed") as raised:
        must_be_able((check(probe),))
    assert "pip install catchment" in str(raised.value)


def test_what_needs_nothing_lacks_nothing():
    must_be_able((check(TcpProbe(address=LOOPBACK, port=1)), check(CommandProbe(words=("/bin/true",)))))
    if find_spec("dns"):
        must_be_able((check(DnsProbe(address=LOOPBACK, secure="ad")),))


def test_a_user_that_is_not_there_is_told():
    (problem,) = lacking(check(CommandProbe(words=("/bin/true",), user="no-such-user")))
    assert problem.what == 'there is no user "no-such-user"'


def test_capabilities_are_asked_for_by_name(monkeypatch):
    monkeypatch.setattr(needs, "_capabilities", lambda: 1 << 6)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    (problem,) = lacking(check(CommandProbe(words=("/bin/true",), user="daemon")))
    assert problem.what == "the agent may not become daemon: it has no CAP_KILL, CAP_SETUID"
    assert "AmbientCapabilities=CAP_KILL CAP_SETUID" in problem.todo


def test_echo_requests_need_leave(monkeypatch):
    monkeypatch.setattr(needs, "may_ask", lambda: False)
    (problem,) = lacking(check(IcmpProbe(address=LOOPBACK)))
    assert "ping_group_range" in problem.todo
