from collections.abc import Iterator

from catchment.designfile.agentfile.kinds import kind_of, schema_of, value_schema
from catchment.designfile.agentfile.language import DESIGN, FILE
from catchment.designfile.agentfile.table import Key, Table


def walk(table: Table, path: str = "") -> Iterator[tuple[str, Key]]:
    for word, one in table.items():
        yield f"{path}{word}", one
        if one.below is not None:
            yield from walk(one.below, f"{path}{word}.")


def test_every_key_says_what_may_stand_there():
    for path, one in [*walk(FILE), *walk(DESIGN)]:
        assert kind_of(one) != "value", path
        assert value_schema(one), path


def test_the_schema_knows_needed_keys_and_room_for_anchors():
    drawn = schema_of(FILE)
    assert drawn["required"] == ["site", "speaker", "announcements"]
    assert "^x-" in drawn["patternProperties"]
    assert drawn["additionalProperties"] is False


def test_a_need_may_be_written_short():
    said = schema_of(FILE)["properties"]["announcements"]["patternProperties"]
    (announcement,) = said.values()
    assert {"object", "string"} <= {one.get("type") for one in flat(announcement["properties"]["while"])}


def flat(schema: dict) -> list[dict]:
    return [inner for one in schema["anyOf"] for inner in (flat(one) if "anyOf" in one else [one])]
