"""catchment verify: the same as catchment lab verify."""

from typing import Any

import click

from catchment.cli.lab import lab


class _OfLab(click.Command):
    """A command of the lab at the top: its words go to the lab, whatever they are."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep all words."""
        ctx.obj = list(args)
        return []

    def invoke(self, ctx: click.Context) -> Any:
        """Call the lab's command, which goes into the namespaces of a lab without root too."""
        with lab.make_context("lab", ["verify", *ctx.obj], parent=ctx.parent) as inner:
            return lab.invoke(inner)


verify = _OfLab("verify", help="Hold what a lab shows against the prediction: the same as lab verify.")
