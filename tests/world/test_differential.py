"""Random networks of BIRD and FRR do in the lab what is predicted: three of those that `make differential` runs.

Needs root, BIRD and FRR; skips with its reason without.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.small import lacking
from tests.world.differential import NEEDED

ROOT = Path(__file__).parents[2]
SEEDS = ("6", "7", "25")
"""Small ones: OSPF alone with three kinds of services, and with BGP around it; both daemons."""


@pytest.mark.slow
@pytest.mark.skipif(bool(why := lacking(*NEEDED)), reason=why or "labs run here")
def test_three_random_networks_do_what_is_predicted(tmp_path: Path) -> None:
    words = ["--seeds", *SEEDS, "--jobs", "3", "--to", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.world.differential", *words],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    told = "\n".join(path.read_text() for path in tmp_path.glob("*.txt"))
    assert done.returncode == 0, f"{done.stdout}{done.stderr}{told}"
    assert "3 networks" in done.stdout
