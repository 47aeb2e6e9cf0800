"""Which name server answers for each service of a lab: what was asked for, else what the design says, else ours."""

import shutil
from collections.abc import Iterator, Mapping

from catchment.errors import MachineError, Problem
from catchment.lab.nameservers import NAME_SERVERS, PROGRAMS
from catchment.lab.nodes import Lab
from catchment.lab.spoken import DNS, spoken_of
from catchment.lab.state import in_user_namespace
from catchment.model.design import Design
from catchment.model.service import Service

OWN = "own"


def name_servers(design: Design, wanted: str) -> dict[str, str]:
    """Service -> `nsd` or `knot`, of those that ours does not answer for.

    wanted : `nsd`, `knot` or `own` for all that speak DNS; "": as the design says, ours where that cannot run.
    Raises MachineError when what is wanted cannot run here.
    """
    if wanted in PROGRAMS and (why := _forbids(wanted)):
        todo = f"apt-get install {NAME_SERVERS[wanted].package} and be root, or --servers own"
        raise MachineError(Problem(where="--servers", what=why, todo=todo))
    if wanted == OWN:
        return {}
    chosen = {service.name: wanted or (service.program or "") for service in design.services if _asked(service)}
    return {name: str(program) for name, program in chosen.items() if program and not _forbids(program)}


def server_words(design: Design, programs: Mapping[str, str], wanted: str) -> Iterator[str]:
    """What answers, as sentences, where it is not ours or not what the design says."""
    for service in design.services:
        program = programs.get(service.name)
        if program:
            yield f"{service.name} by {program}"
        elif service.program and not wanted:
            why = _forbids(service.program) if _asked(service) else "no check of it asks DNS"
            yield f"{service.name} by a program of ours: {why}"


def server_called(lab: Lab, service: str, said: str) -> str:
    """The server that calls itself so: by its own name, or by that of its machine, as the files of a real one do."""
    named = f"{service}@{said}"
    return named if any(named == server for server, _ in lab.servers) else said


def _asked(service: Service) -> bool:
    """Whether its checks ask DNS; without one nothing is rendered for a name server."""
    return DNS in spoken_of(service.checks) and bool(service.checks)


def _forbids(program: str) -> str:
    """Why a name server cannot run in a lab here; "" when it can."""
    if shutil.which(PROGRAMS[program]) is None:
        return f"{PROGRAMS[program]} is not installed"
    if in_user_namespace():
        return f"{PROGRAMS[program]} becomes another user, and there is none but root in a lab without root"
    return ""
