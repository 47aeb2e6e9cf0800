"""systemd-networkd: its files hold keys that networkd knows, for nothing else would tell that they are wrong."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
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


def test_networkd_itself_complains_of_no_line_but_of_one_that_is_wrong(tmp_path: Path) -> None:
    """Started for a moment in a network of its own; it names the file and line of what it does not know."""
    if os.geteuid() != 0 or not NETWORKD.exists() or shutil.which("unshare") is None:
        pytest.skip("needs root, systemd-networkd and unshare")
    for path, text in _all().items():
        if "/50-" in path:
            (tmp_path / path.replace("/", "-").replace("-networkd-50-", "-")).write_text(text)
    (tmp_path / "wrong.network").write_text("[Match]\nName=wrong\n[Network]\nBogus=1\n")
    script = f"""mount -t tmpfs none /run
mkdir -p /run/systemd/network
cp {tmp_path}/* /run/systemd/network
SYSTEMD_LOG_TARGET=console timeout 1 {NETWORKD}"""
    command = ["unshare", "--net", "--mount", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    said = [line for line in done.stderr.splitlines() if line.startswith("/run/systemd/network/")]
    assert [line.partition("network/")[2] for line in said] == [
        "wrong.network:4: Unknown key 'Bogus' in section [Network], ignoring."
    ]
