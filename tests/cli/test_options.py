"""Options that commands share: which Internet, which scenario."""

from pathlib import Path

import pytest
from tests.cli.conftest import Shell

from catchment.cli.options import asked, choice
from catchment.simulate.forward import TieBreak


def test_the_options_of_a_scenario_are_taken_out_of_the_arguments() -> None:
    given = {
        "prefix": None, "down": ("seoul",), "prepend": (), "hijack": (), "rov": "0.5", "roas": Path("vrps.json"),
        "tie_break": "lowest-asn", "rtt_base": 10.0, "rtt_stretch": 2.0,
        "internet_file": None, "ases": 1000, "seed": 3,
    }  # fmt: skip
    words, internet = asked(given), choice(given)
    assert given == {}
    assert (words.down, words.rov, words.roas, words.tie_break) == (
        ("seoul",), "0.5", Path("vrps.json"), TieBreak.LOWEST_ASN,
    )  # fmt: skip
    assert (words.rtt.base_ms, words.rtt.stretch) == (10.0, 2.0)
    assert (internet.file, internet.ases, internet.seed) == (None, 1000, 3)


@pytest.mark.parametrize("command", [("predict",), ("explain", "--client", "64530"), ("sweep",)])
def test_another_seed_is_another_internet(shell: Shell, command: tuple[str, ...]) -> None:
    one, two = (
        shell(command[0], "design.yaml", *command[1:], "--ases", "500", "--seed", seed) for seed in ("1", "2")
    )
    assert (one.code, two.code) == (0, 0)
    assert one.out != two.out
    again = shell(command[0], "design.yaml", *command[1:], "--ases", "500", "--seed", "1")
    if command[0] != "sweep":  # whose first lines say when it was made
        assert again.out == one.out


def test_an_internet_is_made_once_and_kept(shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "fresh"))
    first = shell("internet", "info", "--ases", "50")
    assert "making the built-in synthetic Internet of 50 networks" in first.err
    (kept,) = (folder / "fresh" / "catchment").iterdir()
    second = shell("internet", "info", "--ases", "50")
    assert (second.err, second.out) == ("", first.out)
    kept.write_bytes(kept.read_bytes()[:-100])
    third = shell("internet", "info", "--ases", "50")
    assert "making it again" in third.err
    assert third.out == first.out


def test_a_cache_that_cannot_be_written_is_said_and_no_obstacle(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "file"))
    done = shell("internet", "info", "--ases", "50")
    assert done.code == 0
    assert "cannot be kept for the next time" in done.err
