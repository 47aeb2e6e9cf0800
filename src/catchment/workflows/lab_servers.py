"""Which name server answers for each service of a lab: what was asked for, else what the design says, else ours."""

import shutil
from collections.abc import Iterator, Mapping

from catchment.errors import MachineError, Problem
from catchment.lab.nameservers import NAME_SERVERS, PROGRAMS
from catchment.lab.spoken import DNS, spoken_of
from catchment.model.design import Design
from catchment.model.service import Service

OWN = "own"


def name_servers(design: Design, wanted: str) -> dict[str, str]:
    """Service -> `nsd` or `knot`, of those that ours does not answer for.

    wanted : `nsd`, `knot` or `own` for all that speak DNS; "": as the design says, ours where that is not installed.
    Raises MachineError when what is wanted is not installed.
    """
    if wanted in PROGRAMS and not _installed(wanted):
        todo = f"apt-get install {NAME_SERVERS[wanted].package}, or --servers own"
        raise MachineError(Problem(where="--servers", what=f"{PROGRAMS[wanted]} is not installed", todo=todo))
    if wanted == OWN:
        return {}
    chosen = {service.name: wanted or (service.program or "") for service in design.services if _asked(service)}
    return {name: str(program) for name, program in chosen.items() if program and _installed(program)}


def server_words(design: Design, programs: Mapping[str, str], wanted: str) -> Iterator[str]:
    """What answers, as sentences, where it is not ours or not what the design says."""
    for service in design.services:
        program = programs.get(service.name)
        if program:
            yield f"{service.name} by {program}"
        elif service.program and not wanted:
            missing = f"{PROGRAMS[service.program]} is not installed"
            yield f"{service.name} by a program of ours: {missing if _asked(service) else 'no check of it asks DNS'}"


def _asked(service: Service) -> bool:
    """Whether its checks ask DNS; without one nothing is rendered for a name server."""
    return DNS in spoken_of(service.checks) and bool(service.checks)


def _installed(program: str) -> bool:
    return shutil.which(PROGRAMS[program]) is not None
