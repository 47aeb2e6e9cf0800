"""How long it takes from the agent's command to the neighbour's table, for each daemon.

python benchmarks/agent_speakers.py. One hop, a network namespace each for the daemon and its neighbour. Milliseconds
from the call of announce or withdraw until the UPDATE is read at the neighbour, and until the call returns; and how
long reading back takes. Needs root and the daemons; CATCHMENT_EXABGP names another ExaBGP to measure. Beside them the
ways of others, measured before on another day.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.agent.speakers.daemons.bird import Bird
from tests.agent.speakers.daemons.daemon import LONGER, P4, PLAIN, Daemon
from tests.agent.speakers.daemons.exabgp import Exabgp
from tests.agent.speakers.daemons.frr import Frr
from tests.agent.speakers.daemons.gobgp import Gobgp
from tests.agent.speakers.places import place
from tests.tiers import lab_lacks

from catchment.model.agent import Form

TIMES = 20
OTHERS = (
    ("birdc disable/enable", "1.7 / 2.2 / 4.3"),
    ("birdc configure (anycast-healthchecker)", "2.4 / 3.7 / 5.7"),
    ("ExaBGP 5, a line on its pipe", "3.2 / 4.4 / 8.2"),
    ("gobgp rib del", "8.6 / 10.6 / 14.0"),
    ("vtysh no network", "75.2 / 75.8 / 92.0"),
)


class AnotherExabgp(Exabgp):
    program = os.environ.get("CATCHMENT_EXABGP", "")


def measured(kind: type[Daemon], folder: Path) -> tuple[str, dict[str, list[float]]]:
    found: dict[str, list[float]] = {"withdraw": [], "announce": [], "other form": [], "returns": [], "read back": []}
    with place(folder) as here:
        folder.chmod(0o755)
        daemon = kind(here)
        try:
            daemon.start()
            daemon.ready()
            with daemon.speaker() as speaker:
                version = speaker.version()

                def one(what: str, command: Callable[[], None], form: Form | None) -> None:
                    time.sleep(0.12)
                    seen, began_s = len(here.neighbour.heard), time.monotonic()
                    command()
                    found["returns"].append((time.monotonic() - began_s) * 1e3)
                    here.neighbour.wait_form(P4, form)
                    heard = next(one for one in here.neighbour.heard[seen:] if (one.prefix, one.form) == (P4, form))
                    found[what].append((heard.at_s - began_s) * 1e3)
                    began_s = time.monotonic()
                    assert speaker.exports()[P4] == form
                    found["read back"].append((time.monotonic() - began_s) * 1e3)

                for _ in range(TIMES):
                    one("announce", lambda: speaker.announce(P4, PLAIN), PLAIN)
                    one("other form", lambda: speaker.announce(P4, LONGER), LONGER)
                    one("withdraw", lambda: speaker.withdraw(P4), None)
        finally:
            daemon.kill()
    return version, found


def main() -> None:
    heads = ("withdraw", "announce", "other form", "returns", "read back")
    print(f"{'min / median / max, ms':26}" + "".join(f"{one:>22}" for one in heads))
    for kind in (Bird, Frr, Gobgp, Exabgp, *([AnotherExabgp] if AnotherExabgp.program else [])):
        if why := lab_lacks(*kind.programs):
            print(f"{kind.__name__}: {why}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            version, found = measured(kind, Path(folder))
        rows = [f"{min(one):.1f} / {statistics.median(one):.1f} / {max(one):.1f}" for one in found.values()]
        print(f"{version:26}" + "".join(f"{row:>22}" for row in rows))
    for name, row in OTHERS:
        print(f"{name:40}{row:>22}  (measured before, by others' ways)")


if __name__ == "__main__":
    main()
