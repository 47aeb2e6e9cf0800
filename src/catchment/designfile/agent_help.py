"""Help for each key of the agent's file, and its JSON Schema, both drawn from the tables that its reader goes by."""

from collections.abc import Iterator

from catchment.designfile.agentfile.kinds import Json, kind_of, schema_of
from catchment.designfile.agentfile.language import FILE
from catchment.designfile.agentfile.table import Table
from catchment.designfile.keys import KeyHelp


def agent_keys() -> tuple[KeyHelp, ...]:
    """Help for every key, each before the keys below it, in the order of the file's language."""
    return tuple(_walk(FILE, ""))


def agent_schema() -> Json:
    """The JSON Schema of agent files, for editors, in draft 7. Whether names fit together only the reader knows."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "catchment agent file", **schema_of(FILE)}


def _walk(table: Table, prefix: str) -> Iterator[KeyHelp]:
    for word, key in table.items():
        path = f"{prefix}{word}"
        yield KeyHelp(
            path=path,
            kind=kind_of(key),
            default=key.default,
            meaning=key.meaning,
            examples=(key.example,),
            keys=tuple(key.below or ()),
            built=True,
        )
        if key.below is not None:
            yield from _walk(key.below, f"{path}{'.*' if key.named else ''}.")
