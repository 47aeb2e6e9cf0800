"""netplan: what is written is what netplan takes, and nothing that it cannot say is lost."""

from dataclasses import replace

from tests.render.golden import CASES, hold, rendered
from tests.render.programs import accepted, refused


def test_every_file_is_the_golden_one() -> None:
    hold("netplan")


def test_netplan_takes_it() -> None:
    files = [file for path, file in rendered("netplan").items() if path.endswith("netplan.yaml")]
    assert len(files) == 2
    for file in files:
        accepted(file)


def test_netplan_refuses_what_is_wrong() -> None:
    file = rendered("netplan")["office/netplan.yaml"]
    assert "ttl" in refused(replace(file, text=file.text.replace("ttl: 64", "ttl: 300")))


def test_only_root_reads_it() -> None:
    assert {file.mode for path, file in rendered("netplan").items() if path.endswith(".yaml")} == {0o600}


def test_what_netplan_has_no_word_for_is_a_note_and_a_file() -> None:
    files = rendered("netplan")
    assert [note.partition(":")[0] for note in files["office/netplan.yaml"].notes] == ["summed", "counted"]
    assert "csum seq" in files["office/networkd/catchment-summed.service"].text
    assert "SerializeTunneledPackets=yes" in files["office/networkd/50-counted.netdev"].text
    assert "summed" not in files["office/netplan.yaml"].text


def test_a_daemon_keeps_the_static_routes_itself() -> None:
    files = rendered("netplan")
    assert "routes:" not in files["seoul/netplan.yaml"].text
    assert '- to: "0.0.0.0/0"' in files["office/netplan.yaml"].text


def test_a_word_of_yaml_is_no_name() -> None:
    design = CASES / "odd-names.yaml"
    file = rendered("netplan", design)["router/netplan.yaml"]
    assert '    "1e3":\n' in file.text
    assert '    "on":\n' in file.text
    accepted(file)


def test_a_tunnel_over_ipv6_is_made_without_the_limit_that_costs_eight_bytes() -> None:
    design = CASES / "ipv6-tunnel.yaml"
    accepted(rendered("netplan", design)["a/netplan.yaml"])
    assert "EncapsulationLimit=none" in rendered("netplan", design)["a/networkd/50-six.netdev"].text
    made = rendered("networkd", design)["b/networkd/50-seven.netdev"].text
    assert "Kind=ip6gre" in made
    assert "MTUBytes=1452" in made  # 1500 - 40 - 4 - 4
    assert "encaplimit none" in rendered("ip", design)["c/interfaces.sh"].text
