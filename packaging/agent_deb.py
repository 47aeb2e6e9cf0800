"""Builds the Debian package catchment-agent by dpkg-buildpackage, in a folder of its own.

    .venv/bin/python packaging/agent_deb.py [TO]        needs debhelper and dpkg-dev

Its libraries are Debian's own; only our files are in it, those that the agent needs (agent_parts).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from agent_parts import SRC, files

from catchment import __version__
from catchment.agent.unit import unit
from catchment.workflows.agent.shipped import alerts_text, dashboard_text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
COMMAND = '''\
#!/usr/bin/python3 -I
"""Begins the agent that the package catchment-agent installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib" / "catchment-agent"))

from catchment.cli import run

given = sys.argv[1:]
sys.exit(run(["agent", *(given[1:] if given[:1] == ["agent"] else given)]))
'''


def lay_out(tree: Path) -> None:
    """A source tree as debian/rules wants it."""
    shutil.copytree(HERE / "debian", tree / "debian", ignore=shutil.ignore_patterns("*.in"))
    changelog = (HERE / "debian" / "changelog.in").read_text(encoding="utf-8")
    said = {
        "debian/changelog": changelog.replace("@VERSION@", __version__),
        "debian/catchment-agent.service": unit(None, program="/usr/bin/catchment-agent"),
        "bin/catchment-agent": COMMAND,
        "dashboard.json": dashboard_text(),
        "alerts.yaml": alerts_text(),
    }
    for name, text in said.items():
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")
    (tree / "bin" / "catchment-agent").chmod(0o755)
    for path in (ROOT / "NOTICE", ROOT / "docs" / "guide" / "agent-operation.md", HERE / "agent.yaml"):
        shutil.copy(path, tree / path.name)
    shutil.copy(ROOT / "examples" / "agent" / "agent.yaml", tree / "agent-whole.yaml")
    for name in files():
        (tree / "lib" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SRC / name, tree / "lib" / name)


def build(to: Path) -> Path:
    """Build, and return the package's place."""
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / f"catchment-{__version__}"
        tree.mkdir()
        lay_out(tree)
        quiet = {**os.environ, "DH_QUIET": "1", "DEB_BUILD_OPTIONS": "nocheck"}
        done = subprocess.run(
            ["dpkg-buildpackage", "--no-sign", "--build=binary"],
            cwd=tree, env=quiet, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            sys.exit(f"dpkg-buildpackage failed:\n{done.stdout}{done.stderr}")
        (package,) = Path(place).glob("*.deb")
        return Path(shutil.copy(package, to / package.name))


if __name__ == "__main__":
    for program in ("dpkg-buildpackage", "dh"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed: apt-get install dpkg-dev debhelper")
    built = build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist"))
    print(f"{built}: {built.stat().st_size / 1024:.0f} KiB")
