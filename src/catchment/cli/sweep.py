"""catchment sweep: many scenarios of one design in one call."""

from pathlib import Path
from typing import Any

import click

from catchment.cli.options import FILE, asked, choice, design_argument, internet_options, scenario_options
from catchment.cli.terminal import progress_bar, say


@click.command
@design_argument
@click.option(
    "--subsets", is_flag=True, help="Every set of sites that may be left (up to 16 sites); this without a list."
)
@click.option(
    "--scenarios", type=FILE, metavar="FILE", help="A list: one scenario a line, `--down seoul --prepend fra=2`."
)
@click.option("--out", type=FILE, metavar="FILE", help="The table, .csv or .parquet; CSV on stdout otherwise.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Threads, or processes with --dask; one a core.")
@click.option(
    "--dask", metavar="ADDRESS|local", help="Run on a Dask cluster: the address of its scheduler, or `local`."
)
@internet_options
@scenario_options
def sweep(
    design: Path,
    subsets: bool,
    scenarios: Path | None,
    out: Path | None,
    workers: int | None,
    dask: str | None,
    **given: Any,
) -> None:
    """Predict many scenarios in one call; a row each with the share of every site, unreachable and moved shares.

    --down, --prepend and --hijack hold in every scenario, and `moved` is counted against them. The order of rows is
    that of the scenarios, on one core or many. With --tie-break lowest-asn a scenario takes microseconds, with
    nearest-exit milliseconds.
    """
    from catchment.workflows.sweep import How  # noqa: PLC0415
    from catchment.workflows.whatif import Wanted, what_if  # noqa: PLC0415

    if subsets and scenarios:
        raise click.UsageError("--subsets and --scenarios exclude each other")
    internet, words = choice(given), asked(given)
    with progress_bar("scenarios") as progress:
        how = How(workers=workers, dask=dask, progress=progress)
        swept = what_if(design, internet, words, Wanted(scenarios=scenarios, out=out), how, say)
    say(f"{swept.summary.count:,} scenarios")
    for name, extreme in zip(swept.targets, swept.summary.busiest, strict=True):
        say(f"  {name}: at most {extreme.share:.1%} ({extreme.scenario})")
    for name, extreme in (("unreachable", swept.summary.unreachable), ("moved", swept.summary.moved)):
        say(f"  {name}: at most {extreme.share:.1%} ({extreme.scenario})")
    if out is not None:
        say(f"wrote {out}")
