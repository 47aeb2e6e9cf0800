"""Checks a design: every error with its place, advice with the reason, and a few facts about what was read."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from catchment.designfile.advice import advise, in_order
from catchment.designfile.bgp_need import BgpNeed, bgp_need
from catchment.designfile.load import Loaded, read
from catchment.designfile.rules import Advice
from catchment.errors import EXIT_ERROR, EXIT_OK, Problem
from catchment.internet.sources.vrp import read_vrps
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.model.rpki import Vrp
from catchment.simulate.network.tunnels import settled
from catchment.workflows.passed_over import passed_over
from catchment.workflows.split_flows import split_flows
from catchment.workflows.tunnels import tunnels


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What `catchment check` found.

    path     : the design file, as it was named
    design   : None when there are problems
    problems : in the order of the file
    advice   : in the order of the file; () when there are problems
    need     : whether the design needs BGP; None when there are problems
    expanded : the design in the long form, as data; {} when there are problems
    facts    : (what, value) of the design, for the line below a clean check
    """

    path: str
    design: Design | None
    problems: tuple[Problem, ...]
    advice: tuple[Advice, ...]
    need: BgpNeed | None
    expanded: dict[str, object]
    facts: tuple[tuple[str, str], ...]

    @property
    def exit_code(self) -> int:
        """EXIT_ERROR with problems, EXIT_OK without, whatever the advice."""
        return EXIT_ERROR if self.problems else EXIT_OK


def check(path: Path, roas: Path | None = None) -> CheckReport:
    """Check the design file at `path`, against the VRPs in the file `roas` when given.

    What is wrong with the design is in the report; a VRP file that cannot be read raises DataError.
    """
    loaded = read(path)
    vrps = _vrps(loaded, roas)
    design = loaded.design
    return CheckReport(
        path=str(path),
        design=design,
        problems=loaded.problems,
        advice=_advice(loaded, vrps),
        need=bgp_need(design) if design else None,
        expanded=dict(loaded.expanded),
        facts=_facts(design) if design else (),
    )


def _advice(loaded: Loaded, vrps: Collection[Vrp] | None) -> tuple[Advice, ...]:
    more: tuple[Advice, ...] = ()
    if loaded.design and loaded.design.networks:
        known = settled(loaded.design.inside)
        kinds = (split_flows, passed_over, tunnels)
        more = tuple(advice for kind in kinds for advice in kind(loaded.design, known, loaded.where))
        if loaded.design.at_routers:
            from catchment.workflows.entry_advice import entry_advice  # noqa: PLC0415  it brings the Internet's arrays

            more += tuple(entry_advice(loaded.design, known, loaded.where))
    return in_order((*advise(loaded, vrps), *more))


def _vrps(loaded: Loaded, roas: Path | None) -> Collection[Vrp] | None:
    if roas is None:
        return None
    prefixes: tuple[Prefix, ...] = loaded.design.prefixes if loaded.design else ()
    return read_vrps(roas, covering=prefixes)


def _facts(design: Design) -> tuple[tuple[str, str], ...]:
    facts = [("design", design.name)]
    if design.sites or not design.networks:
        sessions = sum(len(site.sessions) for site in design.sites)
        from_internet = sum(site.from_internet for site in design.sites)
        many = "s" if from_internet > 1 else ""
        beside = f", and those of the Internet data at {from_internet} site{many}" if from_internet else ""
        facts += [
            ("origin", ", ".join(f"AS{asn}" for asn in design.origins)),
            ("prefixes", ", ".join(str(prefix) for prefix in design.prefixes)),
            ("sites", str(len(design.sites))),
            ("sessions", f"{sessions}{beside}"),
        ]
    for network in design.networks:
        counts = (("router", network.routers), ("link", network.links), ("client", network.clients))
        sizes = [f"{len(held)} {noun}{'' if len(held) == 1 else 's'}" for noun, held in counts]
        facts.append((f"network {network.name}", ", ".join([network.igp.value, *sizes])))
    if design.multicast:
        groups = [f"{group.name} (PIM-{group.mode.value.upper()})" for group in design.multicast]
        facts.append(("multicast", ", ".join(groups)))
    facts += [
        ("services", ", ".join(service.name for service in design.services) or "none"),
        ("intents", str(len(design.intents))),
    ]
    return tuple(facts)
