"""From what is rendered to what a lab is made of."""

from pathlib import Path

from catchment.designfile.load import read_design
from catchment.lab.nodes import Kind, Lab
from catchment.lab.plan import Means, plan
from catchment.lab.steps import Commands
from catchment.lab.tunnels import Backend
from catchment.model.network import Daemon
from catchment.render.options import RenderOptions
from catchment.workflows.lab.design import for_lab
from catchment.workflows.lab.nouns import lab_of

EXAMPLES = Path(__file__).parents[3] / "examples"


def lab(path: Path, daemon: Daemon | None = Daemon.BIRD) -> Lab:
    return lab_of(for_lab(read_design(path)), "x", RenderOptions(daemon=daemon))


def test_every_router_server_and_client_is_a_node() -> None:
    found = lab(EXAMPLES / "two-cities" / "design.yaml")
    assert {kind: [one.name for one in found.of_kind(kind)] for kind in Kind} == {
        Kind.ROUTER: ["seoul", "busan"],
        Kind.SERVER: ["resolver@seoul", "resolver@busan"],
        Kind.CLIENT: ["seoul-office", "busan-office"],
    }
    assert [file.target for file in found.node("seoul").files] == [
        "/etc/bird/bird.conf",
        "/etc/nftables.d/catchment.nft",
        "/etc/sysctl.d/90-catchment.conf",
    ]


def test_interfaces_are_called_as_the_rendered_files_say() -> None:
    found = lab(EXAMPLES / "two-cities" / "design.yaml")
    assert found.behind("seoul") == {
        "busan": "busan",
        "svc-resolver": "resolver@seoul",
        "seoul-office": "seoul-office",
    }
    text = next(file.text for file in found.node("seoul").files if file.path.endswith("bird.conf"))
    assert all(f'"{name}"' in text for name in ("busan", "svc-resolver", "seoul-office"))


def test_links_keep_delay_rate_and_mtu(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    link = "{between: [r1, r2], cost: 1, delay: 4 ms, rate: 10 Mbps, mtu: 1400}"
    path.write_text(f"name: x\nnetworks: {{corp: {{igp: ospf, routers: {{r1: {{}}, r2: {{}}}}, links: [{link}]}}}}\n"
                    "services: {dns: {address: 10.0.0.1, at: [r1]}}\n")  # fmt: skip
    wire = lab(path).wires[0]
    assert (wire.name, wire.delay_ms, wire.rate_bps, wire.mtu) == ("r1-r2", 4.0, 10e6, 1400)


def test_a_tunnel_is_a_pipe_and_no_wire() -> None:
    found = lab(EXAMPLES / "gre-announce" / "design.yaml", None)
    (pipe,) = found.pipes
    assert "office-gre" not in [wire.name for wire in found.wires]
    assert [(plug.node, plug.interface) for plug in pipe.plugs] == [
        ("cloud-seoul", "office-gre"),
        ("office", "office-gre"),
    ]


def test_what_is_announced_for_a_server_can_be_taken_back() -> None:
    path = EXAMPLES / "dual-stack" / "design.yaml"
    bird = lab(path).switches[0]
    assert (bird.node, bird.servers) == ("seoul", ("dns@seoul",))
    assert bird.off == ("birdc", "-s", "/run/bird/bird.ctl", "disable", "p_announce_203_0_113_0_24")
    frr = lab(path, Daemon.FRR).switches[1]
    assert frr.on[-3:] == ("address-family ipv6 unicast", "-c", "network 2001:db8:53::/48")
    assert frr.off[-1] == "no network 2001:db8:53::/48"
    assert {one.node for one in lab(path).switches} == {"seoul", "frankfurt"}


def test_a_rendezvous_point_takes_pim_to_the_address_that_is_lent_to_its_server() -> None:
    found = lab(EXAMPLES / "multicast-and-anycast" / "design.yaml", Daemon.FRR)
    met = {node.name: [str(one) for one in node.meets] for node in found.nodes if node.meets}
    assert met == {"seoul": ["10.0.0.9"], "busan": ["10.0.0.9"]}
    means = Means(delays=None, tbf=False, tunnels={4: Backend.PROGRAM}, python="python3")
    lines = [line for step in plan(found, means) if isinstance(step, Commands) for line in step.lines]
    assert lines.count("rule add pref 0 to 10.0.0.9 ipproto 103 lookup 103") == 2
    assert lines.index("rule add pref 1 lookup local") < lines.index("rule del pref 0")  # never without that table
