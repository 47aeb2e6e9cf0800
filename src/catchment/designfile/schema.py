"""The JSON Schema of the design file, for editors: drawn from the language itself, in draft 7, which they know.

It is a little stricter than the reader (a quoted "true" is refused) and cannot know names: whether a site exists, or
an address lies in a prefix, only `catchment check` says.
"""

from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from catchment.designfile.language import REQUIRED, REQUIRED_INSIDE, DesignKeys

Json = dict[str, Any]


def schema() -> Json:
    """The JSON Schema, as data. 20 ms."""
    drawn = _model_schema(DesignKeys)
    definitions = drawn.pop("$defs", {})
    whole = cast("Json", _draft7({**drawn, "definitions": definitions}))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "catchment design file",
        **{key: value for key, value in whole.items() if key != "title"},
        "patternProperties": {"^x-": {"description": "Room for anchors; not read."}},
        "anyOf": [{"required": list(REQUIRED)}, {"required": list(REQUIRED_INSIDE)}],
    }


def _model_schema(model: type[BaseModel]) -> Json:
    return model.model_json_schema(ref_template="#/definitions/{model}", schema_generator=GenerateJsonSchema)


def _draft7(part: Any) -> Any:
    """The part in draft 7: no null beside a value, help in the description, nothing beside a $ref."""
    if isinstance(part, list):
        return [_draft7(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "examples" in part:
        part = _described(part)
    answer = {key: _draft7(value) for key, value in part.items()}
    choices = answer.get("anyOf")
    if isinstance(choices, list):
        flat = [option for choice in choices if choice != {"type": "null"} for option in _options(choice)]
        answer["anyOf"] = [option for index, option in enumerate(flat) if option not in flat[:index]]
        if len(answer["anyOf"]) == 1:
            answer |= answer.pop("anyOf")[0]
    if "patternProperties" in answer:  # names of sites and services: others are refused
        answer.setdefault("additionalProperties", False)
    if "$ref" in answer and len(answer) > 1:  # draft 7 passes over everything beside a $ref
        answer = {"allOf": [{"$ref": answer.pop("$ref")}], **answer}
    return answer


def _options(choice: Json) -> list[Json]:
    """The options of an anyOf inside an anyOf are options of the outer one."""
    return cast("list[Json]", choice["anyOf"]) if set(choice) == {"anyOf"} else [choice]


def _described(part: Json) -> Json:
    """Help moves into the description, where editors show it; `default` and `examples` are words of ours."""
    without = f" Without it: {part['default']}." if part.get("default") else ""
    example = f" Example: {part['examples'][0]}" if part["examples"] else ""
    kept = {key: value for key, value in part.items() if key not in ("examples", "default", "title")}
    return {**kept, "description": f"{part['description']}{without}{example}"}
