import os
import re
import shutil
import subprocess
from dataclasses import replace
from ipaddress import ip_address

import pytest
from tests.agent.policies import ANNOUNCEMENT, CHECK, POLICY

from catchment.agent.unit import USER, unit
from catchment.model.agent import Draining, SpeakerKind, SpeakerSpec, Step, Timing
from catchment.model.agent_config import AgentConfig, Control, Records
from catchment.model.probes import CommandProbe, IcmpProbe

CONFIG = AgentConfig(policy=POLICY, speaker=SpeakerSpec(kind=SpeakerKind.BIRD), host="ns1")


def value(text, key):
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


def probing(probe):
    return replace(CONFIG, policy=replace(POLICY, checks=(replace(CHECK, probe=probe),)))


def test_a_plain_file_needs_no_capability_and_only_the_daemons_group():
    text = unit(CONFIG)
    assert value(text, "CapabilityBoundingSet") == value(text, "AmbientCapabilities") == [""]
    assert value(text, "SupplementaryGroups") == ["bird"]
    assert value(text, "User") == [USER]
    assert "sudo" not in text


def test_each_capability_stands_there_for_a_reason():
    draining = replace(ANNOUNCEMENT, draining=Draining(least_pps=5))
    for config, names in (
        (probing(IcmpProbe(address=ip_address("192.0.2.1"))), "CAP_NET_RAW"),
        (probing(CommandProbe(words=("/bin/true",), user="nobody")), "CAP_SETUID CAP_SETGID CAP_KILL"),
        (probing(CommandProbe(words=("/bin/true",))), ""),
        (replace(CONFIG, policy=replace(POLICY, announcements=(draining,))), "CAP_NET_RAW"),
        (replace(CONFIG, policy=replace(POLICY, timing=Timing(escalate=((Step.ADDRESS, 9.0),)))), "CAP_NET_ADMIN"),
    ):
        text = unit(config)
        assert value(text, "AmbientCapabilities") == value(text, "CapabilityBoundingSet") == [names]
        assert not names or f"# {names}: " in text


def test_changing_users_is_refused_unless_commands_need_it():
    assert "SystemCallFilter=~@resources @privileged" in unit(CONFIG)
    text = unit(probing(CommandProbe(words=("/bin/true",), user="nobody")))
    assert "@privileged" not in text


def test_folders_that_the_unit_does_not_make_are_named():
    records = Records(journal="/srv/log/a.jsonl", textfile="/var/lib/prometheus/x.prom", drains="")
    text = unit(replace(CONFIG, records=records, control=Control(group="operators")))
    assert value(text, "ReadWritePaths") == ["-/srv/log -/var/lib/prometheus"]
    assert value(text, "SupplementaryGroups") == ["bird operators"]
    assert value(unit(CONFIG), "ReadWritePaths") == []


def test_all_ways_to_end_lead_to_a_withdrawal():
    text = unit(CONFIG, "/etc/x.yaml", "/usr/bin/catchment-agent")
    assert value(text, "ExecStopPost") == ["/usr/bin/catchment-agent withdraw --force /etc/x.yaml"]
    assert value(text, "Type") == ["notify"]
    assert value(text, "Restart") == ["on-failure"]
    assert value(text, "ConditionPathExists") == ["/etc/x.yaml"], "not begun before it is configured"
    for lease_s in (Timing().lease_s, 60.0):
        text = unit(replace(CONFIG, policy=replace(POLICY, timing=Timing(lease_s=lease_s))), "/etc/x.yaml")
        assert float(value(text, "WatchdogSec")[0]) > lease_s, "the guardian acts before systemd does"
    assert "everything is withdrawn, however it dies" in text


@pytest.mark.parametrize("config", [None, CONFIG, probing(CommandProbe(words=("/bin/true",), user="nobody"))])
def test_systemd_itself_has_nothing_to_say_and_finds_little_exposed(config, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("not installed: systemd-analyze (apt-get install systemd)")
    path = tmp_path / "catchment-agent.service"
    path.write_text(unit(config, program="/bin/true"))
    environment = {**os.environ, "SYSTEMD_COLORS": "0", "SYSTEMD_EMOJI": "0"}
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")
    asked = ["systemd-analyze", "security", "--offline=yes", str(path)]
    found = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)
    if "Unrecognized option" in found.stderr or "unrecognized option" in found.stderr:
        pytest.skip("this systemd-analyze judges no files: --offline came with systemd 250")
    score = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", found.stdout)
    assert score is not None, found.stderr
    assert float(score[1]) <= (2.0 if config is None or config is CONFIG else 3.0)
