"""An XML file changed in places, every other byte as it was: elements by their positions, changes as cuts of the text.

A document type is refused, and with it every entity of its own (XML bombs, files of the machine drawn in).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from catchment.errors import Problem, RenderError

Tree = tuple[str, "str | list[Tree]"]
"""An element to be written: its name, and its text or its children."""


@dataclass(slots=True, kw_only=True, eq=False)
class Element:
    """One element of the file.

    start, end       : of the whole element, bytes
    open_end         : behind its start tag
    close            : where its end tag begins; open_end when it has none (`<a/>`)
    text             : what stands in it, without that of children
    """

    name: str
    start: int
    open_end: int = 0
    close: int = 0
    end: int = 0
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        return [one for one in self.children if one.name == name]

    def child(self, name: str) -> "Element | None":
        return next(iter(self.all(name)), None)

    def says(self, name: str) -> str:
        """The text of a child, trimmed as pfSense does; "" when there is none."""
        found = self.child(name)
        return found.text.strip() if found else ""


def read_xml(data: bytes, where: str) -> Element:
    """The root. Raises RenderError for what is no XML, and for a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element(name="", start=0)
    open_ = [top]

    def begin(name: str, _: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        one = Element(name=name.lower(), start=start, open_end=_behind_tag(data, start))
        open_[-1].children.append(one)
        open_.append(one)

    def end(_: str) -> None:
        one = open_.pop()
        if data[one.open_end - 2 : one.open_end] == b"/>":
            one.close = one.end = one.open_end
        else:
            one.close = parser.CurrentByteIndex
            one.end = _behind_tag(data, one.close)

    def says(text: str) -> None:
        open_[-1].text += text

    def doctype(*_: object) -> None:
        what = "it has a document type, which no file of pfSense has"
        raise RenderError(Problem(where=where, what=what, todo="give the file that pfSense exported"))

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = says, doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RenderError(Problem(where=f"{where}:{error.lineno}", what=f"it is no XML: {error}")) from error
    return top.children[0]


def _behind_tag(data: bytes, start: int) -> int:
    """The place behind the tag that begins at `start`; a > inside of quotes ends nothing."""
    quote = b""
    for place in range(start, len(data)):
        sign = data[place : place + 1]
        if quote:
            quote = b"" if sign == quote else quote
        elif sign in (b'"', b"'"):
            quote = sign
        elif sign == b">":
            return place + 1
    return len(data)


class Splice:
    """Changes of one file, gathered, and then made at once."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.root = read_xml(data, where)
        self._cuts: list[tuple[int, int, bytes]] = []

    def section(self, *path: str) -> Element | None:
        """An element by its names below the root."""
        found: Element | None = self.root
        for name in path:
            found = found.child(name) if found else None
        return found

    def add(self, path: tuple[str, ...], trees: Iterable[Tree], before: Element | None = None) -> None:
        """Put elements into a section, at its end or before one of its children; missing sections are made.

        Once for each section: what is missing would be made twice.
        """
        wanted = list(trees)
        parent = self.root
        for depth, name in enumerate(path):
            child = parent.child(name)
            if child is None:
                for missing in reversed(path[depth:]):
                    wanted = [(missing, wanted)]
                break
            parent = child
        if wanted:
            self._insert(parent, wanted, before)

    def put(self, parent: Element, name: str, value: str) -> None:
        """Make a child say something; nothing is cut when it does."""
        there = parent.child(name)
        if there is None:
            self._insert(parent, [(name, value)])
        elif there.text.strip() != value:
            self._cuts.append((there.start, there.end, _written((name, value), 0).strip().encode()))

    def remove(self, one: Element) -> None:
        """Take an element away, with its line when it has that for itself."""
        line = self.data.rfind(b"\n", 0, one.start) + 1
        behind = one.end + 1 if self.data[one.end : one.end + 1] == b"\n" else one.end
        alone = not self.data[line : one.start].strip() and behind > one.end
        self._cuts.append((line, behind, b"") if alone else (one.start, one.end, b""))

    def done(self) -> bytes:
        """The file with all changes; two at one place stand in the order in which they were asked for."""
        data = self.data
        cuts = sorted(enumerate(self._cuts), key=lambda pair: (pair[1][0], pair[0]), reverse=True)
        for _, (start, end, text) in cuts:
            data = data[:start] + text + data[end:]
        return data

    def _insert(self, parent: Element, trees: list[Tree], before: Element | None = None) -> None:
        depth = self._depth(parent) + 1
        text = "".join(_written(one, depth) for one in trees).encode()
        if parent.close == parent.open_end == parent.end:  # <a/>: it gets an end tag
            tag = self.data[parent.start : parent.open_end - 2].rstrip() + b">"
            name = tag[1:-1].split()[0]  # as it is written there, in whatever case
            closing = (TAB * (depth - 1)).encode() + b"</" + name + b">"
            self._cuts.append((parent.start, parent.end, tag + b"\n" + text + closing))
            return
        place = before.start if before else parent.close
        line = self.data.rfind(b"\n", 0, place) + 1
        if not self.data[line:place].strip():
            self._cuts.append((line, line, text))
        else:  # on one line with what is before it: <gres></gres>
            self._cuts.append((place, place, b"\n" + text + (TAB * (depth - 1)).encode()))

    def _depth(self, wanted: Element) -> int:
        def search(one: Element, depth: int) -> Iterator[int]:
            if one is wanted:
                yield depth
            for child in one.children:
                if child.start <= wanted.start < child.end:
                    yield from search(child, depth + 1)

        return next(search(self.root, 0))


TAB = "\t"  # as pfSense indents


def _written(tree: Tree, depth: int) -> str:
    name, value = tree
    if isinstance(value, str):
        return f"{TAB * depth}<{name}>{escape(value)}</{name}>\n"
    inner = "".join(_written(one, depth + 1) for one in value)
    return f"{TAB * depth}<{name}>\n{inner}{TAB * depth}</{name}>\n"
