"""Let something of a lab fail, or heal it: a server, a link, a whole router; and wait until the routes are at rest."""

from collections.abc import Sequence
from dataclasses import replace

from catchment.errors import Problem, UsageError
from catchment.lab import processes, spaces
from catchment.lab.nodes import Plug, space_name
from catchment.lab.plan import interfaces_of, lends, restart, switched
from catchment.lab.state import State
from catchment.lab.watching import Patience, Rest
from catchment.workflows.lab import Progress, wait
from catchment.workflows.lab_open import OpenLab, Prediction, chosen
from catchment.workflows.trace import down_of


def fail(word: str | None, names: Sequence[str], patience: Patience, progress: Progress) -> Rest:
    """Take servers, links and routers down. Raises UsageError for names that are unknown or down already.

    A server: its program is ended, its interface at the router goes down, and what is announced only for it is taken
    back, as what watches a service does. A link: both ends go down. A router: all that runs on it is ended, and its
    interfaces go down.
    """
    opened = OpenLab(chosen(word))
    down_of(opened.drawn.design, names)  # says which names there are
    again = [name for name in names if name in opened.state.down]
    if again:
        raise UsageError(Problem(where=again[0], what="it is down already", todo="catchment lab heal brings it back"))
    with opened.builder.keeper.alone():
        down = (*opened.state.down, *names)
        opened.builder.note(replace(opened.state, down=down))
        for name in names:
            opened.builder.stop(name)
            _set(opened, interfaces_of(opened.lab, name), on=False)
        opened.builder.build(switched(opened.lab, down, names))
        return wait(opened.lab, Prediction(opened.drawn, down), patience, progress)


def heal(word: str | None, names: Sequence[str], patience: Patience, progress: Progress) -> Rest:
    """Bring back what `fail` took down; without names all of it."""
    opened = OpenLab(chosen(word))
    wanted = list(names) or list(opened.state.down)
    unknown = [name for name in wanted if name not in opened.state.down]
    if unknown:
        todo = f"down are {', '.join(opened.state.down) or 'none'}"
        raise UsageError(Problem(where=unknown[0], what="it is not down", todo=todo))
    with opened.builder.keeper.alone():
        left = tuple(name for name in opened.state.down if name not in wanted)
        closed = {(plug.node, plug.interface) for name in left for plug in interfaces_of(opened.lab, name)}
        for name in wanted:
            there = interfaces_of(opened.lab, name)
            opening = [one for one in there if (one.node, one.interface) not in closed]
            _set(opened, opening, on=True)
            opened.builder.build([step for wire, step in lends(opened.lab) if wire in _wires(opened, opening)])
        opened.builder.note(replace(opened.state, down=left))
        opened.builder.build(restart(opened.lab, opened.means, _gone(opened.state), left))
        opened.builder.build(switched(opened.lab, left, wanted))
        return wait(opened.lab, Prediction(opened.drawn, left), patience, progress)


def _gone(state: State) -> frozenset[tuple[str, str]]:
    return frozenset((one.node, one.name) for one in state.alive if not processes.is_alive(one))


def _wires(opened: OpenLab, plugs: Sequence[Plug]) -> set[str]:
    """The names of the wires that these are ends of."""
    return {wire.name for wire in opened.lab.wires if set(wire.plugs) & set(plugs)}


def _set(opened: OpenLab, plugs: Sequence[Plug], *, on: bool) -> None:
    by_node: dict[str, list[str]] = {}
    for plug in plugs:
        by_node.setdefault(plug.node, []).append(f"link set dev {plug.interface} {'up' if on else 'down'}")
    for node, lines in by_node.items():
        spaces.batch("ip", space_name(opened.lab.name, node), lines)
