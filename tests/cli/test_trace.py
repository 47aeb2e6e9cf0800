"""catchment trace and routes as a user meets them: the examples print what stands beside them, word by word."""

import json
import os
import shlex
import shutil
from pathlib import Path

import pytest

from catchment.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
TOLD = sorted(path.parent.name for path in EXAMPLES.glob("*/expected.txt"))
TWO = EXAMPLES / "two-cities" / "design.yaml"


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("COLUMNS", "132")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def answer(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints, with its exit code when that is not 0; no spaces at the ends of lines."""
    code = run(shlex.split(command)[1:])
    lines = [line.rstrip() for line in capsys.readouterr().out.rstrip().splitlines()]
    return "\n".join([*lines, *([f"exit code {code}"] if code else [])])


@pytest.mark.parametrize("example", TOLD)
def test_an_example_prints_what_stands_beside_it(
    example: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`CATCHMENT_REWRITE=1 pytest tests/cli/test_trace.py` rewrites them: read the diff before you commit."""
    told = EXAMPLES / example / "expected.txt"
    monkeypatch.chdir(shutil.copytree(told.parent, tmp_path / example))  # some commands write files
    expected = told.read_text(encoding="utf-8")
    commands = [line[2:] for line in expected.splitlines() if line.startswith("$ ")]
    seen = "\n\n".join(f"$ {command}\n{answer(command, capsys)}" for command in commands) + "\n"
    if os.environ.get("CATCHMENT_REWRITE"):
        told.write_text(seen, encoding="utf-8")
        pytest.skip("rewritten; read the diff before you commit")
    assert seen == expected


def test_the_three_examples_of_one_as_are_among_them() -> None:
    assert {"two-cities", "seoul-busan", "ecmp-servers"} <= set(TOLD)


def test_json_says_the_same_as_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", str(TWO), "--from", "seoul-office", "--down", "resolver@seoul", "-o", "json"]) == 0
    four, six = json.loads(capsys.readouterr().out)
    assert (four["client"], four["router"], four["to"], four["service"]) == (
        "seoul-office",
        "seoul",
        "10.0.0.1",
        "resolver",
    )
    assert [end["where"] for end in four["ends"]] == ["resolver@busan"]
    assert [end["where"] for end in four["was"]] == ["resolver@seoul"]
    assert [hop["router"] for hop in four["hops"]] == ["seoul", "busan"]
    assert four["hops"][0]["entry"]["metric"] == 11
    assert four["hops"][0]["believes"] == {"resolver@busan": 11}
    assert six["to"] == "fd00:53::1"
    assert four["provenance"]["sources"][0]["sha256"]
    assert run(["routes", str(TWO), "--router", "busan", "-o", "json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["routers"]
    assert table["services"][0]["believes"] == {"resolver@seoul": 11, "resolver@busan": 1}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["trace", "--from", "seol"], 'did you mean "seoul"?'),
        (["trace", "--to", "resolvr"], 'did you mean "resolver"?'),
        (["trace", "--down", "seoul-bussan"], 'did you mean "seoul-busan"?'),
        (["trace", "--flow", "10.0.0.1"], "this is no flow"),
        (["trace", "--flow", "192.0.2.1:1-10.0.0.1:70000/udp"], "ports end at 65535"),
        (["trace", "--flow", "192.0.2.1:1-[fd00::1]:7/udp"], "two families"),
        (["trace", "--flow", "192.0.2.1:1-10.0.0.1:53/udp", "--to", "10.0.0.2"], "the flow goes to 10.0.0.1"),
        (["routes", "--router", "bus"], "no router"),
        (["routes", "--down", "tokyo"], "no router, link or server"),
    ],
)
def test_a_slip_is_told_with_what_to_do(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([arguments[0], str(TWO), *arguments[1:]]) == 64
    assert says in capsys.readouterr().err


def test_a_design_without_networks_is_told_where_to_go(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", str(EXAMPLES / "public-dns" / "design.yaml")]) == 64
    assert "no network of our own" in capsys.readouterr().err
    assert run(["predict", str(TWO)]) == 1
    assert "the design has no sites" in capsys.readouterr().err


def test_what_does_not_arrive_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    gone = ["--down", "resolver@seoul", "--down", "resolver@busan"]
    assert run(["trace", str(TWO), "--to", "resolver", "--from", "seoul", *gone]) == 2
    assert "N002 seoul has no route to 10.0.0.1" in capsys.readouterr().out
    assert run(["trace", str(TWO), "--from", "seoul-office", "--to", "10.0.0.1", "--down", "seoul"]) == 2
    assert "N007 seoul-office hangs on seoul, which is down" in capsys.readouterr().out


def test_a_capture_is_written_beside_the_table_and_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "way.pcapng"
    assert run(["trace", str(TWO), "--down", "resolver@seoul", "--pcap", str(file)]) == 0
    said = capsys.readouterr()
    assert "step  router" in said.out
    assert f"wrote {file}: 2 frames on 1 link; read it with" in said.err
    assert run(["frames", str(file)]) == 0
    assert "2 frames: 5 checks right, 0 wrong" in capsys.readouterr().out
    assert run(["trace", str(TWO), "--from", "seoul-office", "--pcap", str(tmp_path / "none"), "-o", "json"]) == 64
    said = capsys.readouterr()
    assert len(json.loads(said.out)) == 2
    assert "no packet crosses a link" in said.err
    assert not (tmp_path / "none").exists()
