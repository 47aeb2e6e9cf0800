"""The table of files: where each goes and what came of the check."""

from rich.console import Console

from catchment.report.render import rendered_data, rendered_table
from catchment.results.config import Checker, ConfigFile, Verdict

FILES = (
    ConfigFile(path="seoul/bird.conf", text="", target="/etc/bird/bird.conf", checker=Checker.BIRD),
    ConfigFile(path="busan/bird.conf", text="", target="/etc/bird/bird.conf", checker=Checker.BIRD, notes=("odd",)),
    ConfigFile(path="busan/steps.txt", text="", mode=0o600),
)
VERDICTS = (
    Verdict(accepted=True),
    Verdict(accepted=None, words="bird is not installed: not checked"),
    Verdict(accepted=None, words="no checker exists"),
)


def test_each_file_has_its_place_its_checker_and_the_verdict() -> None:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(rendered_table("corp", FILES, VERDICTS))
    lines = captured.get().splitlines()
    assert any("seoul/bird.conf" in line and "bird -p" in line and "accepted" in line for line in lines)
    assert any("busan/bird.conf" in line and "not installed: not checked" in line for line in lines)
    assert any("busan/steps.txt" in line and "to be read" in line and "none" in line for line in lines)


def test_data_tells_what_was_not_checked_from_what_was_refused() -> None:
    data = rendered_data(FILES, VERDICTS)
    assert [one["accepted"] for one in data] == [True, None, None]
    assert data[1]["notes"] == ["odd"]
    assert data[2]["mode"] == "0600"
