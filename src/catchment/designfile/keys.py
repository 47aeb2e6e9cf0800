"""Help for each key of the design file, drawn from the language itself: kind, default, meaning, example."""

import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Union

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from catchment.designfile.language import REQUIRED, ClientKeys, DesignKeys, How
from catchment.designfile.network_language import ClientAtKeys
from catchment.designfile.tables import Table
from catchment.errors import Problem, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHelp:
    """What there is to know of one key.

    path     : `sites.*.transit[].prepend`; * is a name of the user's, [] an item of a list
    kind     : what may stand there
    default  : what holds when the key is left out; "" for a key that is needed
    examples : values as they are written in the file
    keys     : the keys below it, in the order of the language; () when there are none
    built    : False for a part of the language that is kept for a later version
    """

    path: str
    kind: str
    default: str
    meaning: str
    examples: tuple[str, ...]
    keys: tuple[str, ...]
    built: bool

    @property
    def needed(self) -> bool:
        return not self.default

    def __str__(self) -> str:
        lines = [self.path, f"    {self.meaning}", f"    kind      {self.kind}"]
        lines.append(f"    without   {self.default}" if self.default else "    needed    yes")
        word = self.path.rpartition(".")[2].removesuffix("[]")
        lines += [f"    example   {word}: {example}" for example in self.examples]
        if self.keys:
            lines.append(f"    keys      {', '.join(self.keys)}")
        return "\n".join(lines)


def explain_key(path: str, of: Sequence[KeyHelp] = (), file: str = "design") -> KeyHelp:
    """Help for one key; `sites.seoul.transit`, `sites.*.transit[0]` and `sites.transit` all find `sites.*.transit`.

    of : the keys of another file, and what that is called; (): of the design.
    Raises UsageError with the nearest keys when there is none.
    """
    table = of or all_keys()
    wanted = _simple(path)
    for help_ in table:
        if _simple(help_.path) == wanted or _fits(path, help_.path):
            return help_
    last = wanted.rpartition(".")[2]
    near = [help_.path for help_ in table if _simple(help_.path).rpartition(".")[2] == last]
    near += get_close_matches(wanted, [help_.path for help_ in table], n=3, cutoff=0.5)
    near += [
        help_.path
        for help_ in table
        if get_close_matches(last, [_simple(help_.path).rpartition(".")[2]], cutoff=0.75)
    ]
    guess = ", ".join(dict.fromkeys(near[:6]))
    todo = f"did you mean {guess}?" if guess else "ask without a key for the list of all keys"
    raise UsageError(Problem(where="explain-key", what=f'the {file} file has no key "{path}"', todo=todo))


def all_keys() -> tuple[KeyHelp, ...]:
    """Help for every key, each before the keys below it, in the order of the language."""
    return tuple(_walk(DesignKeys, ""))


def key_tree() -> str:
    """All keys as an indented list, one a line, with their kind."""
    lines = []
    for help_ in all_keys():
        depth = _simple(help_.path).count(".")
        word = help_.path.rpartition(".")[2].removesuffix("[]")
        lines.append(f"{'  ' * depth + word:<22} {help_.kind}{' (needed)' if help_.needed else ''}")
    return "\n".join(lines)


def _walk(model: type[BaseModel], prefix: str) -> "typing.Iterator[KeyHelp]":
    for key, field in _fields(model).items():
        path = prefix + key
        below, mark = _inside(field.annotation)
        extra = typing.cast("dict[str, Any]", field.json_schema_extra or {})
        needed = not extra["default"] or (model is DesignKeys and key in REQUIRED)
        yield KeyHelp(
            path=path,
            kind=field.title or "",
            default="" if needed else extra["default"],
            meaning=field.description or "",
            examples=tuple(field.examples or ()),
            keys=tuple(_fields(below)) if below else (),
            built=field.title != "not built yet",
        )
        if below:
            yield from _walk(below, f"{path}{mark}.")
        if below is ClientKeys:
            yield from _walk(ClientAtKeys, f"{path}.*.")


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a table as they are written; how prefixes are announced comes after what the table is about."""
    named = sorted(model.model_fields.items(), key=lambda item: item[0] in How.model_fields)
    return {field.alias or name: field for name, field in named}


def _inside(annotation: Any) -> tuple[type[Table] | None, str]:
    """The table that an annotation holds, and how a path goes into it: "" directly, "[]" a list, ".*" a mapping."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _inside(arguments[0])
    if origin in (Union, types.UnionType):
        return next((found for found in map(_inside, arguments) if found[0]), (None, ""))
    if origin is list:
        return _inside(arguments[0])[0], "[]"
    if origin is dict:
        return _inside(arguments[1])[0], ".*"
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation, ""
    return None, ""


def fields_at(path: tuple[str | int, ...]) -> dict[str, FieldInfo]:
    """The keys that the table at `path` takes; {} where no table stands."""
    model: type[BaseModel] | None = DesignKeys
    steps = list(path)
    while steps and model is not None:
        word = str(steps.pop(0))
        field = _fields(model).get(word)
        if field is None:
            return _fields(ClientAtKeys) if model is ClientKeys and not steps else {}
        model, mark = _inside(field.annotation)
        if mark and steps and (mark == ".*" or isinstance(steps[0], int)):
            steps.pop(0)
    return _fields(model) if model else {}


def kind_at(path: tuple[str | int, ...]) -> str:
    """What may stand at `path`, in words; "" when the language does not say."""
    field = fields_at(path[:-1]).get(str(path[-1])) if path else None
    if field:
        return field.title or ""
    needed = [key for key, held in fields_at(path).items() if held.is_required()] if path else []
    return f"mapping with at least the key {' and '.join(needed)}" if needed else ""


def _simple(path: str) -> str:
    """A path without names and indexes."""
    return ".".join(part.partition("[")[0] for part in path.split(".") if part != "*")


def _fits(asked: str, path: str) -> bool:
    """Whether `asked` is `path` with a name where the * stands."""
    asked_parts, parts = asked.split("."), path.split(".")
    if len(asked_parts) != len(parts):
        return False
    return all(
        own in ("*", given.partition("[")[0]) or own.partition("[")[0] == given.partition("[")[0]
        for given, own in zip(asked_parts, parts, strict=True)
    )
