"""Replays journals of agents, and rehearses policies on results of checks, recorded or invented."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catchment.agent.events import Event, Result
from catchment.agent.journal import Begun, NotAJournal, line, records
from catchment.agent.rehearsal import WORDS, Acting, Rehearsed, length_s, pattern, rehearse
from catchment.agent.replay import Played, replay, what_if
from catchment.agent.timeline import changes
from catchment.errors import DataError, Problem, UsageError
from catchment.model.agent import Check, Policy
from catchment.workflows.agent.run import read

WORD = re.compile("|".join(WORDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of a timeline. at: as people write time; differs: now and then are not the same decision."""

    at_s: float
    at: str
    words: str
    differs: bool = False


def replayed(journal: Path, policy: Path | None) -> Iterator[Moment]:
    """The timeline of a journal; under the policy of a file if one is told, as far as the journal can say.

    Raises DataError for what is no journal, DesignError for the policy's file.
    """
    other = None if policy is None else read(policy).policy
    for one in _played(journal, other):
        if isinstance(one, Begun):
            lost = f"; {one.lost} lines before this could not be written" if one.lost else ""
            words = f"begun: {one.program} on {one.host} of {one.policy.site}{lost}"
            yield Moment(at_s=one.at_s, at=_clock(one.wall_s), words=words)
            continue
        at_s, at = one.again.event.at_s, _clock(one.wall_s)
        for words in changes(one.policy, one.again.event, one.before, one.after, one.again.commands):
            yield Moment(at_s=at_s, at=at, words=words)
        if other is None and not one.same:
            words = f"decided otherwise then: {line(one.written).strip()} now: {line(one.again).strip()}"
            yield Moment(at_s=at_s, at=at, words=words, differs=True)


def _played(journal: Path, policy: Policy | None) -> Iterator[Played | Begun]:
    try:
        with journal.open(encoding="utf-8") as lines:
            read_ = records(lines)
            yield from replay(read_) if policy is None else what_if(read_, policy)
    except NotAJournal as error:
        todo = "name a file that records: journal: of an agent's file names"
        raise DataError(Problem(where=f"{journal}:{error.line}", what=str(error), todo=todo)) from error
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DataError(Problem(where=str(journal), what=what)) from error


def _clock(wall_s: float) -> str:
    return datetime.fromtimestamp(wall_s, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"


def simulated(
    file: Path, results: Path | None, patterns: Iterable[str], silent: Iterable[tuple[float, float]]
) -> Iterator[Moment]:
    """The timeline of a policy in virtual time, until the last result. Checks that nothing is told of pass.

    results : CSV with at_s, check, passed (true or false), and words if there are
    patterns : `check=up 20 s, down 5 s`
    silent  : from, to: the speaker does not answer

    Raises DesignError for the file, DataError for the results, UsageError for a pattern.
    """
    policy = read(file).policy
    told: list[Event] = [*_from_csv(results, policy)] if results else []
    end_s = max((one.at_s for one in told), default=0.0)
    asked: list[tuple[Check, str]] = []
    for text in patterns:
        name, _, said = text.partition("=")
        check = next((one for one in policy.checks if one.name == name), None)
        if check is None:
            known = ", ".join(one.name for one in policy.checks)
            raise UsageError(
                Problem(where="--pattern", what=f'there is no check "{name}"', todo=f"known are {known}")
            )
        try:
            begun = pattern(check, said)
        except ValueError as error:
            raise UsageError(Problem(where="--pattern", what=str(error), todo=f"{name}=up 20 s, down 5 s")) from error
        told += begun
        asked.append((check, said))
        end_s = max(end_s, length_s(said))
    for check, said in asked:  # the last word of a shorter one lasts
        last, begin_s = WORD.findall(said)[-1], length_s(said)
        told += pattern(check, f"{last} {max(0.0, end_s - begin_s):.3f} s", begin_s)
    named = {one.check for one in told if isinstance(one, Result)} | {check.name for check, _ in asked}
    for check in policy.checks:
        if check.name not in named:
            told += pattern(check, f"up {end_s:.3f} s")
    for one in rehearse(policy, told, end_s, Acting(silent=tuple(silent))):
        yield from _moments(policy, one)


def _moments(policy: Policy, one: Rehearsed) -> Iterator[Moment]:
    at_s = one.event.at_s
    for words in changes(policy, one.event, one.before, one.after, one.commands):
        yield Moment(at_s=at_s, at=f"{at_s:9.3f} s", words=words)


def _from_csv(path: Path, policy: Policy) -> Iterator[Result]:
    """Times are from the first result on, so that recorded ones need no change."""
    known = {check.name for check in policy.checks}
    begin_s: float | None = None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                where = f"{path}:{number}"
                if row.get("check") not in known:
                    what = f'there is no check "{row.get("check")}"'
                    raise DataError(Problem(where=where, what=what, todo=f"known are {', '.join(sorted(known))}"))
                try:
                    at_s, passed = float(row["at_s"]), {"true": True, "false": False}[row["passed"].strip().lower()]
                except (KeyError, ValueError, TypeError, AttributeError) as error:
                    todo = "the columns are at_s (seconds), check, passed (true or false), words"
                    raise DataError(Problem(where=where, what="no result of a check", todo=todo)) from error
                begin_s = at_s if begin_s is None else begin_s
                yield Result(at_s=at_s - begin_s, check=row["check"], passed=passed, words=row.get("words") or "")
    except OSError as error:
        raise DataError(Problem(where=str(path), what=f"cannot be read: {error.strerror}")) from error
