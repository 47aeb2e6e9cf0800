"""A table of keys: each with its meaning, an example, and how its value is read; and the reader of such tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catchment.designfile.located import Mark, Value
from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.errors import Problem

Read = Callable[[Any], Any]


def as_it_is(given: Any) -> Any:
    """Of a key that has keys below it and no other form."""
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the file.

    meaning : a sentence for help
    example : how it is written behind the colon
    read    : of a plain value (text, list, mapping of text); raises Broken
    below   : the keys under it; then `read` is for what is no mapping
    named   : whether names of the user's stand between the key and `below`
    default : what holds without it, in words; "": it is needed
    """

    meaning: str
    example: str
    read: Read = as_it_is
    below: "Mapping[str, Key] | None" = None
    named: bool = False
    default: str = ""


Table = Mapping[str, Key]


def key(example: str, read: Read, meaning: str, default: str = "") -> Key:
    """A key with a plain value."""
    return Key(meaning=meaning, example=example, read=read, default=default)


@dataclass(slots=True)
class Reading:
    """Reads tables and keeps everything that is wrong, with its place."""

    name: str
    problems: list[tuple[Mark, Problem]] = field(default_factory=list)

    def add(self, mark: Mark, rule: str, what: str, todo: str = "") -> None:
        """One thing more is wrong."""
        where = f"{self.name}:{mark.line}:{mark.column}"
        self.problems.append((mark, Problem(where=where, what=what, todo=todo, rule=rule)))

    def table(self, given: Value, keys: Table, whose: str) -> dict[str, Any]:
        """What is sound of a mapping: key -> value as read; tables below as dicts of their own."""
        if given.kind != "mapping":
            todo = f"the keys are {', '.join(keys)}"
            self.add(given.mark, "W002", f"expected the keys of {whose}, found {shown(given.plain())}", todo)
            return {}
        found: dict[str, Any] = {}
        for word, (mark, held) in given.entries.items():
            if word.startswith("x-"):
                continue
            if word not in keys:
                todo = did_you_mean(word, list(keys), f"the keys here are {', '.join(keys)}")
                self.add(mark, "W003", f"unknown key {shown(word)} in {whose}", todo)
            elif (value := self._value(word, keys[word], held, whose)) is not NOTHING:
                found[word] = value
        for word, key in keys.items():
            if not key.default and word not in given.entries:
                self.add(given.mark, "W004", f'"{word}" is missing in {whose}', f"add it, e.g. {word}: {key.example}")
        return found

    def _value(self, word: str, key: Key, held: Value, whose: str) -> Any:
        if held.kind == "nothing":
            self.add(held.mark, "D008", f'"{word}" has no value', f"write it like {word}: {key.example}")
            return NOTHING
        if key.below is not None and not key.named and held.kind == "mapping":
            return self.table(held, key.below, f'"{word}" of {whose}' if whose != "the file" else f'"{word}"')
        if key.below is not None and key.named:
            return self._named(word, key, held)
        try:
            return key.read(held.plain())
        except Broken as broken:
            self.add(held.mark, broken.rule, broken.what, broken.todo or f"write it like {word}: {key.example}")
            return NOTHING

    def _named(self, word: str, key: Key, held: Value) -> Any:
        if held.kind != "mapping":
            what = f'expected names under "{word}", found {shown(held.plain())}'
            self.add(held.mark, "W002", what, f"{word}: {key.example}")
            return NOTHING
        assert key.below is not None, "only tables have names above them"
        return {
            name: self.table(one, key.below, f'{word.removesuffix("s")} "{name}"')
            for name, (_, one) in held.entries.items()
        }


NOTHING: Any = object()
"""Stands for a value that is wrong, and was told."""
