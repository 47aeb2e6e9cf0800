"""The key `agent` of a design: the same keys, readers and words as in the agent's own file, as a part of the design."""

from typing import Annotated, Any, cast

from pydantic import create_model

from catchment.designfile.agentfile.build import Building
from catchment.designfile.agentfile.kinds import kind_of, value_schema
from catchment.designfile.agentfile.language import DESIGN
from catchment.designfile.agentfile.table import Table as AgentTable
from catchment.designfile.forms import reads
from catchment.designfile.tables import Table, key
from catchment.designfile.telling import Telling
from catchment.model.watching import Watching


def _drawn(name: str, table: AgentTable) -> type[Table]:
    """A table of the agent file as a table of the design's language."""
    fields: dict[str, Any] = {}
    for word, one in table.items():
        if one.below is not None:
            kind: Any = _drawn(f"{name}{word.title().replace('-', '')}", one.below)
        else:
            kind = Annotated[Any, *reads(one.read, value_schema(one))]
        held = key(kind_of(one), one.meaning, one.example, default=one.default or None)
        fields[word.replace("-", "_")] = (kind | None if one.default else kind, held)
    return create_model(name, __base__=Table, **fields)


AgentKeys: type[Table] = _drawn("Agent", DESIGN)


def _plain(keys: Table) -> dict[str, Any]:
    """Key as it is written -> value as it was read, of those that are written."""
    found = {}
    for name in keys.model_fields_set:
        value = getattr(keys, name)
        found[name.replace("_", "-")] = _plain(value) if isinstance(value, Table) else value
    return found


class Agents(Telling):
    """Reads `agent`."""

    def __init__(self) -> None:
        super().__init__("agent")

    def watching(self, keys: Any) -> Watching | None:
        """What holds for all agents; None: the design has none."""
        if keys is None:
            return None

        def wrong(path: tuple[str, ...], rule: str, what: str, todo: str) -> None:
            self.tell(path, rule, what, todo, at_key=True)

        return Building(wrong).watching(_plain(cast(Table, keys)))
