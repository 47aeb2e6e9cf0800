"""Random networks in labs, each compared with its prediction: every route, every winner of BGP, every answer.

`make differential N=200` runs this. It goes on where it was stopped; what differs is kept as a design file to be run by
hand, with the words of both sides beside it. Exit code 2 when anything differs. Needs root, BIRD and FRR.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from tests.lab.small import lacking
from tests.world.played import Played, drawn_case, play
from tests.world.shrunk import shrink

from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

NEEDED = ("bird", "birdc", "vtysh", "nft", "sysctl")
HEAD = "   seed  routers  routes  winners  answers  differ  known  seconds"


def main(words: list[str] | None = None) -> int:
    """Run what is asked for; tells the exit code."""
    asked = _asked(words)
    if missing := lacking(*NEEDED):
        sys.stderr.write(f"{missing}\n")
        return 1
    os.nice(10)
    asked.to.mkdir(parents=True, exist_ok=True)
    seeds = asked.seeds or range(asked.first, asked.first + asked.number)
    before = {} if asked.again else _known(asked.to / "results.jsonl")
    known = {seed: one for seed, one in before.items() if seed in seeds and one.digest == drawn_case(seed).digest}
    done = [known[seed] for seed in seeds if seed in known]
    sys.stdout.write(f"{HEAD}\n" + "".join(f"{_line(one)}  (from before)\n" for one in done))
    left = [seed for seed in seeds if seed not in known]
    for played in _all(left, asked):
        done.append(played)
        sys.stdout.write(f"{_line(played)}\n")
        sys.stdout.flush()
    if asked.shrink:
        for played in done:
            if played.wrong:
                sys.stdout.write(f"seed {played.seed}: {shrink(played.seed, asked.to, sys.stdout.write)}\n")
    return _tell(done, asked.to)


def _all(seeds: Iterable[int], asked: argparse.Namespace) -> Iterator[Played]:
    """Each seed as it is done, and written down. Ctrl-C ends the labs that are up, and starts no more."""
    pool = ProcessPoolExecutor(asked.jobs)
    try:
        for one in as_completed([pool.submit(run, seed, asked.to) for seed in seeds]):
            played = one.result()
            with (asked.to / "results.jsonl").open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(asdict(played)) + "\n")
            yield played
    finally:
        pool.shutdown(cancel_futures=True)


def run(seed: int, folder: Path) -> Played:
    """One seed. What differs stays in the folder: the design, and what both sides said."""
    path = folder / f"drawn-{seed}.yaml"
    played = play(drawn_case(seed), path, f"diff-{os.getpid()}")
    said = folder / f"drawn-{seed}.txt"
    if played.wrong or played.known:
        said.write_text("\n".join([*played.wrong, *played.known, ""]), encoding="utf-8")
    else:
        path.unlink()
        said.unlink(missing_ok=True)
    return played


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--number", type=int, default=200, help="how many networks (200)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first seed (0)")
    parser.add_argument("--seeds", type=int, nargs="+", metavar="SEED", help="these and no others")
    parser.add_argument("--to", type=Path, default=Path("out/differential"), metavar="DIR", help="where results go")
    parser.add_argument("--jobs", type=int, default=1, help="labs side by side (1); most of the time they wait")
    parser.add_argument("--again", action="store_true", help="run also what is in DIR already")
    parser.add_argument("--shrink", action="store_true", help="make what differs smaller, as long as it differs")
    return parser.parse_args(words)


def _known(path: Path) -> dict[int, Played]:
    """Results from before; the last of a seed counts."""
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [{key: tuple(held) if isinstance(held, list) else held for key, held in row.items()} for row in rows]
    return {row["seed"]: Played(**row) for row in found}


def _line(one: Played) -> str:
    return (
        f"{one.seed:7}{one.routers:9}{one.routes:8}{one.winners:9}{one.clients:9}{len(one.wrong):8}"
        f"{len(one.known):7}{one.took_s:9.1f}"
    )


def _tell(done: Iterable[Played], folder: Path) -> int:
    ones = list(done)
    wrong = sorted(one.seed for one in ones if one.wrong)
    sums = {name: sum(getattr(one, name) for one in ones) for name in ("routers", "routes", "winners", "clients")}
    excused = sum(bool(one.known) and not one.wrong for one in ones)
    sys.stdout.write(
        f"{len(ones)} networks, {sums['routers']} routers: {sums['routes']} routes, {sums['winners']} winners of BGP "
        f"and {sums['clients']} answers compared; {len(wrong)} networks differ, {excused} only in what has a name\n"
    )
    for seed in wrong:
        sys.stdout.write(f"differs: {folder / f'drawn-{seed}.yaml'}, and what both say in drawn-{seed}.txt\n")
    return EXIT_DIFFERENCE if wrong else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
