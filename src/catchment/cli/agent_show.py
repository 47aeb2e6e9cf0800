"""The commands catchment agent status, why and explain: what is, why it is so, and how long things take."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from catchment.cli.agent_words import ask, file_argument, parted, words_argument
from catchment.cli.options import FILE, output_option
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

Row = Sequence[str]


@click.command
@file_argument
@output_option("table", "json")
def status(file: Path, output: str) -> int:
    """Show what is announced, what is wanted, and why.

    Exit code 2: something is not as it is wanted, or the speaker does not answer.
    """
    said = ask(file, ask="status")["status"]
    if output == "json":
        click.echo(json.dumps(said, indent=1))
    else:
        click.echo("\n".join(_status(said)))
    return EXIT_OK if _settled(said) else EXIT_DIFFERENCE


@click.command
@words_argument
@output_option("table", "json")
def why(words_: tuple[str, ...], output: str) -> int:
    """Show why an announcement stands as it does: every rule, and the evidence; all of them where none is named."""
    file, names = parted(words_)
    found = ask(file, ask="why", names=names)["why"]
    if output == "json":
        click.echo(json.dumps(found, indent=1))
    else:
        click.echo("\n\n".join("\n".join(_why(one)) for one in found))
    return EXIT_OK


@click.command
@file_argument
@click.option(
    "--router-config",
    type=FILE,
    metavar="FILE",
    help="The daemon's file, for BFD and hold times; otherwise where its package has it.",
)
@output_option("table", "json")
def explain(file: Path, router_config: Path | None, output: str) -> int:
    """Show the arithmetic of the timers: how long each failure takes until it has its effect, at most.

    The speaker's own time comes on top: a millisecond for BIRD's answer, and BGP's way to the neighbours.
    """  # fmt: skip
    from catchment.workflows.agent.explain import explain as explain_  # noqa: PLC0415

    found = explain_(file, router_config)
    if output == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return EXIT_OK
    rows = [("ABOUT", "FAILURE", "EFFECT", "WITHIN", "HOW")]
    for one in found:
        within = "-" if one.within_s is None else f"{one.within_s:.1f} s"
        rows.append((one.about, one.failure, one.effect, within, one.how))
    click.echo("\n".join(_table(rows)))
    return EXIT_OK


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Columns as wide as their longest word. No library: this runs on bare routers."""
    wide = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(word.ljust(width) for word, width in zip(row, wide, strict=True)).rstrip()


def _settled(said: Mapping[str, Any]) -> bool:
    prefixes = [prefix for one in said["announcements"] for prefix in one["prefixes"]]
    silent = said["speaker_silent_s"] is not None
    return not silent and not said["escalated"] and all(_as_wanted(prefix) for prefix in prefixes)


def _as_wanted(prefix: Mapping[str, Any]) -> bool:
    return bool(prefix["known"]) and prefix["wanted"] == prefix["exported"]


def _status(said: Mapping[str, Any]) -> Iterator[str]:
    guardian = f"guardian {said['guardian']}" if said.get("guardian") else "NO GUARDIAN"
    silent = said["speaker_silent_s"]
    speaker = "speaker answers" if silent is None else f"SPEAKER SILENT for {silent:.1f} s"
    escalated = [f"ESCALATED: {', '.join(said['escalated'])}"] if said["escalated"] else []
    ends = ["stopping"] if said["stopping"] else []
    yield ", ".join([f"site {said['site']}", guardian, speaker, *escalated, *ends])
    yield ""
    rows: list[Row] = [("ANNOUNCEMENT", "PREFIX", "EXPORTED", "LEVEL", "RULE", "WHY")]
    for one in said["announcements"]:
        for number, prefix in enumerate(one["prefixes"]):
            first = (one["name"], one["level"], one["rule"], _with_times(one)) if number == 0 else ("",) * 4
            rows.append((first[0], prefix["prefix"], _exported(prefix), *first[1:]))
    yield from _table(rows)
    yield ""
    rows = [("CHECK", "STATE", "LAST", "FAILED", "SAW")]
    for one in said["checks"]:
        last = "never" if one["ago_s"] is None else f"{one['ago_s']:.1f} s ago"
        state = "healthy" if one["healthy"] else "not healthy"
        rows.append((one["name"], state, last, f"{one['failed']} of {one['results']}", one["words"]))
    yield from _table(rows)


def _with_times(one: Mapping[str, Any]) -> str:
    times = [f"held down for {one['held_s']:.0f} s more"] if one["held_s"] else []
    times += [f"drain ends in {one['drain_left_s']:.0f} s"] if one["drain_left_s"] is not None else []
    return "; ".join([one["why"], *times])


def _exported(prefix: Mapping[str, Any]) -> str:
    now = "not known" if not prefix["known"] else _form(prefix["exported"])
    if _as_wanted(prefix):
        return now
    return f"{now}, WANTED {_form(prefix['wanted'])} (told {prefix['times']} times)"


def _form(form: Mapping[str, Any] | None) -> str:
    if form is None:
        return "withdrawn"
    said = [f"prepend {form['prepend']}"] if form["prepend"] else []
    said += [f"community {one}" for one in form["communities"]]
    said += [f"MED {form['med']}"] if form["med"] is not None else []
    return ", ".join(said) or "plain"


def _why(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['name']}: {one['wanted']}: {one['why']}"
    yield ""
    yield "Rules, the strongest first:"
    rows: list[Row] = []
    for rule in one["rules"]:
        mark = ">" if rule["decides"] else " "
        rows.append((f"{mark} {rule['name']}", "holds" if rule["holds"] else "no", rule["words"]))
    yield from _table(rows)
    yield ""
    yield f"Services (weight {one['least']} is needed):"
    rows = [(f"  {service['name']}", service["level"], f"weight {service['weight']}") for service in one["services"]]
    yield from _table(rows or [("  none is needed", "", "")])
    yield ""
    yield "Checks (+ passed, - failed, the last at the right):"
    rows = []
    for check in one["checks"]:
        ago = "never" if check["ago_s"] is None else f"{check['ago_s']:.1f} s ago"
        state = "healthy" if check["healthy"] else "not healthy"
        rows.append((f"  {check['name']}", state, one["recent"][check["name"]], ago, check["words"]))
    yield from _table(rows or [("  none",) * 5])
    yield ""
    silent = one["speaker_silent_s"]
    ago = "it never answered" if one["speaker_ago_s"] is None else f"{one['speaker_ago_s']:.1f} s ago"
    yield f"The speaker says ({ago if silent is None else f'silent for {silent:.1f} s'}):"
    yield from _table([(f"  {prefix['prefix']}", _exported(prefix)) for prefix in one["prefixes"]])
    if one["escalated"]:
        yield f"  escalated: {', '.join(one['escalated'])}"
    yield ""
    yield "Others that announce it:"
    for source in one["others"]:
        named = ", ".join(source["announcers"]) or "nobody"
        old = "" if source["believed"] else ", TOO OLD to count"
        yield f"  {source['source']}: {named} ({source['ago_s']:.1f} s ago{old})"
    if not one["others"]:
        yield "  nobody tells: this site decides alone"
