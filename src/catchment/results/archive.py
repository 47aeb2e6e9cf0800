"""Saved catchments: JSON, JSON lines, CSV, Parquet; and JSON, JSON lines and Parquet read again. [I/O]

Every form carries the provenance: JSON as a key, JSON lines in the first line, CSV in comment lines before the header,
Parquet in the metadata of the file. A client is a record with the same names in every form.
"""

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from catchment.errors import DataError, MachineError, Problem
from catchment.results.catchment import NOWHERE, Catchment, DecidedBy, Known, RouteClass, Target
from catchment.results.provenance import Provenance, Source
from catchment.results.rows import pointers
from catchment.results.served import Served
from catchment.results.served_records import client_records, served_data
from catchment.results.whole import write_whole

FORMAT = "catchment 1"
SUFFIXES = (".json", ".jsonl", ".csv", ".parquet")
Record = dict[str, Any]


def header(catchment: Catchment, served: Served | None = None) -> Record:
    """Everything but the clients: format, title, their number, targets, notes, provenance; what the inside does."""
    return {
        "format": FORMAT,
        "title": catchment.title,
        "client_count": len(catchment.asn),
        "targets": [_clean(asdict(target)) for target in catchment.targets],
        "notes": list(catchment.notes),
        "provenance": asdict(catchment.provenance),
        **({"inside": served_data(served)} if served else {}),
    }


def records(catchment: Catchment, served: Served | None = None) -> Iterator[Record]:
    """The clients, one record each, ascending by AS number; what is not known is None.

    served : with it each record also has where the client enters and who serves it
    """
    c = catchment
    inside = client_records(served) if served else ({} for _ in c.asn)
    names = [target.name for target in c.targets]
    certainty = c.certainty
    for i, more in enumerate(inside):
        target, best = int(c.target[i]), int(c.best[i])
        yield _clean(
            {
                "asn": int(c.asn[i]),
                "site": None if target == NOWHERE else names[target],
                "certainty": round(float(certainty[i]), 6),
                "shares": {names[t]: round(p, 6) for t, p in c.shares_of(i)},
                "class": RouteClass(int(c.route_class[i])).name.lower(),
                "length": int(c.length[i]),
                "tied": int(c.tied[i]),
                "decided_by": DecidedBy(int(c.decided_by[i])).name.lower().replace("_", "-"),
                "path": list(c.path_of(i)),
                "rtt_ms": round(float(c.rtt_ms[i]), 3),
                "best_site": None if best == NOWHERE else names[best],
                "best_rtt_ms": round(float(c.best_rtt_ms[i]), 3),
                "weight": float(c.weight[i]),
                "country": c.country[i].decode() or None,
                "latitude_deg": round(float(c.latitude_deg[i]), 4),
                "longitude_deg": round(float(c.longitude_deg[i]), 4),
                "place_known": Known(int(c.known[i])).name.lower(),
                **more,
            }
        )


def to_json(catchment: Catchment, served: Served | None = None) -> Iterator[str]:
    """One JSON document, a client a line inside it, so that two of them can be compared line by line."""
    yield json.dumps(header(catchment, served), ensure_ascii=False)[:-1] + ', "clients": [\n'
    yield from _joined(",\n", (json.dumps(record, ensure_ascii=False) for record in records(catchment, served)))
    yield "\n]}\n"


def to_jsonl(catchment: Catchment, served: Served | None = None) -> Iterator[str]:
    """The header in the first line, then a client a line."""
    yield json.dumps(header(catchment, served), ensure_ascii=False) + "\n"
    for record in records(catchment, served):
        yield json.dumps(record, ensure_ascii=False) + "\n"


def to_csv(catchment: Catchment, served: Served | None = None) -> Iterator[str]:
    """Comment lines with the header, then a client a line; path and shares are words separated by blanks."""
    yield f"# {json.dumps(header(catchment, served), ensure_ascii=False)}\n"
    buffer = io.StringIO()
    writer: Any = None
    for record in records(catchment, served):
        flat = record | {"path": " ".join(map(str, record["path"]))}
        for column in ("shares", "served_by"):
            if column in record:
                flat[column] = " ".join(f"{name}={p}" for name, p in record[column].items())
        if writer is None:
            writer = csv.DictWriter(buffer, flat, lineterminator="\n")
            writer.writeheader()
        writer.writerow(flat)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def save(catchment: Catchment, path: Path, served: Served | None = None) -> None:
    """Write a catchment in the form that the suffix names: to a temporary name, then renamed.

    Raises MachineError when the suffix is another, the file cannot be written, or pyarrow is missing for Parquet.
    """
    forms = {".json": to_json, ".jsonl": to_jsonl, ".csv": to_csv}
    if path.suffix == ".parquet":
        write_whole(path, [_parquet(catchment, served)])
    elif path.suffix in forms:
        write_whole(path, (text.encode() for text in forms[path.suffix](catchment, served)))
    else:
        what = f"no form of result has the suffix {path.suffix or '(none)'}"
        raise MachineError(Problem(where=str(path), what=what, todo=f"use one of {', '.join(SUFFIXES)}"))


def load(path: Path) -> Catchment:
    """Read what `save` wrote as JSON, JSON lines or Parquet. Raises DataError that says what is wrong with the file."""
    try:
        path.stat()  # pyarrow says of a missing file no more than its name
        if path.suffix == ".parquet":
            head, clients = _read_parquet(path)
        elif path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").split("\n")  # splitlines would cut at U+2028 inside a title
            head = json.loads(lines[0]) if lines[0] else {}
            clients = [json.loads(line) for line in lines[1:] if line]
        elif path.suffix == ".json":
            head = json.loads(path.read_text(encoding="utf-8"))
            clients = head.pop("clients", []) if isinstance(head, dict) else []
        else:
            what = f"a catchment is not read from {path.suffix or 'a file without suffix'}"
            raise DataError(_refusal(path, what, "save it as .json, .jsonl or .parquet"))
    except OSError as error:
        raise DataError(_refusal(path, f"cannot read it: {error.strerror or error}")) from error
    except (ValueError, RecursionError) as error:
        raise DataError(_refusal(path, f"it is damaged or no JSON: {error}")) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(clients, list):
        raise DataError(_refusal(path, f"this is no saved catchment of format `{FORMAT}`"))
    if head.get("client_count") != len(clients):
        raise DataError(_refusal(path, f"it has {len(clients):,} clients of {head.get('client_count')}"))
    try:
        return _catchment(head, clients)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DataError(_refusal(path, f"a record is not as it should be: {error!r}")) from error


def _refusal(path: Path, what: str, todo: str = "save it again with `catchment predict ... --save FILE`") -> Problem:
    return Problem(where=str(path), what=what, todo=todo)


def _catchment(head: Record, clients: list[Record]) -> Catchment:
    targets = tuple(_target(target) for target in head["targets"])
    number = {target.name: i for i, target in enumerate(targets)}
    clients = sorted(clients, key=lambda record: int(record["asn"]))
    shares = [sorted((number[name], p) for name, p in record["shares"].items()) for record in clients]
    made = head["provenance"]

    def column(name: str, dtype: Any, default: Any = math.nan) -> Any:
        return np.array([default if record[name] is None else record[name] for record in clients], dtype)

    def target(name: str) -> Any:
        return np.array([NOWHERE if r[name] is None else number[r[name]] for r in clients], np.int16)

    return Catchment(
        title=head["title"],
        targets=targets,
        asn=column("asn", np.uint32),
        weight=column("weight", np.float64),
        target=target("site"),
        route_class=np.array([RouteClass[r["class"].upper()] for r in clients], np.uint8),
        length=column("length", np.uint16),
        tied=column("tied", np.uint16),
        decided_by=np.array([DecidedBy[r["decided_by"].upper().replace("-", "_")] for r in clients], np.uint8),
        share_ptr=pointers(np.array([len(s) for s in shares], np.int64)),
        share_target=np.array([t for s in shares for t, _ in s], np.uint16),
        share=np.array([p for s in shares for _, p in s], np.float32),
        path_ptr=pointers(np.array([len(r["path"]) for r in clients], np.int64)),
        path=np.array([asn for r in clients for asn in r["path"]], np.uint32),
        latitude_deg=column("latitude_deg", np.float32),
        longitude_deg=column("longitude_deg", np.float32),
        known=np.array([Known[r["place_known"].upper()] for r in clients], np.uint8),
        rtt_ms=column("rtt_ms", np.float32),
        best_rtt_ms=column("best_rtt_ms", np.float32),
        best=target("best_site"),
        country=column("country", "S2", ""),
        provenance=Provenance(
            **made
            | {
                "sources": tuple(Source(**s | {"notes": tuple(s["notes"])}) for s in made["sources"]),
                "options": tuple((name, value) for name, value in made["options"]),
            }
        ),
        notes=tuple(head["notes"]),
    )


def _target(record: Record) -> Target:
    places = {name: math.nan if record[name] is None else record[name] for name in ("latitude_deg", "longitude_deg")}
    return Target(**record | places)


def _parquet(catchment: Catchment, served: Served | None) -> bytes:
    pyarrow = _pyarrow()
    rows = []
    for record in records(catchment, served):
        rows.append(record | {key: json.dumps(record[key]) for key in ("shares", "served_by") if key in record})
    head = json.dumps(header(catchment, served))
    table = pyarrow.Table.from_pylist(rows).replace_schema_metadata({"catchment": head})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _read_parquet(path: Path) -> tuple[Record, list[Record]]:
    pyarrow = _pyarrow()
    table = pyarrow.parquet.read_table(path)
    head = json.loads((table.schema.metadata or {}).get(b"catchment", b"{}"))
    rows = table.to_pylist()
    return head, [row | {"shares": json.loads(row.get("shares") or "{}")} for row in rows]


def _pyarrow() -> Any:
    try:
        import pyarrow  # noqa: PLC0415  170 MB that only Parquet needs
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        todo = "pip install 'catchment[parquet]', or save as .json"
        raise MachineError(Problem(where="Parquet", what="pyarrow is not installed", todo=todo)) from error
    return pyarrow


def _clean(record: Record) -> Record:
    """NaN is no JSON: None."""
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in record.items()}


def _joined(separator: str, parts: Iterator[str]) -> Iterator[str]:
    for i, part in enumerate(parts):
        yield part if i == 0 else separator + part
