"""YAML text as a tree whose every key and value knows its line and column.

A scalar stays the text that was written, whatever it looks like; what it means is decided by the
key it stands under (designfile/language.py). So the traps of YAML never open: `NO` is Norway and not false,
`22:22` is not 1342, AS 1.10 does not lose its zero, `0123` is not octal.

The tree is built from ruamel.yaml's parse events with a stack of our own rather than by its composer: nothing
recurses on what a stranger wrote, and the size that aliases expand to is known before anything is expanded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from catchment.designfile.unreadable import in_plain_words

MAX_DEPTH = 32  # the language itself is 6 deep
_PLAIN_TAGS = {"!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))}
MAX_VALUES = 1_000_000  # with aliases expanded; 1,500 sites with 8 sessions each, all in the long form, have 150,000


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text, both counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Value:
    """One value: exactly one of `text`, `items` and `entries` is used, as `kind` says.

    kind : "text", "nothing" (an empty value, `~` or `null`), "list" or "mapping"
    size : how many values it holds, itself included, with aliases expanded
    """

    kind: str
    mark: Mark
    text: str = ""
    items: "list[Value]" = field(default_factory=list)
    entries: "dict[str, tuple[Mark, Value]]" = field(default_factory=dict)
    size: int = 1

    def plain(self) -> Any:
        """The same as str, None, list and dict."""
        if self.kind == "list":
            return [item.plain() for item in self.items]
        if self.kind == "mapping":
            return {key: value.plain() for key, (_, value) in self.entries.items()}
        return self.text if self.kind == "text" else None

    def mark_of(self, path: tuple[str | int, ...]) -> Mark:
        """Where the value at `path` stands; what is not in the text stands where the last part that is does.

        A list that was written as its only item has no index in the text: `transit: 64500` at ("transit", 0).
        """
        here, mark = self, self.mark
        for step in path:
            if here.kind == "mapping" and step in here.entries:
                mark, here = here.entries[str(step)]
                if here.kind != "nothing":
                    mark = here.mark
            elif here.kind == "list" and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
                mark = here.mark
        return mark

    def mark_of_key(self, path: tuple[str | int, ...]) -> Mark:
        """Where the key that ends `path` stands, or as `mark_of` when there is none."""
        here: Value | None = self.at(path[:-1])
        if path and here is not None and here.kind == "mapping" and path[-1] in here.entries:
            return here.entries[str(path[-1])][0]
        return self.mark_of(path)

    def at(self, path: tuple[str | int, ...]) -> "Value | None":
        here = self
        for step in path:
            if here.kind == "mapping" and step in here.entries:
                here = here.entries[str(step)][1]
            elif here.kind == "list" and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
            else:
                return None
        return here


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something wrong with the text as YAML; `rule` as in rules.py."""

    mark: Mark
    rule: str
    what: str
    todo: str


class Unreadable(Exception):
    """The text is not YAML that a design can be written in, and reading it had to stop there."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.what)


def read_tree(text: str) -> tuple[Value | None, list[Trouble]]:
    """The tree of `text`, None when it holds no value at all, and what is wrong that need not stop us (double keys)."""
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except Unreadable as stopped:
        return None, [*builder.troubles, stopped.trouble]
    return builder.root, builder.troubles


def _events(text: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        spot = error.problem_mark or error.context_mark
        what, todo = in_plain_words(error.problem or error.context or "it is not YAML", error.context or "")
        raise _stop(Mark(spot.line + 1, spot.column + 1) if spot else Mark(1, 1), "D002", what, todo) from error
    except ReaderError as error:
        before = re.split(r"\r\n|[\r\n]", text[: error.position])
        mark = Mark(len(before), len(before[-1]) + 1)
        what = f"a character that text does not have (U+{ord(text[error.position]):04X})"
        raise _stop(mark, "D002", what, "remove it, or save the file as UTF-8 text") from error
    except (YAMLError, ValueError, OverflowError) as error:
        # chr() of an escape that is no character, e.g. "\\U99999999": ruamel.yaml lets Python's own error through
        raise _stop(Mark(1, 1), "D002", f"this is not YAML: {error}", "check the escapes in quoted text") from error


def _stop(mark: Mark, rule: str, what: str, todo: str) -> Unreadable:
    return Unreadable(Trouble(mark=mark, rule=rule, what=what, todo=todo))


def _whole(text: str, mark: Mark) -> str:
    """Halves of characters, as JSON escapes them ("\\ud83d\\ude00"), put together; a half alone is refused."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        todo = "write the character itself"
        raise _stop(mark, "D002", "an escape in this text is half a character", todo) from error


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    value: Value
    anchor: str | None
    key: tuple[str, Mark] | None = None  # of a mapping: the key that waits for its value
    merges: list[tuple[Mark, Value]] = field(default_factory=list)  # values of `<<`


class _Builder:
    def __init__(self) -> None:
        self.root: Value | None = None
        self.troubles: list[Trouble] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Value] = {}
        self._total = 0

    def take(self, event: Event) -> None:
        mark = Mark(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, DocumentStartEvent):
            if self.root is not None:
                todo = "keep one design per file; remove the line with ---"
                raise _stop(mark, "D004", "a second YAML document starts here", todo)
        elif isinstance(event, AliasEvent):
            self._put(self._of_alias(event.anchor, mark), mark)
        elif isinstance(event, ScalarEvent):
            self._refuse_tag(event, mark)
            nothing = bool(event.implicit[0]) and event.value in ("", "~", "null", "Null", "NULL")
            value = Value("nothing" if nothing else "text", mark, text=_whole(event.value, mark))
            if event.anchor:
                self._anchors[event.anchor] = value
            self._put(value, mark)
        elif isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._refuse_tag(event, mark)
            if len(self._open) >= MAX_DEPTH:
                todo = "a design needs 6 levels at most; check the brackets"
                raise _stop(mark, "D004", f"nested more than {MAX_DEPTH} levels deep", todo)
            kind = "list" if isinstance(event, SequenceStartEvent) else "mapping"
            self._open.append(_Open(Value(kind, mark), event.anchor))
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            done = self._open.pop()
            self._merge(done)
            if done.anchor:
                self._anchors[done.anchor] = done.value
            self._put(done.value, done.value.mark)

    def _refuse_tag(self, event: Any, mark: Mark) -> None:
        tag = str(event.tag) if event.tag is not None else "!"
        if tag not in _PLAIN_TAGS:
            raise _stop(mark, "D004", f"the YAML tag {tag} means nothing in a design", "remove the tag")

    def _of_alias(self, anchor: str, mark: Mark) -> Value:
        if any(waiting.anchor == anchor for waiting in self._open):
            todo = "write out what is meant"
            raise _stop(mark, "D004", f"*{anchor} stands inside &{anchor}: it would never end", todo)
        if anchor not in self._anchors:
            todo = f"put &{anchor} before the value that is meant, further up, or quote text that begins with a star"
            raise _stop(mark, "D002", f"*{anchor} refers to nothing", todo)
        return self._anchors[anchor]

    def _put(self, value: Value, mark: Mark) -> None:
        """Give a finished value to the list or mapping that it stands in, or make it the root."""
        if not self._open:
            self.root = value
            return
        holder = self._open[-1]
        if holder.value.kind == "list":
            self._grow(holder.value, value, mark)
            holder.value.items.append(value)
        elif holder.key is None:
            if value.kind not in ("text", "nothing"):
                raise _stop(
                    mark, "D004", f"a {value.kind} is used as a key", "use a word as the key, or check the brackets"
                )
            holder.key = (value.text, mark)
        else:
            key, key_mark = holder.key
            holder.key = None
            entries = holder.value.entries
            if key == "<<":
                holder.merges.append((mark, value))
            elif key in entries:
                what = f'"{key}" is here for the second time; the first is on line {entries[key][0].line}'
                todo = "keep one of them, or give this one another name"
                self.troubles.append(Trouble(mark=key_mark, rule="D005", what=what, todo=todo))
            else:
                self._grow(holder.value, value, mark)
                entries[key] = (key_mark, value)

    def _grow(self, holder: Value, value: Value, mark: Mark) -> None:
        holder.size += value.size
        if holder.size > MAX_VALUES:
            what = f"its aliases (*name) stand for more than {MAX_VALUES:,} values"
            raise _stop(mark, "D004", what, "write a smaller design, or fewer aliases of aliases")

    def _merge(self, done: _Open) -> None:
        """`<<: *defaults` (YAML 1.1 merge keys): what the mapping says itself is stronger, then the first merged."""
        for mark, merged in done.merges:
            sources = merged.items if merged.kind == "list" else [merged]
            for source in sources:
                if source.kind != "mapping":
                    raise _stop(
                        mark, "D004", "<< takes in a mapping, and this is none", "refer to a mapping: <<: *name"
                    )
                for key, (key_mark, value) in source.entries.items():
                    if key not in done.value.entries:
                        self._grow(done.value, value, mark)
                        done.value.entries[key] = (key_mark, value)
