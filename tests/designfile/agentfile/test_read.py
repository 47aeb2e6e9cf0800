from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from catchment.designfile.agentfile.read import load_agent, read_agent
from catchment.errors import DesignError
from catchment.model.agent import Form, Need, Scope, Step
from catchment.model.probes import DnsProbe

WHOLE = """
site: seoul
speaker: {kind: bird}
checks:
  dns: {dns: {address: 192.0.2.53, name: example.com, type: A}, every: 500 ms, fall: 2}
  backbone: {icmp: {address: 198.51.100.1}, shared: true}
services:
  resolver: {all: [dns, backbone]}
announcements:
  anycast:
    prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
    while: resolver
    down: {prepend: 5}
    hold-down: {first: 5 s}
    guard: {others: 1, last: degrade}
  canary: {prefixes: 198.51.100.0/24, canary: true}
timing: {lease: 2 s, escalate: [{stop-speaker: 6 s}, {disable-sessions: 3 s}]}
"""


def problems(text: str) -> list[str]:
    return [str(one).splitlines()[0] for one in load_agent(text, "agent.yaml").problems]


def test_a_whole_file_becomes_its_configuration():
    loaded = load_agent(WHOLE, "agent.yaml", host="ns1")
    assert loaded.problems == ()
    config = loaded.config
    assert config is not None
    dns, backbone = config.policy.checks
    assert dns.probe == DnsProbe(address=ip_address("192.0.2.53"), name="example.com", kind="A")
    assert (dns.interval_s, dns.timeout_s, dns.fall, dns.rise) == (0.5, 0.4, 2, 10)
    assert backbone.scope is Scope.SHARED
    assert config.policy.services[0].need == Need(weights={"dns": 1}, least=1)
    assert config.policy.services[0].shared == ("backbone",)
    anycast = config.policy.announcements[0]
    assert anycast.prefixes == (ip_network("203.0.113.0/24"), ip_network("2001:db8:53::/48"))
    assert anycast.forms.down == Form(prepend=5)
    assert anycast.hold.base_s == 5.0
    assert (config.host, config.policy.timing.renew_s) == ("ns1", 0.4)
    assert config.policy.timing.escalate == ((Step.SESSIONS, 3.0), (Step.SPEAKER, 6.0))
    assert config.speaker.routes[ip_network("203.0.113.0/24"), Form()] == "agent_anycast_0_up"


def test_everything_that_is_wrong_is_said_at_once_with_its_place():
    broken = WHOLE.replace("\nspeaker:", "\nspeakr:").replace("[dns, backbone]", "[dnss]").replace("500 ms", "500")
    assert problems(broken) == [
        'agent.yaml:2:1: W004 "speaker" is missing in the file',
        'agent.yaml:3:1: W003 unknown key "speakr" in the file',
        'agent.yaml:5:72: D034 "500" is not a time',
        'agent.yaml:8:14: W005 there is no check "dnss"',
    ]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("fall: 2", "timeout: 500 ms"), "W007"),
        (("icmp: {address: 198.51.100.1}, ", ""), "W006"),
        (("shared: true", "tcp: {address: 192.0.2.1, port: 1}"), "W006"),
        (("{prepend: 5}", "{med: 5}"), "W009"),
        (("[dns, backbone]", "[backbone]"), "W010"),
        (("    while: resolver\n", ""), "W010"),
        (("canary: true", "canary: true, while: resolver"), "W010"),
        (("198.51.100.0/24", "203.0.113.0/24"), "W008"),
        (("lease: 2 s", "lease: 2 s, renew: 1 s"), "W007"),
        (("lease: 2 s", "lease: 300 ms"), "W007"),
        (("kind: bird", "kind: frr"), "W004"),
        (("{all: [dns, backbone]}", "{of: [dns], least: 2}"), "W010"),
        (("{all: [dns, backbone]}", "{weights: {dns: 0}, least: 1}"), "D016"),
        (("services:", "peers: {key-file: k}\nservices:"), "W004"),
        (("services:", "peers: {key-file: k, group: 192.0.2.1}\nservices:"), "W007"),
        (("site: seoul", "- site"), "D002"),
    ],
)
def test_each_rule_is_told(change, rule):
    assert change[0] in WHOLE
    found = problems(WHOLE.replace(*change))
    assert found
    assert f" {rule} " in found[0]


def test_a_file_that_is_no_mapping_is_told():
    assert problems("[1, 2]") == ["agent.yaml:1:1: W002 expected the keys of an agent, found a list"]


def test_med_alone_may_be_confirmed():
    assert problems(WHOLE.replace("{prepend: 5}", "{med: 5}\n    med-decides: true")) == []


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path):
    file = tmp_path / "agent.yaml"
    file.write_text(WHOLE + "peers: {group: 239.255.83.1, key-file: peers.key}\n")
    with pytest.raises(DesignError, match="make one"):
        read_agent(file, "ns1")
    secret = tmp_path / "peers.key"
    secret.write_text("x")
    secret.chmod(0o644)
    with pytest.raises(DesignError, match="chmod 640"):
        read_agent(file, "ns1")
    secret.chmod(0o640)
    gossip = read_agent(file, "ns1").gossip
    assert gossip is not None
    assert gossip.key_file == str(secret)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(DesignError, match="No such file"):
        read_agent(tmp_path / "none.yaml", "ns1")


def test_how_changes_are_told_is_one_of_four_words():
    config = load_agent(WHOLE + "records: {log: json}\n", "agent.yaml").config
    assert config is not None
    assert config.records.log == "json"
    assert problems(WHOLE + "records: {log: syslog}\n") == [
        'agent.yaml:18:16: D008 "syslog" is none of auto, text, json, journald'
    ]


def test_files_of_the_store_are_meant_beside_the_file_and_its_key_is_a_secret(tmp_path: Path):
    file = tmp_path / "agent.yaml"
    file.write_text(WHOLE + "store: {etcd: [https://192.0.2.1:2379], ca: /etc/ssl/ca.pem, cert: a.pem, key: a.key}\n")
    with pytest.raises(DesignError, match="the key of the certificate for the store cannot be read"):
        read_agent(file, "ns1")
    (tmp_path / "a.key").write_text("x")
    (tmp_path / "a.key").chmod(0o640)
    store = read_agent(file, "ns1").store
    assert store is not None
    assert (store.ca, store.cert, store.key) == ("/etc/ssl/ca.pem", str(tmp_path / "a.pem"), str(tmp_path / "a.key"))
