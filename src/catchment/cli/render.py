"""catchment render, diff: the files that real daemons load, and how those in a folder differ from the design."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catchment.cli.options import FILE, design_argument, output_option
from catchment.cli.terminal import console, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

if TYPE_CHECKING:
    from catchment.workflows.render import Chosen

Command = TypeVar("Command", bound=Callable[..., Any])


def _choices(command: Command) -> Command:
    for option in (
        click.option(
            "--unprotected", is_flag=True,
            help="Leave out the import filter against bogons and our own prefixes on eBGP sessions.",
        ),
        click.option(
            "--no-ttl-security", is_flag=True,
            help="Leave out RFC 5082 on eBGP sessions, for neighbours that do not do it.",
        ),
        click.option(
            "--daemon", type=click.Choice(["bird", "frr", "none"]),
            help="For routers of which the design does not say what runs there. "
            "Without: bird, frr for IS-IS, or IOS for EIGRP.",
        ),
        click.option(
            "--pfsense-config", type=FILE, metavar="CONFIG.XML",
            help="What a pfSense exported (all areas, not encrypted): the design is put into it, the rest stays.",
        ),
        click.option("--target", "targets", multiple=True, metavar="NAME", help="Only this kind of file, bird say."),
        click.option("--router", "routers", multiple=True, metavar="NAME", help="Only the files of this router."),
    ):  # fmt: skip
        command = option(command)
    return command


def _chosen(given: dict[str, Any]) -> "Chosen":
    from catchment.model.network import Daemon  # noqa: PLC0415
    from catchment.render.options import RenderOptions  # noqa: PLC0415
    from catchment.workflows.render import Chosen, read_pfsense  # noqa: PLC0415

    daemon = {"bird": Daemon.BIRD, "frr": Daemon.FRR, "none": Daemon.OTHER}.get(given["daemon"])
    pfsense = read_pfsense(given["pfsense_config"]) if given["pfsense_config"] else ""
    options = RenderOptions(
        daemon=daemon, protect=not given["unprotected"],
        ttl_security=not given["no_ttl_security"], pfsense=pfsense,
    )  # fmt: skip
    return Chosen(routers=given["routers"], targets=given["targets"], options=options)


@click.command
@design_argument
@click.option(
    "--to", type=FILE, required=True, metavar="DIR", help="The folder to write into; it is made when absent."
)
@_choices
@output_option("table", "json")
def render(design: Path, to: Path, output: str, **given: Any) -> int:
    """Write the files that the routers of a design load, each checked by the program that will read it.

    Nothing is written when one is refused. Files that are there and were not made here are left alone.
    """
    from catchment.report.render import rendered_data, rendered_table  # noqa: PLC0415
    from catchment.workflows.render import render as run  # noqa: PLC0415

    done = run(design, to, _chosen(given))
    if output == "json":
        click.echo(json.dumps(rendered_data(done.files, done.verdicts), indent=1, ensure_ascii=False))
    else:
        console().print(rendered_table(done.title, done.files, done.verdicts))
    for note, paths in done.notes:
        say(f"note: {', '.join(paths)}: {note}")
    if done.without:
        say(f"note: nothing is written for {', '.join(done.without)}")
    for name in done.left:
        say(f"note: {to / name} was made here before, and the design makes it no more: delete it yourself")
    return EXIT_OK


@click.command
@design_argument
@click.argument("folder", type=FILE, metavar="DIR")
@_choices
def diff(design: Path, folder: Path, **given: Any) -> int:
    """Show how the files in DIR differ from those that the design makes. Exit code 2 when they do."""
    from catchment.workflows.render import diff as run  # noqa: PLC0415

    different = False
    for one in run(design, folder, _chosen(given)):
        click.echo(one)
        different = True
    return EXIT_DIFFERENCE if different else EXIT_OK
