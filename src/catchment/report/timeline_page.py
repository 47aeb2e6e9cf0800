"""One self-contained page with a timeline: lanes of clients coloured by who answers, marks for all that happened.

Opens from a file, offline. Lanes are SVG with times as percent, so that they fit any screen and can be stretched; the
script only tells what is under the pointer. What the lanes show stands below in words, step by step.
"""

from collections.abc import Iterator

from catchment.report.page.inlined import asset, filled, policy
from catchment.report.page.made import provenance_rows
from catchment.report.page.palette import COLOURS
from catchment.report.page.words import escaped
from catchment.report.timeline import moves_words, title
from catchment.report.timeline_events import sentences
from catchment.report.timeline_lanes import act_lines, key, lanes
from catchment.results.timeline import Played, Timeline

VERDICTS = {True: ("good", "holds"), False: ("bad", "broken"), None: ("unknown", "not told")}
DARK_LETTERS, LIGHT_LETTERS = "#10161d", "#ffffff"


def timeline_page(timeline: Timeline) -> str:
    """The page as HTML text, to be written as UTF-8. About 20 kB, and 300 bytes for each change."""
    style = "\n" + asset("timeline.css") + _colours(len(timeline.servers))
    script = "\n" + asset("timeline.js")
    word, verdict = ("good", "everything held") if timeline.holds else ("bad", _why_not(timeline))
    return filled(
        asset("timeline.html"),
        csp=policy(script, style),
        style=style,
        script=script,
        title=escaped(timeline.name),
        verdict=f'<span class="verdict {word}">{escaped(verdict)}</span>',
        figures="".join(f"<li>{figure}</li>" for figure in _figures(timeline)),
        how=escaped(title(timeline).removeprefix(f"{timeline.name}: ")),
        legend="".join(f"<li>{one}</li>" for one in key(timeline)),
        lanes="".join(lanes(timeline)),
        lines="".join(act_lines(timeline)),
        steps="".join(_step(timeline, number) for number in range(len(timeline.steps))),
        made=_made(timeline),
    )


def _why_not(timeline: Timeline) -> str:
    wrong = sum(not check.holds for step in timeline.steps for check in step.checks)
    held = f"{wrong} {'expectation' if wrong == 1 else 'expectations'} did not hold" if wrong else ""
    return "; ".join(filter(None, (held, timeline.ended)))


def _figures(timeline: Timeline) -> Iterator[str]:
    checks = [check for step in timeline.steps for check in step.checks]
    asked = sum(one.count for one in timeline.spans)
    lost = sum(one.count for one in timeline.spans if one.server is None)
    broken = sum(one.to_s is not None for one in timeline.streams)
    if checks:
        yield f"<b>{sum(check.holds is True for check in checks)}</b> of {len(checks)} expectations held"
    yield f"<b>{lost:,}</b> of {asked:,} answers lost"
    yield f"<b>{broken:,}</b> of {len(timeline.streams):,} TCP streams broke"
    yield f"<b>{len(timeline.moves):,}</b> routes moved"
    yield f"<b>{timeline.to_s:.1f} s</b>"


def _step(timeline: Timeline, number: int) -> str:
    step = timeline.steps[number]
    until_s = timeline.to_s if number + 1 == len(timeline.steps) else timeline.steps[number + 1].at_s
    broken = any(check.holds is False for check in step.checks)
    return (
        f'<article class="step{" broken" if broken else ""}">'
        f"<h2><time>{step.at_s:.2f} s</time> {escaped(step.name)}</h2>"
        + "".join(f"<p>{escaped(words)}</p>" for words in _words(timeline, step, until_s))
        + f'<ul class="checks">{"".join(_checks(step))}</ul>'
        + f"<ul>{''.join(_events(timeline, step.at_s, until_s))}</ul></article>"
    )


def _words(timeline: Timeline, step: Played, until_s: float) -> Iterator[str]:
    yield from step.did
    yield from (f"not predicted: {note}" for note in step.notes)
    yield from filter(None, [moves_words(timeline, step, until_s)])


def _checks(step: Played) -> Iterator[str]:
    for check in step.checks:
        word, verdict = VERDICTS[check.holds]
        evidence = f"<br><small>{escaped(check.evidence)}</small>" if check.evidence else ""
        yield f'<li><b class="{word}">{verdict}</b>{escaped(check.sentence)}{evidence}</li>'


def _events(timeline: Timeline, from_s: float, to_s: float) -> Iterator[str]:
    for at_s, words in sentences(timeline, from_s, to_s):
        yield f"<li><time>{at_s:.2f} s</time>{escaped(words)}</li>"


def _made(timeline: Timeline) -> str:
    late = f"99 of 100 were sent within {timeline.late_ms:.1f} ms of their time"
    rows = [*provenance_rows(timeline.provenance), f"<dt>Questions</dt><dd>{late}</dd>"]
    return f"<dl>{''.join(rows)}</dl>"


def _colours(count: int) -> str:
    """Style of the servers' colours, and of the letters on them; again for dark screens."""
    light, dark = (
        "".join(_colour(number, COLOURS[number % len(COLOURS)][mode]) for number in range(count)) for mode in (0, 1)
    )
    return f"\n{light}\n@media (prefers-color-scheme: dark) {{{dark}}}\n"


def _colour(number: int, colour: str) -> str:
    return f".s{number} {{ fill: {colour}; }} .t{number} {{ fill: {_letters(colour)}; }} "


def _letters(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour (WCAG 2.1, relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK_LETTERS if luminance > 0.18 else LIGHT_LETTERS
