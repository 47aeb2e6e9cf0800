"""Ask the real programs whether they would take our files; what is not installed is not asked, and that is said. [I/O]

Whose exit code can be trusted was measured: `bird -p` and `vtysh -C` say 1 and 2 for what they refuse.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

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


def _exit_code(program: str, arguments: Callable[[Path], list[str]]) -> Judges:
    """A checker whose exit code tells."""

    def judge(path: Path) -> Verdict:
        found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if found is None:
            return Verdict(accepted=None, words=f"{program} is not installed: not checked")
        try:
            done = subprocess.run(
                [found, *arguments(path)], capture_output=True, text=True, check=False, timeout=LIMIT_S,
                stdin=subprocess.DEVNULL, errors="replace",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Verdict(accepted=None, words=f"{program} did not answer in {LIMIT_S} s: not checked")
        said = (done.stderr.strip() or done.stdout.strip()).replace(str(path), path.name)
        return Verdict(accepted=done.returncode == 0, words="" if done.returncode == 0 else said)

    return judge


CHECKERS: dict[Checker, Judges] = {
    Checker.BIRD: _exit_code("bird", lambda path: ["-p", "-c", str(path)]),
}
"""How each checker is run."""
