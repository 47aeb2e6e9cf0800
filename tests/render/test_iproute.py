"""A script of `ip`: what it makes in a namespace is what the design says, also when it runs twice."""

import shutil
import subprocess

import pytest
from tests.render.golden import hold, rendered
from tests.render.programs import accepted


def test_every_file_is_the_golden_one() -> None:
    hold("ip")


def test_the_shell_takes_it() -> None:
    for file in rendered("ip").values():
        accepted(file)


def test_the_script_can_be_run_twice() -> None:
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("unshare or ip is not installed")
    text = rendered("ip")["peer/interfaces.sh"].text
    made = "ip link add seoul type veth peer name far\n"
    script = f"{made}{text}\n{text}\nip -br addr show\n"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    if done.stderr.startswith("unshare:"):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    assert "192.0.2.4/32" in done.stdout
    assert "198.51.100.11/31" in done.stdout


def test_a_link_of_ppp_is_left_to_pppd_and_that_is_said() -> None:
    depot = rendered("ip")["depot/interfaces.sh"]
    assert "branch" not in depot.text
    assert [note.partition(":")[0] for note in depot.notes] == ["branch"]
