"""BIRD's configuration as blocks and statements, without knowing what they mean: enough to look something up in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|/\*.*?\*/|[{};]|[^\s{};"#]+', re.DOTALL)


@dataclass(slots=True)
class Block:
    """head: words before the brace, "" for the file; statements: those of its own; blocks: those inside."""

    head: str = ""
    statements: list[str] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def said(self, word: str) -> str | None:
        """What follows a word that begins a statement; "" for a word alone, None without one. The last holds."""
        found = [one[len(word) :].strip() for one in self.statements if f"{one} ".startswith(f"{word} ")]
        return found[-1] if found else None

    def every(self) -> Iterator["Block"]:
        """The block, and all inside it."""
        yield self
        for one in self.blocks:
            yield from one.every()


def blocks(text: str) -> Block:
    """The whole file. A brace too few or too many is BIRD's to tell: what is read is read."""
    stack, words = [Block()], list[str]()
    for part in TOKEN.findall(text):
        if part.startswith(("#", "/*")):
            continue
        if part == "{":
            inner = Block(head=" ".join(words))
            stack[-1].blocks.append(inner)
            stack.append(inner)
            words = []
        elif part in ";}":
            if words:
                stack[-1].statements.append(" ".join(words))
            words = []
            if part == "}" and len(stack) > 1:
                stack.pop()
        else:
            words.append(part)
    return stack[0]
