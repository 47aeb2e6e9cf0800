"""Options that several commands of `catchment lab` have, and how they tell that routes are at rest."""

from typing import TYPE_CHECKING

import click

from catchment.cli.terminal import say

if TYPE_CHECKING:
    from catchment.lab.watching import Patience, Rest

lab_argument = click.argument("lab_word", metavar="[LAB]", required=False)
lab_option = click.option("--lab", "lab_word", metavar="LAB", help="Which lab, when several are up.")
timeout_option = click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=120.0, show_default=True, metavar="S",
    help="How long routes may move.",
)  # fmt: skip


def patience_of(limit_s: float) -> "Patience":
    """How long to wait at all."""
    from catchment.lab.watching import Patience  # noqa: PLC0415

    return Patience(limit_s=limit_s)


def tell_rest(rest: "Rest") -> None:
    """Say how waiting ended."""
    if rest.as_predicted:
        say(f"every route is as predicted, after {rest.took_s:.1f} s")
    elif rest.quiet:
        say(
            f"nothing moves any more, but not every route is as predicted: catchment lab verify ({rest.took_s:.0f} s)"
        )
    else:
        say(f"routes still move after {rest.took_s:.0f} s: catchment lab status")
