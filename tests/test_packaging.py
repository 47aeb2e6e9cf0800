"""The packages of the agent alone: built, and run as they will be on a machine where nothing else is installed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"

AGENT = """\
site: seoul
speaker: {{kind: fake}}
checks: {{dns: {{tcp: {{address: 127.0.0.1, port: 9}}}}}}
announcements: {{anycast: {{prefixes: 192.0.2.0/24, while: dns}}}}
control: {{socket: {place}/c.sock}}
records: {{journal: {place}/journal.jsonl, textfile: {place}/x.prom, log: json}}
"""
BARE = {"PATH": "/usr/bin:/bin"}


def built(script, to):
    """What a build script of ours says that it wrote."""
    done = subprocess.run(
        [sys.executable, PACKAGING / script, to], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def zipapp(tmp_path_factory):
    place = tmp_path_factory.mktemp("zip") / "catchment-agent.pyz"
    built("agent_zip.py", place)
    return place


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT.format(place=tmp_path))
    return path


def alone(zipapp, *words):
    """Without site-packages, without anything of the environment."""
    return [sys.executable, "-I", "-S", str(zipapp), *map(str, words)]


def run(command, **kept):
    return subprocess.run(command, capture_output=True, text=True, check=False, env=BARE, cwd="/", timeout=30, **kept)


def until(what, for_s=15.0):
    over_s = time.monotonic() + for_s
    while not (found := what()) and time.monotonic() < over_s:
        time.sleep(0.05)
    return found


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_mib(pid):
    told = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) / 1024


def gone(pid):
    return not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()


def test_the_zipapp_runs_an_agent_on_a_bare_interpreter(zipapp, file):
    """Runs, answers, begins itself anew without losing its guardian, stays small, ends withdrawn."""
    agent = subprocess.Popen(alone(zipapp, "run", file), env=BARE, cwd="/", stderr=subprocess.PIPE, text=True)
    try:
        assert until((file.parent / "x.prom").exists)
        assert run(alone(zipapp, "validate", file)).returncode == 0
        shown = run(alone(zipapp, "agent", "status", file))
        assert (shown.returncode, "192.0.2.0/24" in shown.stdout) == (0, True), shown.stderr
        (guardian,) = until(lambda: children(agent.pid))
        assert run(alone(zipapp, "restart", file)).returncode == 0
        assert until(lambda: run(alone(zipapp, "status", file)).returncode == 0)
        assert children(agent.pid) == [guardian], "the new agent keeps the guardian of the old one"
        assert resident_mib(agent.pid) < 60
        assert resident_mib(guardian) < 20
    finally:
        agent.send_signal(signal.SIGTERM)
        said = agent.communicate(timeout=30)[1]
    assert agent.returncode == 0, said
    assert until(lambda: gone(guardian))
    assert '"event": "stopping"' in said


def test_the_zipapp_begins_quickly(zipapp, file):
    """An agent that is begun anew holds a lease of 15 s meanwhile; a command answers as people expect."""
    began_s = time.monotonic()
    run(alone(zipapp, "validate", file))
    assert time.monotonic() - began_s < 3.0  # 0.2 s on a quiet machine


def test_the_zipapp_loads_nothing_heavy_and_takes_the_licences_along(zipapp):
    import zipfile

    with zipfile.ZipFile(zipapp) as pack:
        names = pack.namelist()
    assert not [name for name in names if name.startswith(("numpy", "numba", "pydantic", "rich", "httpx"))]
    assert not [name for name in names if name.endswith((".so", ".pyd"))]
    assert not [name for name in names if "/tests/" in name]
    assert {"catchment/LICENSE", "catchment/NOTICE", "catchment/agent/shipped/alerts.yaml"} <= set(names)
    for library in ("click", "ruamel", "dnspython", "h11", "h2", "hpack", "hyperframe"):
        assert [name for name in names if name.startswith(library) and "licen" in name.lower()], library


def test_another_python_reads_the_sources_where_it_cannot_use_the_bytecode(zipapp, tmp_path):
    """As Python 3.12 would: bytecode with another magic number is passed over."""
    import zipfile

    other = tmp_path / "other.pyz"
    with zipfile.ZipFile(zipapp) as pack, zipfile.ZipFile(other, "w") as copy:
        for name in pack.namelist():
            held = pack.read(name)
            copy.writestr(name, b"\x00\x00\r\n" + held[4:] if name.endswith(".pyc") else held)
    assert "Print a Grafana" not in run(alone(other, "--version")).stdout
    shown = run(alone(other, "alerts"))
    assert (shown.returncode, shown.stdout[:8]) == (0, "# Alerts"), shown.stderr


def test_the_same_sources_give_the_same_zipapp(tmp_path):
    for name in ("one.pyz", "another.pyz"):
        built("agent_zip.py", tmp_path / name)
    assert (tmp_path / "one.pyz").read_bytes() == (tmp_path / "another.pyz").read_bytes()


def test_the_example_of_the_package_is_sound(zipapp):
    done = run(alone(zipapp, "validate", PACKAGING / "agent.yaml"))
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The Debian package, built and unpacked."""
    absent = [one for one in ("dpkg-buildpackage", "dh", "dpkg-deb") if shutil.which(one) is None]
    if absent:
        pytest.skip(f"not installed: {' '.join(absent)} (apt-get install dpkg-dev debhelper)")
    place = tmp_path_factory.mktemp("deb")
    built("agent_deb.py", place)
    (package,) = place.glob("*.deb")
    subprocess.run(["dpkg-deb", "-R", package, place / "root"], check=True)
    return place / "root"


def test_the_debian_package_has_what_it_promises(unpacked):
    control = (unpacked / "DEBIAN" / "control").read_text()
    assert "Depends: adduser, python3 (>= 3.11), python3-click, python3-ruamel.yaml\n" in control
    unit = (unpacked / "lib/systemd/system/catchment-agent.service").read_text()
    assert "ExecStart=/usr/bin/catchment-agent run /etc/catchment/agent.yaml\n" in unit
    assert "ConditionPathExists=/etc/catchment/agent.yaml\n" in unit, "not begun before it is configured"
    assert os.access(unpacked / "usr/bin/catchment-agent", os.X_OK)
    assert (unpacked / "etc/catchment").is_dir()
    assert list((unpacked / "etc/catchment").iterdir()) == []
    examples = unpacked / "usr/share/doc/catchment-agent/examples"
    held = {path.name.removesuffix(".gz") for path in examples.iterdir()}
    assert held == {"agent.yaml", "agent-whole.yaml", "alerts.yaml", "dashboard.json"}
    for script in ("postinst", "prerm", "postrm"):
        path = unpacked / "DEBIAN" / script
        assert subprocess.run(["sh", "-n", path], check=False).returncode == 0
        assert "#DEBHELPER#" not in path.read_text()


def test_the_debian_packages_command_runs_with_what_the_machine_has(unpacked, file):
    """With this interpreter in the place of Debian's: the libraries that the package depends on are in it."""
    command = (unpacked / "usr/bin/catchment-agent").read_text()
    assert command.startswith("#!/usr/bin/python3 -I\n")
    done = run([sys.executable, "-I", str(unpacked / "usr/bin/catchment-agent"), "validate", str(file)])
    assert done.returncode == 0, done.stderr
    where = str(unpacked / "usr/lib/catchment-agent")
    code = f"import sys; sys.path.insert(0, {where!r}); import catchment.cli.agent as agent; print(agent.__file__)"
    found = run([sys.executable, "-I", "-c", code])
    assert found.stdout.startswith(str(unpacked)), "its own modules, not those of a checkout"
