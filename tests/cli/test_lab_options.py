"""How commands of the lab tell that routes are at rest."""

import pytest

from catchment.cli.lab_options import patience_of, tell_rest
from catchment.lab.watching import Rest


@pytest.mark.parametrize(
    ("fits", "quiet", "said"),
    [
        (True, True, "every route is as predicted, after 3.2 s"),
        (False, True, "nothing moves any more, but not every route is as predicted"),
        (False, False, "routes still move after 3 s"),
    ],
)
def test_the_end_of_waiting_is_said(capsys: pytest.CaptureFixture[str], fits: bool, quiet: bool, said: str) -> None:
    tell_rest(Rest(as_predicted=fits, quiet=quiet, took_s=3.2, routes={}))
    assert said in capsys.readouterr().err


def test_the_limit_is_what_was_typed() -> None:
    assert patience_of(7.0).limit_s == 7.0
