from catchment.workflows.agent_explain import explain


def test_the_timers_of_a_file_are_explained(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(
        "site: seoul\nspeaker: {kind: fake}\nchecks: {dns: {tcp: {address: 192.0.2.53, port: 53}}}\n"
        "announcements: {anycast: {prefixes: [192.0.2.0/24], while: {all: [dns]}}}\n"
    )
    found = {(one.about, one.failure): one for one in explain(path)}
    assert found["anycast", "dns killed"].within_s == 3.0
    assert found["anycast", "dns failing every second question"].within_s == 10.0
    assert found["agent", "agent hung"].within_s == 2.5
