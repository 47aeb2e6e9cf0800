"""Short forms of the design file: one value for a list of one, a word for a mapping, a word for a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from catchment.designfile.values import Broken, did_you_mean, shown

Json = dict[str, Any]


def reads(function: Callable[[Any], Any], schema: Json) -> tuple[PlainValidator, WithJsonSchema]:
    """The two annotations of a value that `function` reads and that `schema` describes to editors."""
    return PlainValidator(function), WithJsonSchema(schema)


@dataclass(frozen=True)
class AlsoOne:
    """A list may be written as its only item: `transit: 64511`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_in_a_list, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}


def _in_a_list(given: Any) -> Any:
    return given if given is None or isinstance(given, list) else [given]


@dataclass(frozen=True)
class AlsoShort:
    """A mapping may be written as the value of its key `key`: `64511` for `{asn: 64511}`."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._widened, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        long = handler(schema)
        return {"anyOf": [handler.resolve_ref_schema(long)["properties"][self.key], long]}

    def _widened(self, given: Any) -> Any:
        return {self.key: given} if isinstance(given, str) else given


@dataclass(frozen=True)
class AlsoNames:
    """A mapping of names to tables may be written as a list of names: `[seoul, busan]`; their tables are empty."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_each_empty, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return {"anyOf": [handler(schema), {"type": "array", "items": {"type": "string"}}]}


def _each_empty(given: Any) -> Any:
    if not isinstance(given, list):
        return given
    if not all(isinstance(name, str) for name in given):
        raise Broken("D008", "expected a list of names", "write [seoul, busan], or a mapping of names")
    if len(set(given)) < len(given):
        twice = next(name for index, name in enumerate(given) if name in given[:index])
        raise Broken("D005", f"{shown(twice)} is here for the second time", "give each its own name")
    return {name: {} for name in given}


class TheWord(list[Any]):
    """What is decoded where a word stood instead of a list: empty, and known by its type."""


@dataclass(frozen=True)
class AlsoWord:
    """Instead of a list there may stand one certain word: `sessions: from-internet`; decoded as TheWord."""

    word: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return {"anyOf": [{"enum": [self.word]}, handler(schema)]}

    def _read(self, given: Any, decode: Callable[[Any], Any]) -> Any:
        if isinstance(given, str):
            if given.strip() == self.word:
                return TheWord()
            todo = did_you_mean(given, [self.word], f"write a list of {{to: AS number, as: transit}}, or {self.word}")
            raise Broken("D008", f"expected a list or the word {self.word}, found {shown(given)}", todo)
        return decode(given)
