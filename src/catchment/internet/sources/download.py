"""Downloads Internet data: the newest AS relationships from a folder of them, or any single file by its URL.

    index -> newest name -> .part file (resumed when there) -> checked by its parser -> renamed

The only file of this room that touches the network, with transfer.py. Nothing gets its final name before the parser
that will read it has read it. The default addresses are what their owners publish; use is under their terms, see
docs/guide/internet-data.md.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from catchment.errors import DataError, DownloadError, Problem
from catchment.internet.sources.asrel import read_as_relationships
from catchment.internet.sources.attributes import read_attributes
from catchment.internet.sources.compressed import Reader
from catchment.internet.sources.locations import read_locations
from catchment.internet.sources.mrtrecords import Damage, records
from catchment.internet.sources.recognise import page_title
from catchment.internet.sources.transfer import TIMEOUT, Progress, Shell, failed, get_text, transfer
from catchment.internet.sources.vrp import read_vrps
from catchment.results.provenance import Source

SERIAL_2_URL = "https://publicdata.caida.org/datasets/as-relationships/serial-2/"
SERIAL_1_URL = "https://publicdata.caida.org/datasets/as-relationships/serial-1/"
VRPS_URL = "https://console.rpki-client.org/vrps.json"

INDEX_LIMIT_BYTES = 8 << 20
FILE_LIMIT_BYTES = 1 << 30  # CAIDA's files are 2 MB, VRPs as JSON some 100 MB
RIB_LIMIT_BYTES = 8 << 30  # the largest dumps of RIPE RIS are below 1 GB
USER_AGENT = "catchment (anycast prediction; https://pypi.org/project/catchment)"


class Kind(StrEnum):
    """What a file is, and so which parser has to accept it."""

    SERIAL_2 = "serial-2"
    SERIAL_1 = "serial-1"
    VRPS = "vrps"
    ATTRIBUTES = "attributes"
    LOCATIONS = "locations"
    RIB = "rib"


_NAMES = {
    Kind.SERIAL_2: re.compile(r"(?<!\d)(\d{8})\.as-rel2\.txt(?:\.bz2|\.gz)?"),
    Kind.SERIAL_1: re.compile(r"(?<!\d)(\d{8})\.as-rel\.txt(?:\.bz2|\.gz)?"),
}
_DEFAULT_URLS = {Kind.SERIAL_2: SERIAL_2_URL, Kind.SERIAL_1: SERIAL_1_URL, Kind.VRPS: VRPS_URL}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What a download brought.

    path          : the file, under its final name
    url           : where it came from, after redirects; "" when it was already there
    date          : of the data, YYYYMMDD from the name; "" when the name has none
    fetched_at    : UTC, ISO 8601, seconds
    size_bytes, resumed_bytes : of the file, and how many of them an earlier attempt had brought
    already_there : nothing was transferred: the folder held this very file, and it is sound
    source        : what the parser found, with the SHA-256
    """

    path: Path
    url: str
    date: str
    fetched_at: str
    size_bytes: int
    resumed_bytes: int
    already_there: bool
    source: Source


def fetch(
    base_url: str | None,
    wanted: Kind,
    folder: Path,
    *,
    now: datetime,
    progress: Progress = lambda done, total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> FetchReport:
    """Download what is wanted into `folder`, check it, and give it its name.

    base_url : for AS relationships a folder with an index page (HTML or plain), of which the newest YYYYMMDD name
               is taken, or the URL of one file; for other kinds the URL of the file. None: the usual one
    now      : an aware time, for the report; a name dated later than a day after it is passed over
    progress : called with bytes done and bytes in all (None when unknown), the first time before the first byte

    A broken transfer leaves a .part file, which the next call resumes. A file that its parser refuses is deleted.
    Raises DownloadError.
    """
    url = base_url or _DEFAULT_URLS.get(wanted)
    if url is None:
        raise failed(wanted.value, "has no usual address", "Give the URL of the file")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise failed(url, "is not a web address", "Give an http or https URL")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failed(str(folder), f"cannot be made a folder: {error.strerror}", "Give another folder") from error
    headers = {"User-Agent": USER_AGENT}
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=headers) as client:
        shell = Shell(client=client, sleep=sleep, progress=progress)
        file_url, date = _newest(shell, url, wanted, now)
        path = folder / _name(file_url, wanted)
        at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if date and path.exists():
            with suppress(DataError):  # a file that is not sound is fetched again
                return FetchReport(
                    path=path,
                    url="",
                    date=date,
                    fetched_at=at,
                    size_bytes=path.stat().st_size,
                    resumed_bytes=0,
                    already_there=True,
                    source=_check(path, wanted),
                )
        part = path.with_name(path.name + ".part")
        limit = RIB_LIMIT_BYTES if wanted is Kind.RIB else FILE_LIMIT_BYTES
        brought = transfer(shell, file_url, part, limit_bytes=limit)
    source = _checked(part, file_url, wanted)
    _settle(part, path)
    return FetchReport(
        path=path,
        url=brought.url,
        date=date,
        fetched_at=at,
        size_bytes=brought.size_bytes,
        resumed_bytes=brought.resumed_bytes,
        already_there=False,
        source=replace(source, name=path.name),
    )


def _newest(shell: Shell, url: str, wanted: Kind, now: datetime) -> tuple[str, str]:
    """The URL of the file and its date; looks into the index when `url` is a folder of AS relationships."""
    pattern = _NAMES.get(wanted)
    if pattern is None:
        return url, ""
    itself = pattern.fullmatch(PurePosixPath(urlsplit(url).path).name)
    if itself:
        return url, itself[1]
    text, index_url = get_text(shell, url, limit_bytes=INDEX_LIMIT_BYTES)
    names = {found[0]: found[1] for found in pattern.finditer(text) if _is_past(found[1], now)}
    if not names:
        form = "as-rel2" if wanted is Kind.SERIAL_2 else "as-rel"
        title = page_title(text.encode())
        what = f"lists no file YYYYMMDD.{form}.txt.bz2{f'; the page is called{title}' if title else ''}"
        raise failed(index_url, what, "Give the folder that holds the files, or the URL of one of them")
    # of one date the packed one: .bz2 before .gz before plain
    name = max(names, key=lambda name: (names[name], name.endswith(".bz2"), name.endswith(".gz")))
    return urljoin(index_url, name), names[name]


def _is_past(date: str, now: datetime) -> bool:
    try:
        day = datetime.strptime(date, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return (day - now).days < 1


def _name(url: str, wanted: Kind) -> str:
    """The last part of the URL as a file name that cannot leave the folder."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", unquote(PurePosixPath(urlsplit(url).path).name)).lstrip(".")
    return name or {Kind.VRPS: "vrps.json", Kind.RIB: "rib.mrt"}.get(wanted, f"{wanted.value}.csv")


def _checked(part: Path, url: str, wanted: Kind) -> Source:
    try:
        return _check(part, wanted)
    except DataError as error:
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".json").unlink(missing_ok=True)
        first = error.problems[0]
        raise DownloadError(
            Problem(
                where=url,
                what=f"was downloaded, but is not what was wanted ({wanted.value}): {first.what}",
                todo=first.todo or "Look at the address in a browser",
            )
        ) from error


def _check(path: Path, wanted: Kind) -> Source:
    """Let the parser of the kind read the file."""
    if wanted in _NAMES:
        return read_as_relationships(path)[1]
    if wanted is Kind.ATTRIBUTES:
        return read_attributes(path)[1]
    if wanted is Kind.LOCATIONS:
        return read_locations(path)[1]
    if wanted is Kind.VRPS:
        read_vrps(path, covering=())
        return Source(what="Validated ROA payloads", name=path.name, sha256=_sha256(path))
    reader = Reader(path=path)
    try:
        count = sum(1 for _ in records(reader))  # the framing; what is inside is read when it is needed
    except Damage as damage:
        what = f"at byte {damage.offset:,} of the unpacked data: {damage.what}"
        raise DataError(Problem(where=str(path), what=what, todo=damage.todo)) from None
    return Source(what="RIB dump", name=path.name, sha256=reader.sha256, notes=(f"{count:,} records",))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(part: Path, path: Path) -> None:
    """Give the file its name, for good: rename, then fsync the folder."""
    try:
        part.replace(path)
        part.with_name(part.name + ".json").unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise failed(str(path), f"cannot be written: {error.strerror}", "Give another folder") from error
