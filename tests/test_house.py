"""The architecture as something that can fail: names, first lines, sizes, tests in their places, what imports cost."""

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "catchment"
MODULES = sorted(SRC.rglob("*.py"))
PLAIN_MODULES = [path for path in MODULES if path.name not in ("__init__.py", "__main__.py")]

DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "core", "misc", "tools", "manager", "managers"}
"""A function without a room is a noun that was not found yet."""

MOST_LINES = 400
LONG_FILES = {
    "simulate/kernels/sweep.py": "one kernel in vector registers with its intrinsics: half of it would explain nothing",
}

ONLY_TYPES = "only types: whoever uses them tests them"
AS_A_WHOLE = "the language is tested as users meet it: tests/designfile/test_load.py and the golden cases"
NO_TEST_OF_ITS_OWN = {
    "model/clients.py": ONLY_TYPES,
    "model/intent.py": ONLY_TYPES,
    "model/multicast.py": ONLY_TYPES,
    "model/place.py": ONLY_TYPES,
    "model/rehearsal.py": ONLY_TYPES,
    "model/service.py": ONLY_TYPES,
    "model/site.py": ONLY_TYPES,
    "render/timers.py": ONLY_TYPES,
    "results/config.py": ONLY_TYPES,
    "results/decision.py": ONLY_TYPES,
    "results/failures.py": ONLY_TYPES,
    "results/lab_changes.py": ONLY_TYPES,
    "results/lab_graph.py": ONLY_TYPES,
    "results/lab_load.py": ONLY_TYPES,
    "results/provenance.py": ONLY_TYPES,
    "results/verdict.py": ONLY_TYPES,
    "internet/links.py": ONLY_TYPES,
    "designfile/bgp_language.py": AS_A_WHOLE,
    "designfile/bgp_need.py": "tests/designfile/test_advice.py",
    "designfile/decode.py": AS_A_WHOLE,
    "designfile/expand.py": AS_A_WHOLE,
    "designfile/forms.py": AS_A_WHOLE,
    "designfile/igp_language.py": AS_A_WHOLE,
    "designfile/kinds.py": AS_A_WHOLE,
    "designfile/language.py": AS_A_WHOLE,
    "designfile/link_language.py": AS_A_WHOLE,
    "designfile/links.py": "tests/designfile/test_networks.py",
    "designfile/multicast_advice.py": "tests/designfile/test_multicast.py",
    "designfile/multicast_language.py": AS_A_WHOLE,
    "designfile/names.py": AS_A_WHOLE,
    "designfile/network_language.py": AS_A_WHOLE,
    "designfile/tables.py": AS_A_WHOLE,
    "designfile/telling.py": AS_A_WHOLE,
    "designfile/position.py": "tests/designfile/test_located.py",
    "designfile/roas.py": "tests/designfile/test_advice.py",
    "designfile/sessions.py": AS_A_WHOLE,
    "designfile/special.py": "tests/designfile/test_advice.py",
    "designfile/tunnel_advice.py": AS_A_WHOLE,
    "designfile/unreadable.py": AS_A_WHOLE,
    "simulate/network/igp/telling.py": "tests/simulate/network/igp/test_speaking.py",
    "internet/synthetic/": "one Internet comes out of it: tests/internet/test_synthetic.py",
}


def inside(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def test_every_file_begins_with_a_sentence() -> None:
    wrong = []
    for path in MODULES:
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = text.partition("\n\n")[0].replace("\n", " ")
        begins = first[:1].isupper() or first.startswith(("catchment", "design.yaml", "scenario.yaml", "agent.yaml"))
        if not (begins and re.search(r"[.:]( \[I/O\])?$", first) and len(first.split()) >= 4):
            wrong.append(f"{inside(path)}: {first!r}")
    assert wrong == []


def test_no_file_is_a_drawer() -> None:
    everywhere = [*SRC.rglob("*"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert [path.name for path in everywhere if path.stem.removeprefix("test_").lower() in DRAWERS] == []


def test_every_module_has_its_test_in_the_mirrored_place() -> None:
    missing = []
    for path in PLAIN_MODULES:
        name = inside(path)
        mirrored = ROOT / "tests" / path.relative_to(SRC).with_name(f"test_{path.name}")
        excused = name in NO_TEST_OF_ITS_OWN or any(
            place.endswith("/") and name.startswith(place) for place in NO_TEST_OF_ITS_OWN
        )
        if not mirrored.is_file() and not excused:
            missing.append(name)
    assert not missing, ", ".join(missing)


def test_excuses_are_not_kept_longer_than_needed() -> None:
    for name, reason in NO_TEST_OF_ITS_OWN.items():
        assert (SRC / name).exists(), f"{name} is gone"
        assert not (ROOT / "tests" / name).with_name(f"test_{Path(name).name}").is_file(), f"{name} has its test"
        if reason.startswith("tests/"):
            assert (ROOT / reason).is_file()
    for name in LONG_FILES:
        assert _lines(SRC / name) > MOST_LINES, f"{name} is short again"


def test_modules_excused_as_types_have_no_code_to_test() -> None:
    for name, reason in NO_TEST_OF_ITS_OWN.items():
        if reason == ONLY_TYPES:
            tree = ast.parse((SRC / name).read_text(encoding="utf-8"))
            assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)], name


def test_no_file_is_too_long() -> None:
    """Past this, a file has a noun in it that wants a file of its own."""
    assert [inside(path) for path in MODULES if _lines(path) > MOST_LINES and inside(path) not in LONG_FILES] == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_committed_file_names_a_path_of_a_machine() -> None:
    path_of_a_machine = re.compile(r"(?<![\w./~{}$-])/(?:work|tmp|root|home)/[\w.-]")
    found = []
    for place in (
        "src",
        "docs",
        "tests",
        "examples",
        "benchmarks",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
    ):
        start = ROOT / place
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a sample of a binary format
            found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in path_of_a_machine.finditer(text)]
    assert found == []


def loads(code: str, *heavy: str) -> str:
    """Which of the `heavy` modules a fresh Python has loaded after `code`, on stdout's last line."""
    told = f"{code}\nimport sys\nprint(' '.join(m for m in {heavy!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_nouns_and_errors_load_neither_numpy_nor_numba() -> None:
    nouns = [
        f"catchment.model.{path.stem}" for path in sorted((SRC / "model").glob("*.py")) if path.stem != "__init__"
    ]
    code = f"import catchment, catchment.errors, {', '.join(nouns)}"
    assert loads(code, "numpy", "numba", "pydantic", "rich", "httpx") == ""


def test_help_loads_nothing_heavy() -> None:
    code = "from catchment.cli import run; assert run(['--help']) == 0"
    assert loads(code, "numpy", "numba", "pydantic", "rich", "ruamel.yaml", "httpx", "catchment.workflows") == ""


def test_predicting_loads_no_network_library() -> None:
    assert loads("import catchment.workflows.predict", "httpx", "distributed", "dask", "pyarrow") == ""


def test_a_built_wheel_has_the_data_of_the_package(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; pip install hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"catchment/{inside(path)}"
        for path in SRC.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert {"catchment/internet/data/cities.csv", "catchment/report/page/assets/countries-110m.json"} < wanted
    assert wanted - names == set()
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not [name for name in names if not name.startswith(("catchment/", "catchment-"))]
