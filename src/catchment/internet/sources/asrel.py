"""Reads AS relationships as CAIDA publishes them: which AS is whose provider, and who peers with whom.

Two formats, one reader (the README of each folder of CAIDA's AS Relationships data set describes it):

    serial-1   <provider>|<customer>|-1            <peer>|<peer>|0
    serial-2   <provider>|<customer>|-1|<source>   <peer>|<peer>|0|<source>

Lines that begin with # are comments; those with the inferred clique and the IXP ASes are kept as notes.

A file without a fault takes the short way, whole columns at once. At the slightest doubt the long way decides: line
by line, with the number of each line that is wrong.
"""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catchment.errors import DataError, Problem
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links
from catchment.internet.sources.compressed import read_whole
from catchment.internet.sources.findings import Findings, quote
from catchment.internet.sources.recognise import LINE_LIMIT, refuse_unless_text
from catchment.model.address import LAST_ASN
from catchment.results.provenance import Source

EXPECTED = "AS relationships"
DIGITS = 10  # of the largest AS number
FORMAT = "Each line is <AS>|<AS>|-1 (provider, customer) or <AS>|<AS>|0 (peers), with a fourth field in serial-2"

_LINE = re.compile(rb"(\d{1,10})\|(\d{1,10})\|(-1|0)(?:\|[^|]*)?")
_DATE = re.compile(rb"source:topology\|BGP\|(\d{8})\|")
_COMMENT_SHOWN = 2_000  # characters of a clique or IXP comment that are kept

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]


def read_as_relationships(path: Path) -> tuple[Links, Source]:
    """Read a serial-1 or serial-2 file, plain, gzip or bzip2.

    Links are in the order of the file. A line that repeats an earlier one exactly is dropped and counted in the notes.
    Raises DataError with every fault (the first twenty by name): links that contradict each other, links of an AS
    with itself, AS numbers outside 1 to 4294967295, other relations than -1 and 0, lines of another form.
    About 0.06 s besides unpacking for the 571,873 links of August 2024; some 20 times that when a line is wrong.
    """
    content = read_whole(path)
    refuse_unless_text(path, content.data, EXPECTED)
    comments, body = _without_comments(content.data)
    table = _columns(body) or _line_by_line(path, content.data)
    if not len(table.links.a):
        raise DataError(Problem(where=str(path), what="holds comments but not one link", todo=FORMAT))
    return table.links, Source(
        what=f"AS relationships (CAIDA {table.format})",
        name=path.name,
        sha256=content.sha256,
        notes=_notes(table, comments, cut=not content.data.endswith(b"\n")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    links: Links
    format: str
    repeated: int = 0


def _without_comments(data: bytes) -> tuple[list[bytes], bytes]:
    """Take the comment lines out; a # inside a line is none."""
    comments, kept, done = [], [], 0
    at = data.find(b"#")
    while at >= 0:
        if at == 0 or data[at - 1] == 10:
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end + 1
            comments.append(data[at + 1 : end].strip())
            kept.append(data[done:at])
            done = end
            at = data.find(b"#", end)
        else:
            at = data.find(b"#", at + 1)
    kept.append(data[done:])
    return comments, b"".join(kept)


def _columns(body: bytes) -> _Table | None:
    """The short way: parse all lines at once, or answer None when anything at all is unusual.

    What it answers is exact: every byte of the three fields is looked at. O(bytes), plus one sort of the links.
    """
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n")
    if not body.endswith(b"\n"):
        body += b"\n"
    text = np.frombuffer(body, np.uint8)
    marks = np.flatnonzero((text == ord("|")) | (text == ord("\n"))).astype(np.int32)
    for fields, name in ((4, "serial-2"), (3, "serial-1")):
        if len(marks) % fields:
            continue
        ends = marks.reshape(-1, fields)
        if not ((text[ends[:, :-1]] == ord("|")).all() and (text[ends[:, -1]] == ord("\n")).all()):
            continue
        starts = np.zeros(len(ends), np.int32)
        starts[1:] = ends[:-1, -1] + 1
        a = _numbers(text, starts, ends[:, 0])
        b = _numbers(text, ends[:, 0] + 1, ends[:, 1])
        relation = _relations(text, ends[:, 1] + 1, ends[:, 2])
        if a is None or b is None or relation is None or (a == b).any() or _any_pair_twice(a, b):
            return None
        return _Table(links=_links(a, b, relation), format=name)
    return None


def _numbers(text: Bytes, start: Places, end: Places) -> npt.NDArray[np.uint32] | None:
    """Decimal AS numbers at text[start:end], or None unless each is of digits only and in 1 to 4294967295."""
    length = end - start
    if not len(length) or length.min() < 1 or length.max() > DIGITS:
        return None
    value = np.zeros(len(length), np.int64)
    for place in range(int(length.max())):
        inside = place < length
        # a short field reads into its neighbour here, or past the end: masked, and clipped to be a valid place
        digit = text.take(start + place, mode="clip") - np.uint8(ord("0"))
        if (inside & (digit > 9)).any():
            return None
        value = np.where(inside, value * 10 + digit, value)
    if value.min() < 1 or value.max() > LAST_ASN:
        return None
    return value.astype(np.uint32)


def _relations(text: Bytes, start: Places, end: Places) -> npt.NDArray[np.int8] | None:
    """-1 or 0 at text[start:end], or None unless each is one of the two."""
    length = end - start
    first, second = text.take(start, mode="clip"), text.take(start + 1, mode="clip")
    peer = (length == 1) & (first == ord("0"))
    customer = (length == 2) & (first == ord("-")) & (second == ord("1"))
    if not (peer | customer).all():
        return None
    return np.where(customer, PROVIDER_TO_CUSTOMER, PEER_TO_PEER).astype(np.int8)


def _any_pair_twice(a: npt.NDArray[np.uint32], b: npt.NDArray[np.uint32]) -> bool:
    pair = (np.minimum(a, b).astype(np.uint64) << np.uint64(32)) | np.maximum(a, b)
    pair.sort()
    return bool((pair[1:] == pair[:-1]).any())


def _links(a: npt.NDArray[np.uint32], b: npt.NDArray[np.uint32], relation: npt.NDArray[np.int8]) -> Links:
    for column in (a, b, relation):
        column.flags.writeable = False
    return Links(a=a, b=b, relation=relation)


@dataclass(slots=True, kw_only=True)
class _Lines:
    """What the long way has seen so far."""

    findings: Findings
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    seen: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)  # pair -> row and line
    repeated: int = 0
    fourth: bool = False

    def read(self, line: int, text: bytes) -> None:
        found = _LINE.fullmatch(text)
        if not found:
            self.findings.add(line, *_what_is_wrong(text))
            return
        a, b, relation = int(found[1]), int(found[2]), int(found[3])
        wrong = [asn for asn in (a, b) if not 1 <= asn <= LAST_ASN]
        if wrong:
            self.findings.add(line, f"AS number {wrong[0]} is not in 1 to {LAST_ASN}", "Correct or remove the line")
        elif a == b:
            self.findings.add(line, f"links AS{a} with itself", "Remove the line")
        else:
            self.fourth = self.fourth or text.count(b"|") == 3
            self._link(line, a, b, relation)

    def _link(self, line: int, a: int, b: int, relation: int) -> None:
        pair = (min(a, b), max(a, b))
        # the provider of the pair, 0 for peers: the order of two peers says nothing
        provider = a if relation == PROVIDER_TO_CUSTOMER else 0
        before = self.seen.setdefault(pair, (provider, line, relation))
        if before[1] == line:
            self.rows.append((a, b, relation))
        elif before[0] == provider:
            self.repeated += 1
        else:
            self.findings.add(
                line,
                f"{_said(pair, provider)}, but line {before[1]} says: {_said(pair, before[0])}",
                "Keep one of the two lines",
            )


def _said(pair: tuple[int, int], provider: int) -> str:
    if not provider:
        return f"AS{pair[0]} and AS{pair[1]} are peers"
    customer = pair[0] if provider == pair[1] else pair[1]
    return f"AS{provider} is the provider of AS{customer}"


def _what_is_wrong(text: bytes) -> tuple[str, str]:
    """What to say of a line that has not the form of a link, and what to do about it."""
    fields = text.split(b"|", 5)
    if len(text) > LINE_LIMIT:
        return f"is {len(text):,} bytes long: {quote(text)}", FORMAT
    if not 3 <= len(fields) <= 4:
        return (
            f"has {len(fields) if len(fields) < 6 else 'more than 5'} fields, not 3 or 4: {quote(text)}",
            FORMAT,
        )
    for asn in fields[:2]:
        if not asn.isdigit():
            return f"{quote(asn)} is not an AS number", FORMAT
        if len(asn) > DIGITS:
            return f"AS number {quote(asn)} is not in 1 to {LAST_ASN}", "Correct or remove the line"
    if fields[2] in (b"1", b"2"):
        what = f"relation {fields[2].decode()} is not -1 or 0: older formats had it, with meanings that changed"
        return what, "Take a serial-1 or serial-2 file"
    return f"relation {quote(fields[2])} is not -1 or 0", FORMAT


def _line_by_line(path: Path, data: bytes) -> _Table:
    """The long way: every line alone, every fault with its line. About a microsecond a line."""
    lines = _Lines(findings=Findings(path=path))
    for number, raw in enumerate(io.BytesIO(data), 1):
        text = raw.rstrip(b"\r\n")
        if text and not text.startswith(b"#"):
            lines.read(number, text)
            if lines.findings.enough:
                break
    if not lines.rows and lines.findings.count > 1:
        first = lines.findings.problems[0]
        what = f"no line is a link between ASes; the first of {lines.findings.count:,} lines {first.what}"
        raise DataError(Problem(where=first.where, what=what, todo=FORMAT))
    lines.findings.raise_if_any()
    table = np.array(lines.rows, np.int64).reshape(-1, 3)
    return _Table(
        links=_links(table[:, 0].astype(np.uint32), table[:, 1].astype(np.uint32), table[:, 2].astype(np.int8)),
        format="serial-2" if lines.fourth else "serial-1",
        repeated=lines.repeated,
    )


def _notes(table: _Table, comments: list[bytes], *, cut: bool) -> tuple[str, ...]:
    links = table.links
    customers = int((links.relation == PROVIDER_TO_CUSTOMER).sum())
    ends = np.sort(np.concatenate((links.a, links.b)))  # faster than np.unique, which hashes
    ases = 1 + int((ends[1:] != ends[:-1]).sum())
    notes = [f"{ases:,} ASes, {customers:,} provider-customer links, {len(links.a) - customers:,} peer links"]
    dates = sorted({found[1].decode() for comment in comments if (found := _DATE.search(comment))})
    if dates:
        notes.append(f"BGP data of {dates[0]} to {dates[-1]}")
    for comment in comments:
        head, _, rest = comment.partition(b":")
        if head in (b"input clique", b"inferred clique", b"IXP ASes"):
            text = rest.strip()[:_COMMENT_SHOWN].decode("ascii", "backslashreplace")
            notes.append(f"{head.decode()}: {text}")
    if table.repeated:
        notes.append(f"{table.repeated:,} lines repeat an earlier line exactly and were dropped")
    if cut:
        notes.append("the last line has no end: the file may have been cut there")
    return tuple(notes)
