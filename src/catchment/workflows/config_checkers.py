"""Ask the real programs whether they would take our files; what is not installed is not asked, and that is said. [I/O]

All that stand here were measured with good and with bad input, and their exit code can be trusted. What only ignores
what it does not know (systemd-networkd) is no checker.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from catchment.designfile.agentfile.read import load_agent
from catchment.results.config import Checker, ConfigFile, Verdict

LIMIT_S = 20
"""How long a checker may think; they need some milliseconds."""

Judges = Callable[[Path], Verdict]


def verdict(file: ConfigFile) -> Verdict:
    """What the checker of `file` says, run on a copy that only we can read."""
    if file.checker is Checker.NONE:
        return Verdict(accepted=None, words="no checker exists")
    judge = CHECKERS.get(file.checker)
    if judge is None:
        return Verdict(accepted=None, words=f"{file.checker.value}: not run from here")
    with tempfile.TemporaryDirectory(prefix="catchment-check-") as folder:
        path = Path(folder) / Path(file.path).name
        path.write_text(file.text, encoding="utf-8")
        path.chmod(0o600)
        return judge(path)


def verdicts(files: Iterable[ConfigFile]) -> tuple[Verdict, ...]:
    """The same for each file, in their order."""
    return tuple(verdict(file) for file in files)


def _exit_code(program: str, arguments: Callable[[Path], list[str]], within: tuple[str, ...] = ()) -> Judges:
    """A checker whose exit code tells; `within`: the command that runs it, where it is not run by itself."""

    def judge(path: Path) -> Verdict:
        found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        absent = next((one for one in within[:1] if shutil.which(one) is None), None if found else program)
        if found is None or absent:
            return Verdict(accepted=None, words=f"{absent} is not installed: not checked")
        try:
            done = subprocess.run(
                [*within, found, *arguments(path)], capture_output=True, text=True, check=False, timeout=LIMIT_S,
                stdin=subprocess.DEVNULL, errors="replace",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Verdict(accepted=None, words=f"{program} did not answer in {LIMIT_S} s: not checked")
        said = (done.stderr.strip() or done.stdout.strip()).replace(str(path), path.name)
        if within and said.startswith(f"{within[0]}: "):
            return Verdict(accepted=None, words=f"{said}: not checked")
        return Verdict(accepted=done.returncode == 0, words="" if done.returncode == 0 else said)

    return judge


def _by_our_reader(path: Path) -> Verdict:
    """The agent's file is read by what reads it where it runs."""
    loaded = load_agent(path.read_text(encoding="utf-8"), path.name)
    return Verdict(accepted=not loaded.problems, words="; ".join(map(str, loaded.problems)))


_WITH_PORTS = """for name in $(sed -n 's/^phyint \\([^ ]*\\) enable$/\\1/p' "$2"); do
ip link add "$name" type veth peer name "p$((n = n + 1))" && ip link set "$name" up || exit 1
done
exec "$0" "$@"
"""
"""smcrouted refuses interfaces that are not there: it is asked in a network that has those of its file."""


def _as_root(path: Path) -> Path:
    """A folder that holds the file where netplan looks for it."""
    place = path.parent / "root" / "etc" / "netplan"
    place.mkdir(parents=True)
    shutil.copy(path, place / path.name)
    return path.parent / "root"


CHECKERS: dict[Checker, Judges] = {
    Checker.BIRD: _exit_code("bird", lambda path: ["-p", "-c", str(path)]),
    Checker.FRR: _exit_code("vtysh", lambda path: ["-C", "-f", str(path)]),
    Checker.NETPLAN: _exit_code("netplan", lambda path: ["generate", "--root-dir", str(_as_root(path))]),
    # nft reads the tables of the kernel even when it only checks: those of a namespace of its own
    Checker.NFT: _exit_code("nft", lambda path: ["-c", "-f", str(path)], ("unshare", "--map-root-user", "--net")),
    Checker.NSD: _exit_code("nsd-checkconf", lambda path: [str(path)]),
    Checker.NSD_ZONE: _exit_code("nsd-checkzone", lambda path: [path.stem, str(path)]),
    Checker.KNOT: _exit_code("knotc", lambda path: ["-c", str(path), "conf-check"]),
    Checker.XML: _exit_code("xmllint", lambda path: ["--noout", "--nonet", str(path)]),
    Checker.SHELL: _exit_code("sh", lambda path: ["-n", str(path)]),
    Checker.SMCROUTE: _exit_code(
        "smcrouted", lambda path: ["-F", str(path)], ("unshare", "--map-root-user", "--net", "sh", "-c", _WITH_PORTS)
    ),
    Checker.AGENT: _by_our_reader,
}
"""How each checker is run."""
