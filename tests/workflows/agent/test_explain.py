from catchment.workflows.agent.explain import explain

BIRD = "protocol bgp up { local as 64500; neighbor 198.51.100.1 as 64501; hold time 9; ipv4 { export none; }; }\n"
FRR = "router bgp 64500\n neighbor 198.51.100.1 remote-as 64501\n neighbor 198.51.100.1 timers 3 9\n"


def test_the_timers_of_a_file_are_explained(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(
        "site: seoul\nspeaker: {kind: bird}\nchecks: {dns: {tcp: {address: 192.0.2.53, port: 53}}}\n"
        "announcements: {anycast: {prefixes: [192.0.2.0/24], while: {all: [dns]}}}\n"
    )
    found = {(one.about, one.failure): one for one in explain(path, tmp_path / "absent")}
    assert found["anycast", "dns killed"].within_s == 3.0
    assert found["anycast", "dns failing every second question"].within_s <= 10.0
    assert found["agent", "agent hung"].within_s == 2.5
    assert found["speaker", "host dead, or its line"].within_s is None


def test_a_dead_host_is_explained_from_the_daemons_file(tmp_path):
    path, router = tmp_path / "agent.yaml", tmp_path / "router.conf"
    for kind, text in (("{kind: bird}", BIRD), ("{kind: frr, asn: 64500}", FRR)):
        path.write_text(
            f"site: seoul\nspeaker: {kind}\nannouncements: {{well: {{prefixes: [192.0.2.0/24], canary: true}}}}\n"
        )
        router.write_text(text)
        (dark,) = [one for one in explain(path, router) if one.failure == "host dead, or its line"]
        assert dark.within_s == 9.0
        assert dark.about.startswith("router.conf")
