"""Reads validated ROA payloads from the JSON that rpki-client, routinator and other validators write.

    {"roas": [{"asn": "AS64500", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe"}, ...]}

rpki-client writes the AS number as a number, routinator as "AS64500"; both are read, plain, gzip or bzip2.
What validators add (ta, expires, metadata, ASPA records, router keys) is passed over.
"""

import json
from collections.abc import Collection, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

from catchment.errors import DataError, Problem
from catchment.internet.sources.compressed import read_whole
from catchment.model.address import LAST_ASN, Asn, Prefix
from catchment.model.rpki import Vrp

_TODO = "give the JSON that `rpki-client -j` or `routinator vrps --format json` writes"


def read_vrps(path: Path, covering: Collection[Prefix] | None = None) -> tuple[Vrp, ...]:
    """The VRPs of a file, in its order.

    covering : only those whose prefix is one of these or covers one of them, which is all that decides about
               announcements of these prefixes (RFC 6811 section 2); None for every VRP

    500,000 entries take 0.5 s of CPU with `covering` and 4 s without (measured on 2 shared cores). With `covering` an
    entry that is passed over is not looked at beyond its prefix. Raises DataError, with one problem, for a file that
    is not such JSON.
    """
    entries = _entries(path, read_whole(path).data)
    wanted = None if covering is None else {str(wide) for prefix in covering for wide in _wider(prefix)}
    found = []
    for number, entry in enumerate(entries, 1):
        try:
            if wanted is not None and entry["prefix"].lower() not in wanted:
                continue
            found.append(_vrp(entry))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            said = f"has no {error}" if isinstance(error, KeyError) else f"is no VRP: {error}"
            what = f"entry {number:,} of roas {said}"
            raise DataError(Problem(where=str(path), what=what, todo=_TODO)) from error
    return tuple(found)


def _entries(path: Path, data: bytes) -> list[Any]:
    try:
        content = json.loads(data)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        short = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        what = (
            "the JSON ends too early: the file is cut short"
            if data.strip() and short
            else f"this is not JSON: {error.msg}"
        )
        what = what if data.strip() else "the file is empty"
        todo = f"fetch it again, or {_TODO}" if short else _TODO
        raise DataError(Problem(where=where, what=what, todo=todo)) from error
    except (UnicodeDecodeError, RecursionError) as error:
        what = "this is not JSON: " + ("not text" if isinstance(error, UnicodeDecodeError) else "nested too deep")
        raise DataError(Problem(where=str(path), what=what, todo=_TODO)) from error
    if not isinstance(content, dict) or not isinstance(content.get("roas"), list):
        what = 'this JSON has no list "roas"'
        raise DataError(Problem(where=str(path), what=what, todo=_TODO))
    return cast("list[Any]", content["roas"])


def _wider(prefix: Prefix) -> Iterator[Prefix]:
    """The prefix and all that cover it: 25 for a /24, so that looking one up is a set's work."""
    for length in range(prefix.prefixlen + 1):
        yield prefix.supernet(new_prefix=length)


def _vrp(entry: dict[str, Any]) -> Vrp:
    prefix = ip_network(entry["prefix"])
    number = entry["asn"]
    if isinstance(number, str):
        number = int(number.upper().removeprefix("AS"))
    if type(number) is not int or not 0 <= number <= LAST_ASN:
        raise ValueError(f"asn is {number!r}")
    longest = entry.get("maxLength", prefix.prefixlen)  # RFC 9582: absent means the prefix's own length
    if type(longest) is not int or not prefix.prefixlen <= longest <= prefix.max_prefixlen:
        raise ValueError(f"maxLength is {longest!r} for {prefix}")
    return Vrp(prefix=prefix, max_length=longest, asn=Asn(number))
