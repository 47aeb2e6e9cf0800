"""A tree of text -> the keys of the language, with everything that is wrong, each with its path.

What is sound is decoded even when something else is not, so that the rules between the parts (names.py) run too and
all errors come at once: the broken parts are cut off and the rest is decoded again.
"""

from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from catchment.designfile.keys import fields_at, kind_at
from catchment.designfile.language import DesignKeys
from catchment.designfile.located import Value
from catchment.designfile.network_language import ClientAtKeys
from catchment.designfile.rules import Finding
from catchment.designfile.values import Broken, did_you_mean, shown

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What could be decoded.

    keys    : the design file as far as it is sound
    raw     : the same as text, lists and mappings, in the order of the file and with what is not sound
    broken  : paths that were cut off
    indexes : of the keys with a list, `prefixes` and others, the places in the file of the items that are left
    """

    keys: DesignKeys
    raw: dict[str, Any]
    broken: frozenset[Path]
    indexes: dict[str, list[int]]

    @property
    def router_names(self) -> list[str]:
        """The names of all routers that could be read."""
        return [name for keys in (self.keys.networks or {}).values() for name in keys.routers]

    @property
    def clients(self) -> dict[str, ClientAtKeys]:
        """Clients behind routers, by name."""
        return dict((self.keys.clients.__pydantic_extra__ or {}) if self.keys.clients else {})

    def sound(self, *path: str | int) -> bool:
        """Whether nothing at `path` or below was cut off."""
        return not any(cut[: len(path)] == path or path[: len(cut)] == cut for cut in self.broken)


def decode(tree: Value) -> tuple[Decoded, list[Finding]]:
    """Decode a tree whose root is a mapping."""
    raw = cast("dict[str, Any]", tree.plain())
    for key in [key for key in raw if key.startswith("x-")]:
        del raw[key]  # room for anchors
    findings: list[Finding] = []
    data = raw
    # Twice is enough: what is left after the cut is sound. The third time would be a mistake of ours.
    for _ in range(3):
        try:
            keys = DesignKeys.model_validate(data)
            break
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=True)
            told_ = [cast("dict[str, Any]", found) for found in errors]
            findings += [_slip(found) or _finding(found) for found in told_]
            data = _cut(raw, findings)
    else:
        raise AssertionError(f"the sound part of a design is not sound: {findings}")
    told = {finding.path for finding in findings}
    findings += [finding for finding in _without_value(tree, ()) if not _below(finding.path, told)]
    broken = frozenset(finding.path for finding in findings)
    indexes = {
        key: [index for index in range(len(raw[key])) if (key, index) not in {cut[:2] for cut in broken}]
        if isinstance(raw.get(key), list)
        else [0]
        for key in ("prefixes", "intents", "links", "sessions", "roas")
    }
    return Decoded(keys=keys, raw=raw, broken=broken, indexes=indexes), findings


def _below(path: Path, told: set[Path]) -> bool:
    return any(path[:length] in told for length in range(len(path) + 1))


def _without_value(value: Value, path: Path) -> list[Finding]:
    if value.kind == "list":
        return [found for index, item in enumerate(value.items) for found in _without_value(item, (*path, index))]
    if value.kind == "mapping":
        entries = [(key, held) for key, (_, held) in value.entries.items() if path or not key.startswith("x-")]
        return [found for key, held in entries for found in _without_value(held, (*path, key))]
    if value.kind == "text" or not path:
        return []
    what = f'"{path[-1]}" has no value' if isinstance(path[-1], str) else "an item of the list is empty"
    kind = kind_at(path)
    todo = f"write a value behind it ({kind}), or remove it" if kind else "write a value behind it, or remove it"
    return [Finding(path=path, rule="D008", what=what, todo=todo, at_key=True)]


def _slip(error: dict[str, Any]) -> Finding | None:
    """A misspelt key of `clients`, where any other key is the name of clients at a router."""
    path: Path = tuple(error["loc"])
    known = list(fields_at(("clients",)))
    if len(path) < 2 or path[0] != "clients" or path[1] in known:
        return None
    meant = did_you_mean(str(path[1]), known)
    what = f"unknown key {shown(path[1])}"
    return Finding(path=path[:2], rule="D006", what=what, todo=meant, at_key=True) if meant else None


def _finding(error: dict[str, Any]) -> Finding:
    """One of pydantic's errors as a rule of ours."""
    path: Path = tuple(error["loc"])
    kind = error["type"]
    broken = error.get("ctx", {}).get("error")
    if path and path[-1] == "[key]":
        path, at_key = path[:-1], True
    else:
        at_key = False
    if isinstance(broken, Broken):
        if broken.rule == "D009":
            what = f'"{path[-1]}" is kept for a later version and not built yet'
            return Finding(path=path, rule="D009", what=what, todo=broken.todo, at_key=True)
        return Finding(path=path, rule=broken.rule, what=broken.what, todo=broken.todo, at_key=at_key)
    if kind == "extra_forbidden":
        known = list(fields_at(path[:-1]))
        todo = did_you_mean(str(path[-1]), known, f"the keys here are {', '.join(known)}")
        return Finding(path=path, rule="D006", what=f"unknown key {shown(path[-1])}", todo=todo, at_key=True)
    if kind == "missing":
        field = fields_at(path[:-1]).get(str(path[-1]))
        example = field.examples[0] if field and field.examples else "..."
        what = f'"{path[-1]}" is missing' + (f" in {shown(path[-2])}" if isinstance(path[-2], str) else "")
        return Finding(path=path, rule="D007", what=what, todo=f"add it, e.g. {path[-1]}: {example}", at_key=True)
    what = f"expected a {kind_at(path) or 'value of another kind'}, found {shown(error['input'])}"
    for above in (path, path[:-1]):  # the example of a site stands with the key `sites`
        field = fields_at(above[:-1]).get(str(above[-1])) if above else None
        if field and field.examples:
            return Finding(path=path, rule="D008", what=what, todo=f"write it like {above[-1]}: {field.examples[0]}")
    return Finding(path=path, rule="D008", what=what, todo="see the help for the key above")


# What stands for a needed key that was cut off; never seen, because a design with an error is not built.
_STAND_INS: dict[tuple[str, str], Any] = {
    ("sites", "at"): ["0", "0"],
    ("services", "address"): [],
    ("multicast", "group"): [],
    ("multicast", "from"): [],
    ("multicast", "to"): [],
    ("networks", "routers"): {},
    ("tunnels", "ends"): [],
    ("clients", "router"): "x",
}


def _cut(raw: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """A copy of `raw` without what is broken: a key of a site or service, a client weight, an item of a list.

    A key or item further down goes with the key of the site that holds it, and a broken top-level key goes as a whole.
    """
    left = {key: _copy(value) for key, value in raw.items()}
    items: dict[str, set[int]] = {}
    for path in sorted({finding.path for finding in findings}, key=len):
        top = str(path[0])
        held = left.get(top)
        if isinstance(held, list) and len(path) > 1:
            items.setdefault(top, set()).add(int(path[1]))
        elif isinstance(held, dict) and len(path) > 1 and path[1] in held:
            inner = held.get(path[1])
            if len(path) > 2 and isinstance(inner, dict) and (path[2] in inner or (top, path[2]) in _STAND_INS):
                inner.pop(path[2], None)
                if (top, path[2]) in _STAND_INS:
                    inner[path[2]] = _STAND_INS[top, str(path[2])]
            else:
                held.pop(path[1], None)
        else:
            left.pop(top, None)
    for top, gone in items.items():
        left[top] = [item for index, item in enumerate(left[top]) if index not in gone]
    return left


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: dict(held) if isinstance(held, dict) else held for key, held in value.items()}
    return list(value) if isinstance(value, list) else value
