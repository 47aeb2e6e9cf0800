"""catchment verify is catchment lab verify."""

import pytest

from catchment.cli import run


def test_its_words_go_to_the_lab(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--help"]) == 0
    assert "Usage: catchment lab verify" in capsys.readouterr().out
    assert run(["verify", "no-such-lab", "--flows", "1", "-o", "json"]) == 64
    assert "there is no lab no-such-lab" in capsys.readouterr().err
    assert run(["verify", "--no-such-option"]) == 64
    assert "No such option" in capsys.readouterr().err
