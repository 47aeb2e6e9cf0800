"""What a YAML parser complains about, said so that one knows what to change."""

import re

# (what the parser says, what is wrong, what to do): the first that fits is told. The parser is ruamel.yaml's.
_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"character '\\t'", "a tab where YAML allows only spaces", "indent with spaces; two for each level"),
    (r"character '(.)' that cannot start", r"a value cannot start with {0}", "put the value in quotes"),
    (
        r"mapping values are not allowed",
        "a colon where no key can stand",
        "put the value in quotes if the colon is part of it; else check the indentation, also of the line above",
    ),
    (
        r"could not find expected ':'|expected ':'",
        "a key without a colon",
        "write `key: value`; check that the line before this one is complete",
    ),
    (
        r"expected <block end>",
        "this line is not indented like the others of its block",
        "line it up with the keys it belongs to; use spaces only",
    ),
    (
        r"expected '?,'? or '([]}])'",
        "a bracket is opened and not closed here: expected a comma or {0}",
        "close the bracket, or add the comma that is missing",
    ),
    (
        r"unexpected end of stream|unexpected document separator",
        "a quoted text has no end",
        "add the quote that is missing",
    ),
    (
        r"escape",
        "a backslash in a double-quoted text that YAML does not know",
        "use single quotes, or double the backslash",
    ),
    (
        r"duplicate anchor|alias|anchor",
        "an anchor or alias without a usable name",
        "write &name and *name, or quote the text",
    ),
    (
        r"version|directive|tag handle|%",
        "a YAML directive that designs have no use for",
        "remove the line that starts with %",
    ),
)


def in_plain_words(complaint: str, context: str) -> tuple[str, str]:
    """What is wrong and what to do, for a parser's `complaint` made in `context`."""
    for pattern, what, todo in _WORDS:
        found = re.search(pattern, complaint)
        if found:
            return what.format(*found.groups()), todo
    said = f"{complaint} {context}".strip()
    return (
        f"this is not YAML: {' '.join(said.split())}",
        "check the line and the one above: indentation, colons, quotes",
    )
