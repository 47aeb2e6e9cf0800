"""Plain data as YAML that a person reads: mappings a line each, what is small on one line."""

import json
import re
from typing import Any

Data = dict[str, Any]


def as_yaml(data: Data) -> str:
    """Such data as YAML: mappings a line each, what stands in a list on one line."""
    return "\n".join(_block(data, 0)) + "\n"


def _block(data: Data, depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        head = "  " * depth + _scalar(key) + ":"
        nested = (
            isinstance(value, dict)
            and value
            and (depth < 2 or any(isinstance(held, list | dict) for held in value.values()))
        )
        if nested:
            lines += [head, *_block(value, depth + 1)]
        elif isinstance(value, list) and any(isinstance(item, dict) or " " in str(item) for item in value):
            lines += [head, *("  " * (depth + 1) + f"- {_flow(item)}" for item in value)]
        else:
            lines.append(f"{head} {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9 ._%/-]*|[0-9.]+/[0-9]+|[0-9]+(?:\.[0-9]+){3}")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return (
            repr(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else repr(value)
        )
    text = str(value)
    plain = (
        _SAFE.fullmatch(text)
        and not text.endswith(" ")
        and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    )
    return text if plain else json.dumps(text)
