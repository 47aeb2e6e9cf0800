"""What can go wrong, whose fault it is, and the exit code that each kind means.

Every error says where, what, and what to do; the three are fields, not only text.
Anything that is not a CatchmentError is our own bug, and only that shows a traceback.
"""

from dataclasses import dataclass

EXIT_OK = 0
EXIT_ERROR = 1
EXIT_DIFFERENCE = 2  # a difference was found or a threshold missed; not a failure of the program
EXIT_USAGE = 64  # EX_USAGE of sysexits(3)
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    where : the place, as `file`, `file:line` or `file:line:column`, or an option's name
    what  : what is wrong there, in one sentence without a full stop
    todo  : what to do about it, in one sentence without a full stop; may be empty
    rule  : the number of the rule that found it (D001 and on for design files), or ""
    """

    where: str
    what: str
    todo: str = ""
    rule: str = ""

    def __str__(self) -> str:
        rule = f"{self.rule} " if self.rule else ""
        todo = f"\n    {self.todo}" if self.todo else ""
        return f"{self.where}: {rule}{self.what}{todo}"


class CatchmentError(Exception):
    """Something outside this program is wrong: the design, the data, the machine or the call."""

    exit_code = EXIT_ERROR

    def __init__(self, *problems: Problem) -> None:
        assert problems, "an error without a problem explains nothing"
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class DesignError(CatchmentError):
    """The design file is wrong; carries all its problems, in the order of the file."""


class DataError(CatchmentError):
    """A file of Internet data (AS relationships, RIB, attributes, VRPs, archive) is wrong."""


class DownloadError(CatchmentError):
    """A download did not succeed."""


class ScenarioError(CatchmentError):
    """The scenario asked for does not fit the design or the Internet it is run on."""


class RenderError(CatchmentError):
    """A daemon cannot do what the design asks of it (R001 and on); carries all problems, in the order of the design."""


class MachineError(CatchmentError):
    """This machine lacks something: an optional package, a writable folder."""


class UsageError(CatchmentError):
    """The command was called in a way that it does not take."""

    exit_code = EXIT_USAGE
