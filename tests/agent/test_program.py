import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import catchment
from catchment.agent.program import place, words

SAYS = """\
import sys

def main():
    held = "zip" if ".pyz" in __file__ else "folder"
    print(*sys.argv[1:], held, sys.flags.isolated, sys.flags.no_site)
"""


@pytest.fixture
def small(tmp_path):
    """A folder with our front page, how processes begin, and a part that says how it was begun."""
    package = tmp_path / "lib" / "catchment"
    (package / "agent").mkdir(parents=True)
    source = Path(catchment.__file__).parent
    for name in ("__init__.py", "agent/__init__.py", "agent/program.py"):
        shutil.copy(source / name, package / name)
    (package / "agent" / "says.py").write_text(SAYS)
    return tmp_path / "lib"


def begun(where, *flags):
    code = (
        f"import sys, subprocess; sys.path.insert(0, {str(where)!r}); from catchment.agent.program import words;"
        "subprocess.run([*words('catchment.agent.says'), '7', 'alone'], check=True, cwd='/')"
    )
    done = subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_a_part_begins_from_a_folder_and_from_a_zip(small, tmp_path):
    app = tmp_path / "small.pyz"
    with zipfile.ZipFile(app, "w") as pack:
        for path in sorted(small.rglob("*.py")):
            pack.write(path, path.relative_to(small))
    assert begun(small) == "7 alone folder 0 0"
    assert begun(app) == "7 alone zip 0 0"


def test_an_isolated_program_begins_isolated_parts(small):
    assert begun(small, "-I", "-S") == "7 alone folder 1 1"


def test_a_file_that_lies_around_is_not_taken_for_a_library(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('mine')")
    command = [*words("catchment.agent.status")[:-1], "import json; print('fine')"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "fine\n"


def test_this_code_is_found_where_it_is():
    assert (place() / "catchment" / "agent" / "program.py").is_file()
