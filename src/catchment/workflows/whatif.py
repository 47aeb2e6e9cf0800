"""What if: a design under every subset of its sites, or under a list of scenarios, answered by the sweep."""

import sys
from dataclasses import dataclass
from pathlib import Path

from catchment.designfile.load import read_design
from catchment.errors import DataError, Problem
from catchment.simulate.clients import client_weights
from catchment.simulate.evaluate import FullAnswer
from catchment.simulate.forward import TieBreak
from catchment.simulate.scenario_list import parse_scenarios
from catchment.simulate.situation import Simulator, vrps_of
from catchment.simulate.sweep import Sweep
from catchment.workflows.internet import Choice, Say, open_internet
from catchment.workflows.predict import options_given, say_if_cold
from catchment.workflows.provenance import provenance
from catchment.workflows.scenario import Asked, check_hijacks, options_of, prefix_of, scenario_of
from catchment.workflows.sweep import How, Listed, Scenarios, Subsets, Summary, sweep_to_file, sweep_to_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """scenarios: a file of scenarios, None for every subset of sites; out: the table, None for CSV on stdout."""

    scenarios: Path | None
    out: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The names of the targets, and what is worth knowing of the sweep before its table is opened."""

    targets: tuple[str, ...]
    summary: Summary


def what_if(path: Path, choice: Choice, asked: Asked, wanted: Wanted, how: How, say: Say) -> Swept:
    """Answer the scenarios, each against the scenario of `asked`, and write the table.

    Ties by the lowest AS number run 64 scenarios side by side; the nearest exit, more specific hijacks, and places
    need a prediction for each. Raises CatchmentError for anything wrong outside this program.
    """
    design = read_design(path)
    base, prefix = scenario_of(asked), prefix_of(design, asked)
    if design.at_routers:
        say("note: a sweep counts where clients enter; which server answers them inside is not followed")
    check_hijacks(base, prefix)
    listed = None if wanted.scenarios is None else parse_scenarios(_text(wanted.scenarios), str(wanted.scenarios))
    internet = open_internet(choice, say)
    options = options_of(asked, design, internet.graph)
    announcement = Simulator(internet).announcement(design, prefix, base)
    scenarios: Scenarios = (
        Subsets(announcement) if listed is None else Listed(announcement, listed, str(wanted.scenarios))
    )
    say_if_cold(say)
    weight, kept = client_weights(internet, design.clients)
    weight[~kept] = 0
    several_lengths = any(hijack.prefix not in (None, prefix) for hijack in base.hijacks)
    one_by_one = options.tie_break is TieBreak.NEAREST_EXIT or several_lengths or bool(options.validating)
    evaluate = FullAnswer(
        internet=internet,
        announcement=announcement,
        hijacks=base.hijacks,
        vrps=vrps_of(design, options),
        options=options,
    )
    sweep = Sweep(
        graph=internet.graph,
        starts=announcement.starts,
        targets=len(announcement.targets),
        weight=weight,
        evaluate=evaluate if one_by_one else None,
    )
    names = tuple(target.name for target in announcement.targets)
    made = provenance(path, internet.sources, options_given(asked, options))
    if wanted.out is None:
        summary = sweep_to_stream(sweep, scenarios, sys.stdout.buffer, sites=names, provenance=made, how=how)
    else:
        summary = sweep_to_file(sweep, scenarios, wanted.out, sites=names, provenance=made, how=how)
    return Swept(targets=names, summary=summary)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        todo = "give a text file with one scenario a line"
        raise DataError(Problem(where=str(path), what=f"cannot read it: {error}", todo=todo)) from error
