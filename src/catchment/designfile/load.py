"""design.yaml -> Design, or everything that is wrong with it, in the order of the file.

text --located--> tree --decode--> keys of the language --names--> Design
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from catchment.designfile.decode import decode
from catchment.designfile.located import Mark, Value, read_tree
from catchment.designfile.names import tie
from catchment.designfile.position import Gazetteer
from catchment.designfile.rules import Finding
from catchment.designfile.values import shown
from catchment.errors import DesignError, Problem
from catchment.model.design import Design

MAX_BYTES = 8 * 2**20  # 50,000 sites; the parser takes 3 s for a MiB
MAX_PROBLEMS = 200  # in one answer; a file of another kind is wrong in every line

Where = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A design file that was read.

    design   : None when there is any problem
    problems : in the order of the file; where is `name:line:column`
    tree     : what stands where in the text, None when it could not be read that far
    name     : the file, as it is named in messages
    """

    design: Design | None
    problems: tuple[Problem, ...]
    tree: Value | None
    name: str

    @property
    def expanded(self) -> dict[str, Any]:
        """The design in the long form, as data; results.yaml_text writes it. {} when there is no design."""
        from catchment.designfile.expand import expand  # noqa: PLC0415 - 15 ms that most commands do not need

        return expand(self.design) if self.design else {}

    def where(self, *path: str | int) -> str:
        """The place of the key at `path`, or of what holds it: `design.yaml:4:9`."""
        if self.tree is None:
            return self.name
        return _place(self.name, self.tree.mark_of_key(path) if path else self.tree.mark)


def load(text: str, name: str, *, folder: Path | None = None, places: Gazetteer | None = None) -> Loaded:
    """Read a design from the text of its file. Never raises for anything in the text.

    name   : the file as it is named in messages
    folder : where files that the design names are looked for; the current one when None
    places : who knows airports and cities; those shipped with catchment when None
    """
    if len(text) > MAX_BYTES:
        return _unread(name, Mark(1, 1), "D001", f"longer than {MAX_BYTES // 2**20} MiB", "is it a design file?")
    tree, troubles = read_tree(text.removeprefix("\ufeff"))
    problems = [
        (
            trouble.mark,
            Problem(where=_place(name, trouble.mark), what=trouble.what, todo=trouble.todo, rule=trouble.rule),
        )
        for trouble in troubles
    ]
    if tree is None and problems:
        return Loaded(design=None, problems=_in_order(problems, name), tree=None, name=name)
    if tree is None or tree.kind == "nothing":
        todo = "write name:, asn:, prefixes: and sites:, or start from one of the examples"
        return _unread(name, Mark(1, 1), "D003", "the file is empty", todo)
    if tree.kind != "mapping":
        todo = "a design begins with a line like name: public-dns"
        found = shown(tree.plain())
        return _unread(name, tree.mark, "D003", f"expected the keys of a design, found {found}", todo)
    decoded, findings = decode(tree)
    design, more = tie(decoded, folder or Path(), places or _shipped_places())
    problems += [_problem(finding, tree, name) for finding in [*findings, *more]]
    return Loaded(design=None if problems else design, problems=_in_order(problems, name), tree=tree, name=name)


def read(path: Path, *, places: Gazetteer | None = None) -> Loaded:
    """Read a design file. Never raises for anything that is wrong with the file; its problems say so."""
    name = str(path)
    try:
        if path.is_dir():
            return _unread(name, None, "D001", "this is a folder", f"name the file in it: {path / 'design.yaml'}")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            what = f"larger than {MAX_BYTES // 2**20} MiB"
            return _unread(name, None, "D001", what, "is it a design file?")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return _unread(name, None, "D001", "there is no such file", "name the design file, e.g. design.yaml")
    except UnicodeDecodeError as error:
        what = f"this is not text in UTF-8 (byte {error.start + 1})"
        return _unread(name, None, "D001", what, "name the design file, or save it as UTF-8")
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or str(error)
        return _unread(name, None, "D001", f"cannot be read: {reason}", "check the name and the permissions")
    return load(text, name, folder=path.parent, places=places)


def read_design(path: Path) -> Design:
    """The design in a file; raises DesignError with all of its problems."""
    loaded = read(path)
    if loaded.design is None:
        raise DesignError(*loaded.problems)
    return loaded.design


def _shipped_places() -> Gazetteer:
    # Imported when a design is read, for it brings numpy.
    return cast(Gazetteer, import_module("catchment.internet.places"))


def _problem(finding: Finding, tree: Value, name: str) -> tuple[Mark, Problem]:
    mark = tree.mark_of_key(finding.path) if finding.at_key else tree.mark_of(finding.path)
    where = finding.where or _place(name, mark)
    return mark, Problem(where=where, what=finding.what, todo=finding.todo, rule=finding.rule)


def _in_order(problems: list[tuple[Mark, Problem]], name: str) -> tuple[Problem, ...]:
    ordered = sorted(problems, key=lambda item: (item[0].line, item[0].column))
    shown_ = tuple(dict.fromkeys(problem for _, problem in ordered))
    if len(shown_) <= MAX_PROBLEMS:
        return shown_
    mark = ordered[-1][0]
    more = Problem(
        where=_place(name, mark),
        what=f"{len(shown_) - MAX_PROBLEMS} more problems are not shown",
        todo="mend the first ones and check again",
        rule=shown_[-1].rule,
    )
    return (*shown_[:MAX_PROBLEMS], more)


def _place(name: str, mark: Mark) -> str:
    return f"{name}:{mark.line}:{mark.column}"


def _unread(name: str, mark: Mark | None, rule: str, what: str, todo: str) -> Loaded:
    where = _place(name, mark) if mark else name
    problem = Problem(where=where, what=what, todo=todo, rule=rule)
    return Loaded(design=None, problems=(problem,), tree=None, name=name)
