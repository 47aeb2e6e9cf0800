"""Give running routers other files, as an operator does who changes a design: no daemon restarts, no session is reset.

BIRD reads its file again (`birdc configure`), and FRR is told the lines that differ.
"""

from collections.abc import Iterator, Mapping, Sequence

from catchment.lab.faults.frr_changes import changes
from catchment.lab.nodes import Node
from catchment.lab.steps import Step, Tell, WriteFile
from catchment.model.network import Daemon
from catchment.results.config import ConfigFile

Files = Mapping[str, Sequence[ConfigFile]]
"""Node -> the files that it loads."""

BIRD_CONTROL = "/run/bird/bird.ctl"
FRR_FILE = "/etc/frr/frr.conf"
CHANGES = "/etc/frr/changes.conf"


def changed(before: Files, after: Files) -> tuple[str, ...]:
    """The nodes whose files differ, in the order of `after`."""
    return tuple(node for node, files in after.items() if tuple(files) != tuple(before.get(node, ())))


def reload(node: Node, before: Sequence[ConfigFile], after: Sequence[ConfigFile], *, alive: bool) -> Iterator[Step]:
    """The steps for one node. Given twice, BIRD does nothing the second time, and FRR says what it did not find.

    alive : whether its daemon runs now; otherwise it reads the files when it starts
    """
    for file in after:
        yield WriteFile(path=f"nodes/{node.name}{file.target}", text=file.text, mode=file.mode)
    if not alive:
        return
    if node.daemon is Daemon.BIRD:
        yield Tell(node=node.name, words=("birdc", "-s", BIRD_CONTROL, "configure"), after=(BIRD_CONTROL,))
    elif node.daemon is Daemon.FRR:
        lines = changes(_frr(before), _frr(after))
        yield WriteFile(path=f"nodes/{node.name}{CHANGES}", text="\n".join(lines) + "\n", mode=0o600)
        yield Tell(node=node.name, words=("vtysh", "-f", CHANGES), after=("/run/frr/bgpd.vty",))


def _frr(files: Sequence[ConfigFile]) -> str:
    return next((file.text for file in files if file.target == FRR_FILE), "")
