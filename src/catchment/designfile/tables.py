"""How the language is written down: a key with its help, and a mapping of such keys."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def key(kind: str, meaning: str, *examples: str, default: str | None = None) -> Any:
    """A key of the design file. `default` says in words what holds without it; None: the key is needed."""
    needed: dict[str, Any] = {} if default is None else {"default": None}
    return Field(
        title=kind,
        description=meaning,
        examples=list(examples),
        json_schema_extra={"default": default or ""},
        **needed,
    )


def later(meaning: str, example: str) -> Any:
    """A key that is kept for a later version of the language."""
    return key("not built yet", meaning, example, default="none")


class Table(BaseModel):
    """A mapping of the design file: the keys that it has and no others."""

    model_config = ConfigDict(
        extra="forbid",
        defer_build=True,  # only whole designs are validated: most validators are never asked for
        frozen=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
        populate_by_name=False,
    )
