"""Options that several commands share: which Internet, which scenario, which form of output."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from catchment.workflows.internet import Choice
    from catchment.workflows.scenario import Asked

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)

design_argument = click.argument("design", type=FILE)

_INTERNET = (
    click.option(
        "--internet", "internet_file", type=FILE, metavar="FILE",
        help="A prepared Internet, or AS relationships as CAIDA publishes them. Without: the built-in synthetic one.",
    ),
    click.option("--ases", type=click.IntRange(10, 80_000), default=80_000, show_default=True,
                 help="Size of the built-in synthetic Internet."),
    click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
                 help="Seed of the built-in synthetic Internet."),
)  # fmt: skip

_SCENARIO = (
    click.option("--prefix", metavar="PREFIX", help="Which prefix of the design; its first one otherwise."),
    click.option("--down", multiple=True, metavar="SITE[:ASN]",
                 help="This site, or its session with ASN, is down; or a router, link or server of our own networks."),
    click.option("--prepend", multiple=True, metavar="SITE[:ASN]=N",
                 help="N prepends there, instead of what the design says."),
    click.option("--hijack", multiple=True, metavar="ASN[:PREFIX]",
                 help="That AS announces the prefix, or another one (a more specific, say), too."),
    click.option("--rov", metavar="FILE|SHARE",
                 help="ASes that drop origin-invalid routes: a file of AS numbers, or a share such as 0.3."),
    click.option("--roas", type=FILE, metavar="FILE",
                 help="VRPs as JSON (rpki-client, routinator). Without: ROAs exactly as the design announces."),
    click.option("--tie-break", type=click.Choice(["nearest-exit", "lowest-asn"]), default="nearest-exit",
                 show_default=True, help="What decides between equally good routes."),
    click.option("--rtt-base", type=click.FloatRange(0), default=21.0, show_default=True, metavar="MS",
                 help="RTT of the access network."),
    click.option("--rtt-stretch", type=click.FloatRange(1), default=1.5, show_default=True, metavar="FACTOR",
                 help="RTT along the way over that of straight fibre."),
)  # fmt: skip


def internet_options(command: Command) -> Command:
    """--internet, --ases, --seed, as arguments `internet_file`, `ases`, `seed`."""
    return reduce(lambda inner, option: option(inner), reversed(_INTERNET), command)


def scenario_options(command: Command) -> Command:
    """The options of a scenario, as the arguments that `asked` takes."""
    return reduce(lambda inner, option: option(inner), reversed(_SCENARIO), command)


def output_option(*forms: str) -> Callable[[Command], Command]:
    """-o, as argument `output`."""
    return click.option(
        "-o", "--output", type=click.Choice(forms), default=forms[0], show_default=True, help="Form of the output."
    )


def choice(given: dict[str, Any]) -> "Choice":
    """Take the Internet's options out of a command's arguments."""
    from catchment.workflows.internet import Choice  # noqa: PLC0415

    return Choice(file=given.pop("internet_file"), ases=given.pop("ases"), seed=given.pop("seed"))


def asked(given: dict[str, Any]) -> "Asked":
    """Take the scenario's options out of a command's arguments."""
    from catchment.simulate.forward import TieBreak  # noqa: PLC0415
    from catchment.simulate.rtt import RttModel  # noqa: PLC0415
    from catchment.workflows.scenario import Asked  # noqa: PLC0415

    return Asked(
        prefix=given.pop("prefix"),
        down=given.pop("down"),
        prepend=given.pop("prepend"),
        hijack=given.pop("hijack"),
        rov=given.pop("rov"),
        roas=given.pop("roas"),
        tie_break=TieBreak(given.pop("tie_break")),
        rtt=RttModel(base_ms=given.pop("rtt_base"), stretch=given.pop("rtt_stretch")),
    )
