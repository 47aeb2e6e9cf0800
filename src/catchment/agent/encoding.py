"""Policies, events and states of the agent as JSON and back, by their dataclasses: nothing is lost, nothing is guessed.

Pure. How a value is written follows from its declared type, field by field:

    dataclass            {"field": ...}, every field; one of several: {"Class": {...}}
    tuple, frozenset     a list; of a frozenset sorted, so that equal values are equal texts
    Mapping              an object, or a list of pairs where keys are no text; the order is kept, decisions depend on it
    Enum                 its value; prefixes and addresses: their text
    float                a number that reads back to the same bits; without end: "inf", "-inf"

A field that a text does not have takes its default: it was written before the field was there.
"""

import functools
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple

Way = Callable[[Any], Any]


class Codec(NamedTuple):
    """write: a value to what JSON holds; read: back. read raises ValueError, KeyError or TypeError for another text."""

    write: Way
    read: Way


NETWORKS, ADDRESSES = {IPv4Network, IPv6Network}, {IPv4Address, IPv6Address}
AS_IT_IS = Codec(lambda value: value, lambda data: data)


@functools.cache
def codec(hint: Any) -> Codec:  # noqa: PLR0911  one for each kind of type
    """How values of a declared type are written and read. The same type gives the same codec."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, types.UnionType) or origin is typing.Union:
        return _union(args)
    if origin in (tuple, frozenset):
        return _items(origin, args)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(*args)
    if hint in NETWORKS:
        return Codec(str, ip_network)
    if hint in ADDRESSES:
        return Codec(str, ip_address)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Codec(lambda value: value.value, hint)
    if is_dataclass(hint):
        return _dataclass(hint)
    if hint is float:
        return Codec(lambda value: float(value) if math.isfinite(value) else str(value), float)
    return AS_IT_IS


def _union(args: tuple[Any, ...]) -> Codec:
    """Optional; IPv4 or IPv6, which tell themselves apart; or one of several dataclasses, by its name."""
    kinds = [kind for kind in args if kind is not type(None)]
    if set(kinds) <= NETWORKS or set(kinds) <= ADDRESSES or len(kinds) == 1:
        one = codec(kinds[0])
    else:
        named = {kind.__name__: codec(kind) for kind in kinds}
        one = Codec(
            lambda value: {type(value).__name__: named[type(value).__name__].write(value)},
            lambda data: _tagged(named, data),
        )
    if len(kinds) == len(args):
        return one
    return Codec(
        lambda value: None if value is None else one.write(value),
        lambda data: None if data is None else one.read(data),
    )


def _tagged(named: Mapping[str, Codec], data: Mapping[str, Any]) -> Any:
    ((name, inside),) = data.items()
    return named[name].read(inside)


def _items(origin: Any, args: tuple[Any, ...]) -> Codec:
    if origin is frozenset:
        one = codec(args[0])
        return Codec(lambda value: sorted(map(one.write, value)), lambda data: frozenset(map(one.read, data)))
    if len(args) == 2 and args[1] is Ellipsis:
        item = codec(args[0])
        return Codec(lambda value: [item.write(x) for x in value], lambda data: tuple(item.read(x) for x in data))
    each = [codec(kind) for kind in args]
    return Codec(
        lambda value: [one.write(x) for one, x in zip(each, value, strict=True)],
        lambda data: tuple(one.read(x) for one, x in zip(each, data, strict=True)),
    )


def _mapping(key: Any, held: Any) -> Codec:
    names, values = codec(key), codec(held)
    if key is str:
        return Codec(
            lambda value: {name: values.write(x) for name, x in value.items()},
            lambda data: {name: values.read(x) for name, x in data.items()},
        )
    return Codec(
        lambda value: [[names.write(name), values.write(x)] for name, x in value.items()],
        lambda data: {names.read(name): values.read(x) for name, x in data},
    )


def _dataclass(kind: Any) -> Codec:
    hints = typing.get_type_hints(kind)
    parts = {one.name: codec(hints[one.name]) for one in fields(kind)}

    def write(value: Any) -> dict[str, Any]:
        return {name: part.write(getattr(value, name)) for name, part in parts.items()}

    def read(data: Mapping[str, Any]) -> Any:
        if unknown := [name for name in data if name not in parts]:
            raise ValueError(f'{kind.__name__} has no "{unknown[0]}"')
        return kind(**{name: parts[name].read(held) for name, held in data.items()})

    return Codec(write, read)
