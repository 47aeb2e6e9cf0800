import subprocess
import sys


def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "catchment", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "catchment" in done.stdout) == (0, True)
