from dataclasses import replace
from ipaddress import ip_network

from tests.agent.policies import POLICY, PREFIX

from catchment.model.agent import Form, SpeakerKind, SpeakerSpec
from catchment.model.agent_config import AgentConfig, Control, Records
from catchment.workflows.agent.reload import exported_no_more, restart_for

SPEC = SpeakerSpec(kind=SpeakerKind.BIRD, routes={(PREFIX, Form()): "agent_anycast_0_up"})
CONFIG = AgentConfig(policy=POLICY, speaker=SPEC, host="ns1")


def test_a_policy_alone_needs_no_restart():
    assert restart_for(CONFIG, replace(CONFIG, policy=replace(POLICY, checks=()))) == []


def test_what_is_read_once_needs_one_and_is_called_as_the_file_calls_it():
    after = replace(CONFIG, control=Control(group="operators"), records=Records(journal="j"), router_view=True)
    assert restart_for(CONFIG, after) == ["control", "records", "router-view"]


def test_a_prefix_or_a_form_is_told_apart_from_another_speaker():
    more = replace(SPEC, routes={**SPEC.routes, (PREFIX, Form(prepend=3)): "agent_anycast_0_degraded"})
    assert restart_for(CONFIG, replace(CONFIG, speaker=more)) == ["prefixes or forms of announcements"]
    assert restart_for(CONFIG, replace(CONFIG, speaker=replace(SPEC, where="elsewhere"))) == ["speaker"]


def test_what_is_exported_and_left_out_is_found():
    other = ip_network("198.51.100.0/24")
    assert exported_no_more({PREFIX: Form(), other: Form()}, CONFIG) == [other]
    assert exported_no_more({PREFIX: Form(), other: None}, CONFIG) == []
