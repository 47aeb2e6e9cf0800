"""Render: the files of a design's routers, checked by the real programs and written whole; and how a folder differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from catchment.designfile.values import did_you_mean
from catchment.errors import MachineError, Problem, RenderError, UsageError
from catchment.model.design import Design
from catchment.model.network import Device
from catchment.render.heading import MADE_BY, is_ours
from catchment.render.ios.files import instead
from catchment.render.options import USUAL, RenderOptions
from catchment.render.passwords import filled, masked, needed, password_files
from catchment.render.providers import at_provider
from catchment.render.smcroute import smcroute_files
from catchment.render.targets import OF_THE_DESIGN, TARGETS, config_files
from catchment.render.view import View, views
from catchment.results.config import ConfigFile, Verdict
from catchment.results.whole import write_whole
from catchment.simulate.network.tunnels import settled
from catchment.workflows.config_checkers import verdicts
from catchment.workflows.multicast import multicast
from catchment.workflows.passwords import known_passwords, passwords
from catchment.workflows.trace import read_inside
from catchment.workflows.tunnels import largest

DEPTHS = ("*", "*/*", "*/*/*")
"""ROUTER/FILE, and ROUTER/FOLDER/FILE where a program reads a folder."""


ON_REQUEST = frozenset({"vrps.json", "config.xml", "smcroute.conf"})
"""Names of files that a design makes only when asked for them; where they lie they are not too many."""

SMCROUTE = "smcroute"
"""A target that needs a prediction, and is written when it is asked for by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What of a design is rendered.

    routers, targets : by name; (): all
    """

    routers: Sequence[str] = ()
    targets: Sequence[str] = ()
    options: RenderOptions = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The files of a design.

    verdicts : of their checkers, in the order of `files`
    without  : routers for which nothing is written
    left     : files of ours in the folder that the design makes no more; nothing deletes them
    """

    title: str
    files: tuple[ConfigFile, ...]
    verdicts: tuple[Verdict, ...]
    without: tuple[str, ...]
    left: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(note, the files that it is about), in the order in which they come up."""
        found: dict[str, list[str]] = {}
        for file in self.files:
            for note in file.notes:
                found.setdefault(note, []).append(file.path)
        return tuple((note, tuple(paths)) for note, paths in found.items())

    @property
    def refused(self) -> tuple[tuple[ConfigFile, Verdict], ...]:
        """The files that their own program would not take."""
        both = zip(self.files, self.verdicts, strict=True)
        return tuple((file, one) for file, one in both if one.accepted is False)


def render(path: Path, to: Path, chosen: Chosen) -> Rendered:
    """Write the files of the design at `path` below the folder `to`.

    All are made and checked before the first is written; each appears whole. A file that is there and not ours is not
    touched: MachineError. A file that its own program refuses is our mistake: RenderError, and nothing is written.
    """
    title, files, without, longest = _files(path, chosen)
    done = Rendered(
        title=title, files=files, verdicts=verdicts(files), without=without, left=_left(to, files, chosen)
    )
    if done.refused:
        raise RenderError(*(_refusal(file, one) for file, one in done.refused))
    held = passwords(path.parent, {name: longest[name] for file in files for name in needed(file.text, longest)})
    _stop_at_strangers(to, files, held)
    for file in files:
        write_whole(to / file.path, [filled(file.text, held).encode()], file.mode)
    return done


def diff(path: Path, folder: Path, chosen: Chosen) -> Iterator[str]:
    """How the files in `folder` differ from those of the design: unified differences, then files too many.

    Where passwords stand it says whether they are those of their files, and shows none.
    """
    if not folder.is_dir():
        todo = f"catchment render {path} --to {folder}"
        raise UsageError(Problem(where=str(folder), what="there is no such folder", todo=todo))
    _, files, _, longest = _files(path, chosen)
    held = known_passwords(path.parent, longest)
    for file in files:
        there = folder / file.path
        if not there.exists():
            yield f"missing: {file.path}"
            continue
        old, new = masked(_read(there), held), masked(file.text, held)
        if old != new:
            lines = unified_diff(
                old.splitlines(), new.splitlines(), str(there), f"{file.path} by the design", lineterm=""
            )
            yield "\n".join(lines)
    wanted = {file.path for file in files}
    chosen_only = bool(chosen.routers or chosen.targets)
    for name in _below(folder):
        if name not in wanted and not chosen_only and Path(name).name not in ON_REQUEST:
            yield f"extra: {name}"


def _files(path: Path, chosen: Chosen) -> tuple[str, tuple[ConfigFile, ...], tuple[str, ...], dict[str, int]]:
    """The design's name, its files with stand-ins for passwords, routers without any, and the files of passwords."""
    design = read_inside(path)
    known = [router.name for network in design.networks for router in network.routers]
    _must_be_known("--router", "router", chosen.routers, known)
    _must_be_known("--target", "target", chosen.targets, [*(one.name for one in TARGETS), *OF_THE_DESIGN, SMCROUTE])
    wanted = [view for view in views(design) if view.name in (chosen.routers or known)]
    if chosen.options.pfsense:
        _one_pfsense(wanted)
    chosen = replace(chosen, options=replace(chosen.options, fits=_fits(design)))
    asked = [OF_THE_DESIGN[name](design) for name in chosen.targets if name in OF_THE_DESIGN]
    if SMCROUTE in chosen.targets:
        asked.append(smcroute_files(wanted, multicast(path), chosen.options))
    if asked and not set(chosen.targets) - OF_THE_DESIGN.keys() - {SMCROUTE}:
        wanted = []
    files, without = config_files(
        [at_provider(instead(view, chosen.options)) for view in wanted], chosen.options, chosen.targets
    )
    longest = password_files(design.inside)
    made = [_guarded(file, longest) for file in (*files, *(file for group in asked for file in group))]
    return design.name, tuple(made), without, longest


def _fits(design: Design) -> tuple[tuple[str, int], ...]:
    """What comes through each tunnel, for those through which less comes than they take."""
    if not any(link.tunnel for link in design.inside.all_links):
        return ()
    known = settled(design.inside)
    sizes = ((link, largest(known, link)) for link in known.tables.tunnels)
    return tuple((link.name, size) for link, size in sizes if size < link.mtu)


def _guarded(file: ConfigFile, names: Iterable[str]) -> ConfigFile:
    """What will hold a password is for its owner alone."""
    held = needed(file.text, names)
    if not held:
        return file
    note = f"holds the password of {' and '.join(held)}: mode 600; give it to the user that the daemon runs as"
    return replace(file, mode=0o600, notes=(*file.notes, note))


def read_pfsense(path: Path) -> str:
    """The text of the operator's own config.xml. Raises UsageError when it cannot be read."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(Problem(where=str(path), what=f"cannot read it: {why}")) from error


def _one_pfsense(chosen: Sequence[View]) -> None:
    """A config.xml is of one machine."""
    found = [view.name for view in chosen if view.router.device is Device.PFSENSE]
    if len(found) != 1:
        what = f"one config.xml is given, and {len(found)} of the routers are a pfSense"
        todo = f"choose one: --router {' or '.join(found)}" if found else "write device: pfsense at a router"
        raise UsageError(Problem(where="--pfsense-config", what=what, todo=todo))


def _must_be_known(option: str, noun: str, given: Iterable[str], known: Sequence[str]) -> None:
    for word in given:
        if word not in known:
            what = f'there is no {noun} "{word}"'
            raise UsageError(Problem(where=option, what=what, todo=did_you_mean(word, list(known))))


def _refusal(file: ConfigFile, said: Verdict) -> Problem:
    what = f"{file.checker.value} refuses it: {said.words}"
    return Problem(where=file.path, what=what, todo="this is a mistake of catchment: please report it", rule="R000")


def _stop_at_strangers(to: Path, files: Iterable[ConfigFile], held: Mapping[str, str]) -> None:
    found = []
    for file in files:
        there = to / file.path
        if there.exists() and not is_ours(_read(there)) and _read(there) != filled(file.text, held):
            what = f'it is there and was not made here (no "{MADE_BY}" in its first lines)'
            found.append(Problem(where=str(there), what=what, todo="move it away, or name another folder"))
    if found:
        raise MachineError(*found)


def _left(to: Path, files: Iterable[ConfigFile], chosen: Chosen) -> tuple[str, ...]:
    """Files of ours that a whole rendering does not make; not asked when only a part is rendered."""
    if chosen.routers or chosen.targets:
        return ()
    wanted = {file.path for file in files}
    there = (name for name in _below(to) if name not in wanted and Path(name).name not in ON_REQUEST)
    return tuple(name for name in there if is_ours(_read(to / name)))


def _below(folder: Path) -> list[str]:
    """Files as deep as ours stand, and no deeper: the folder may be somebody's home."""
    found = (path for depth in DEPTHS for path in folder.glob(depth))
    return sorted(path.relative_to(folder).as_posix() for path in found if path.is_file())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        what = f"cannot read it: {error.strerror or error}"
        raise MachineError(Problem(where=str(path), what=what)) from error
