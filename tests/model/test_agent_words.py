"""What is written of an agent is read again as the same agent."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from catchment.designfile.agentfile.read import load_agent
from catchment.model.agent import (
    Announcement,
    Check,
    Draining,
    Fallback,
    Form,
    Forms,
    Guard,
    HoldDown,
    Need,
    Policy,
    Scope,
    Service,
    SpeakerKind,
    SpeakerSpec,
    Step,
    Timing,
    route_names,
)
from catchment.model.agent_config import AgentConfig, Control, Gossip, Records, Store
from catchment.model.agent_words import PROBES, form_written, written
from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    IcmpProbe,
    NtpProbe,
    Probe,
    TcpProbe,
    TlsProbe,
)
from catchment.results.yaml_text import as_yaml

HERE = ip_address("192.0.2.53")
EACH: dict[str, Probe] = {
    "dns": DnsProbe(address=HERE, name="example.com", kind="A", serial_of=ip_address("2001:db8::1"), age_s=1800.0),
    "http": HttpProbe(url="http://www.example.com/", address=HERE, statuses=(200, 204), days_left=7.0, verify=False),
    "tcp": TcpProbe(address=HERE, port=53, send="QUIT\r\n", expect='"220": #'),
    "tls": TlsProbe(address=HERE, port=853, name="dns.example.com"),
    "icmp": IcmpProbe(address=HERE),
    "ntp": NtpProbe(address=HERE, stratum=3, offset_s=0.1),
    "grpc": GrpcProbe(address=HERE, port=50051, tls=True),
    "command": CommandProbe(words=("/bin/check", "-x", "a b"), user="nobody"),
}
CHECKS = tuple(
    Check(name=f"c-{kind}", probe=probe, scope=Scope.SHARED if kind == "icmp" else Scope.INSTANCE)
    for kind, probe in EACH.items()
)
FULL = AgentConfig(
    policy=Policy(
        site="seoul",
        checks=(*CHECKS, Check(name="quick", probe=EACH["tcp"], interval_s=0.25, timeout_s=0.1, rise=2, ratio=0.3)),
        services=(
            Service(name="all-of", need=Need(weights={"c-dns": 1, "c-tcp": 1}, least=2), shared=("c-icmp",)),
            Service(name="heavy", need=Need(weights={"c-tls": 2, "quick": 1}, least=2)),
        ),
        announcements=(
            Announcement(
                name="anycast",
                prefixes=(ip_network("203.0.113.0/24"), ip_network("2001:db8:53::/48")),
                need=Need(weights={"all-of": 1, "heavy": 1}, least=1),
                forms=Forms(up=Form(med=10), degraded=Form(prepend=1), down=Form(med=100), draining=Form(prepend=2)),
                hold=HoldDown(base_s=5.0, forgive_s=600.0),
                guard=Guard(least_others=1, last=Fallback.DEGRADE, most=2, window_s=30.0),
                draining=Draining(for_s=12.5, least_pps=5.0, most_s=7200.0),
                splay_s=2.0,
            ),
            Announcement(name="canary", prefixes=(ip_network("198.51.100.0/24"),), canary=True),
        ),
        timing=Timing(lease_s=4.0, renew_s=0.8, escalate=((Step.SESSIONS, 3.0), (Step.SPEAKER, 6.0))),
    ),
    speaker=SpeakerSpec(kind=SpeakerKind.FRR, asn=64500, timeout_s=2.0),
    host="ns1",
    control=Control(group="operators"),
    gossip=Gossip(group=None, port=8353, key_file="peers.key", peers=(HERE,), every_s=0.5),
    store=Store(urls=("https://192.0.2.1:2379",), ca="/etc/ca.pem"),
    records=Records(journal="/var/log/j.jsonl", journal_most_mib=10.0),
    router_view=True,
)


def again(config: AgentConfig) -> AgentConfig:
    loaded = load_agent(as_yaml(written(config)), "agent.yaml", "elsewhere")
    assert loaded.problems == ()
    assert loaded.config is not None
    return loaded.config


def with_routes(config: AgentConfig) -> AgentConfig:
    """As the reader gives it: names of routes follow from the announcements."""
    routes = {key: name for one in config.policy.announcements for key, name in route_names(one).items()}
    return replace(config, speaker=replace(config.speaker, routes=routes))


def test_a_file_of_everything_reads_back_as_it_was():
    assert again(FULL) == with_routes(FULL)


def test_every_kind_of_question_is_written():
    assert EACH.keys() == PROBES.keys()


def test_what_holds_anyway_is_not_written():
    usual = replace(FULL, control=Control(), gossip=None, store=None, records=Records(), router_view=False)
    usual = replace(usual, policy=replace(usual.policy, timing=Timing()))
    assert list(written(usual)) == ["site", "host", "speaker", "checks", "services", "announcements"]
    assert (form_written(None), form_written(Form())) == ("withdraw", "plain")


@given(
    st.floats(0.001, 80_000.0).map(lambda one: round(one, 6)),
    st.floats(0.02, 1000.0).map(lambda one: round(one, 6)),
    st.integers(0, 20),
    st.sets(st.sampled_from(["64500:1", "65535:0", "64500:1:2"])),
)
def test_any_time_and_form_comes_back(time_s: float, every_s: float, prepend: int, communities: set[str]):
    one = FULL.policy.announcements[0]
    forms = Forms(up=Form(prepend=prepend, communities=tuple(sorted(communities)), med=1))
    changed = replace(one, hold=HoldDown(base_s=time_s, most_s=80_000.0), forms=forms)
    timeout_s = round(0.5 * every_s, 9)
    checks = tuple(replace(check, interval_s=every_s, timeout_s=timeout_s) for check in CHECKS)
    checks = (*checks, FULL.policy.checks[-1])
    policy = replace(FULL.policy, announcements=(changed,), checks=checks)
    assert again(replace(FULL, policy=policy)) == with_routes(replace(FULL, policy=policy))
