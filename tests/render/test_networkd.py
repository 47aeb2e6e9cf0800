"""systemd-networkd: its files hold keys that networkd knows, for nothing else would tell that they are wrong."""

from pathlib import Path

from tests.render.golden import hold, rendered
from tests.render.programs import words_of

NETWORKD = Path("/lib/systemd/systemd-networkd")


def test_every_file_is_the_golden_one() -> None:
    hold("networkd")


def test_networkd_knows_every_key() -> None:
    """Its table of keys stands in the program, as `Tunnel.Independent`."""
    known = words_of(NETWORKD)
    assert "Tunnel.Independent" in known
    found = {key for path, file in _all().items() if "/50-" in path for key in _keys(file)}
    assert {"Tunnel.Independent", "Route.Gateway", "Route.Type", "Tunnel.Key"} <= found
    assert found <= known


def test_a_tunnel_does_not_wait_for_an_interface_that_names_it() -> None:
    tunnels = [file for path, file in _all().items() if path.endswith(".netdev") and "Kind=gre" in file]
    assert tunnels
    assert all("Independent=yes" in file for file in tunnels)


def test_two_links_to_one_neighbour_have_two_files() -> None:
    assert {"busan/networkd/50-daegu.network", "busan/networkd/50-daegu-2.network"} <= set(_all())


def test_networkd_leaves_the_routes_of_daemons_alone() -> None:
    assert "ManageForeignRoutes=no" in _all()["busan/networkd.conf"]


def _all() -> dict[str, str]:
    return {path: file.text for target in ("networkd", "netplan") for path, file in rendered(target).items()}


def _keys(text: str) -> set[str]:
    found, section = set(), ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            found.add(f"{section}.{line.partition('=')[0]}")
    return found
