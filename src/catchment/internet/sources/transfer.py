"""Brings one URL into a file, resumes where a connection broke, and says plainly why it cannot.

    .part file + .part.json (its URL and validator) -> GET with Range and If-Range -> 206 append | 200 start again

RFC 9110: 13.1.5 If-Range, 14.2 Range, 14.4 Content-Range, 15.3.7 206, 15.5.17 416; 8.8.3.2 why a weak ETag does not do.
"""

import fcntl
import json
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

import httpx

from catchment.errors import DownloadError, Problem
from catchment.internet.sources.recognise import looks_like_html, page_title

Progress = Callable[[int, int | None], None]
"""Called with the bytes at hand and the bytes in all, None when the server does not say."""

TIMEOUT = httpx.Timeout(connect=10.0, read=30.0, write=30.0, pool=10.0)
ATTEMPTS = 5  # in a row without one new byte
ATTEMPTS_IN_ALL = 100  # a server that gives a few bytes and hangs up is not asked for ever
LONGEST_WAIT_S = 30.0
HEAD_BYTES = 1 << 12  # of an answer, to tell a web page from data

_TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """url: after redirects; size_bytes: of the whole file; resumed_bytes: that were there before the first request."""

    url: str
    size_bytes: int
    resumed_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What a transfer needs of the outside: a client, a way to wait, someone to tell."""

    client: httpx.Client
    sleep: Callable[[float], None]
    progress: Progress


class _TryAgain(Exception):
    """A fault that may pass: a broken connection, an overloaded server."""

    def __init__(self, what: str, wait_s: float = 0.0) -> None:
        super().__init__(what)
        self.wait_s = wait_s


def failed(where: str, what: str, todo: str) -> DownloadError:
    return DownloadError(Problem(where=where, what=what, todo=todo))


def get_text(shell: Shell, url: str, *, limit_bytes: int) -> tuple[str, str]:
    """A small page and its URL after redirects. Raises DownloadError."""

    def once() -> tuple[str, str]:
        with shell.client.stream("GET", url) as answer:
            _refuse_status(answer, url)
            text = b""
            for chunk in answer.iter_bytes():
                text += chunk
                if len(text) > limit_bytes:
                    what = f"answers with more than {limit_bytes:,} bytes, which is no list of files"
                    raise failed(url, what, "Give the address of a folder, or of the file itself")
            return text.decode("utf-8", "replace"), str(answer.url)

    failures = 0
    while True:
        try:
            with _spoken(url):
                return once()
        except _TryAgain as fault:
            failures += 1
            _wait_or_give_up(shell, url, fault, failures, f"after {failures} attempts")


def transfer(shell: Shell, url: str, part: Path, *, limit_bytes: int) -> Transferred:
    """Bring `url` into `part`, fsynced, of the length that the server says.

    When `part` holds the beginning of the same version (its .part.json says so and the server agrees by If-Range),
    only the rest is asked for. Waits 1, 2, 4, ... s between attempts. On failure `part` stays, to be resumed.
    Raises DownloadError.
    """
    try:
        with part.open("ab") as file:
            _lock(file, part)
            return _attempts(shell, url, file, _Memory(path=part.with_name(part.name + ".json")), limit_bytes)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise failed(str(part), what, "Free some space, or give another folder; what is there is resumed") from error


def _attempts(shell: Shell, url: str, file: BinaryIO, memory: "_Memory", limit_bytes: int) -> Transferred:
    kept = memory.usable(url, file)  # bytes of an earlier call that are still part of the file
    failures = 0
    for _ in range(ATTEMPTS_IN_ALL):
        before = os.fstat(file.fileno()).st_size
        try:
            with _spoken(url):
                final, start = _once(shell, url, file, memory, limit_bytes)
            return Transferred(url=final, size_bytes=file.tell(), resumed_bytes=min(kept, start))
        except _TryAgain as fault:
            size = os.fstat(file.fileno()).st_size
            kept = min(kept, size)
            failures = 1 if size > before else failures + 1
            _wait_or_give_up(shell, url, fault, failures, f"{size:,} bytes are kept and will be resumed")
    raise failed(url, f"broke off {ATTEMPTS_IN_ALL} times", "Try again later; what is there is resumed")


def _wait_or_give_up(shell: Shell, url: str, fault: _TryAgain, failures: int, state: str) -> None:
    if failures >= ATTEMPTS:
        raise failed(url, f"{fault} ({state})", "Look at the connection and try again") from fault
    shell.sleep(min(LONGEST_WAIT_S, max(fault.wait_s, 2.0 ** (failures - 1))))


def _once(shell: Shell, url: str, file: BinaryIO, memory: "_Memory", limit_bytes: int) -> tuple[str, int]:
    """One request; on return the file is complete. The URL after redirects, and how many bytes were not sent again."""
    have = memory.usable(url, file)
    headers = {"Accept-Encoding": "identity"}  # a range counts the bytes as they are sent
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": memory.validator}
    with shell.client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == 416 and have:
            memory.forget(file)
            raise _TryAgain("the server has less than we have: starting again")
        _refuse_status(answer, url)
        total = _total(answer, have)
        if answer.status_code != 206:
            memory.forget(file)  # all of it comes: we have nothing, or it changed, or the server cannot resume
            memory.keep(url, answer)
            have = 0
        if total is not None and total > limit_bytes:
            raise failed(
                url, f"is {total:,} bytes long, more than the {limit_bytes:,} taken", "Is it the right file?"
            )
        try:
            _write(shell, answer, file, total, limit_bytes)
        finally:
            file.flush()  # what came before a break counts
    os.fsync(file.fileno())
    if total is not None and file.tell() != total:
        memory.forget(file)
        raise failed(
            url,
            f"gave {file.tell():,} bytes, but had said {total:,}",
            "Try again; if it stays, tell the server's owner",
        )
    return str(answer.url), have


def _write(shell: Shell, answer: httpx.Response, file: BinaryIO, total: int | None, limit_bytes: int) -> None:
    done = file.seek(0, os.SEEK_END)
    head = b"" if done == 0 else None
    shell.progress(done, total)
    for chunk in answer.iter_raw():  # with a chunk size httpx would hold bytes back, and lose them at a break
        if head is not None:
            head += chunk[:HEAD_BYTES]
            if looks_like_html(head):
                what = f"answers with a web page{page_title(head)} in place of the file"
                raise failed(
                    str(answer.url), what, "Is there a login page on this network? Open the address in a browser"
                )
            head = head if len(head) < 16 else None
        file.write(chunk)
        done += len(chunk)
        if done > limit_bytes:
            raise failed(str(answer.url), f"sends more than {limit_bytes:,} bytes", "Is it the right file?")
        shell.progress(done, total)


def _total(answer: httpx.Response, have: int) -> int | None:
    """The length of the whole file, None when the server does not say."""
    if answer.status_code == 206:
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if not found or found[1] is None or int(found[1]) != have:
            raise failed(
                str(answer.url),
                "answers a request for the rest with another part",
                "Delete the .part file and try again",
            )
        return None if found[3] == "*" else int(found[3])
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _refuse_status(answer: httpx.Response, url: str) -> None:
    status = answer.status_code
    if status in (200, 206):
        return
    reason = f"{status} {answer.reason_phrase}".strip()
    if status in _TRANSIENT:
        wait = answer.headers.get("Retry-After", "")
        raise _TryAgain(f"the server answers {reason}", float(wait) if wait.isdigit() else 0.0)
    if status in (404, 410):
        raise failed(
            url, f"is not there: the server answers {reason}", "Look at the address; the file may have moved"
        )
    if status in (401, 403, 407):
        raise failed(
            url,
            f"is not for us: the server answers {reason}",
            "It asks for a login or an agreement: fetch it by hand",
        )
    raise failed(url, f"cannot be fetched: the server answers {reason}", "Look at the address in a browser")


@contextmanager
def _spoken(url: str) -> Iterator[None]:
    """Put what the HTTP library raises into our words."""
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise failed(url, f"is not an address that can be fetched: {error}", "Give an http or https URL") from error
    except httpx.TooManyRedirects as error:
        raise failed(url, "leads in a circle of redirects", "Open the address in a browser") from error
    except httpx.TransportError as error:
        cause = _cause(error, (socket.gaierror, ssl.SSLCertVerificationError))
        host = httpx.URL(url).host
        if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
            raise failed(
                url, f'the host name "{host}" is not known', "Look at the address and the DNS resolver"
            ) from error
        if isinstance(cause, ssl.SSLCertVerificationError):
            what = f"the certificate of {host} is not valid: {cause.verify_message}"
            raise failed(url, what, "A login page of this network, or a wrong clock, may be the cause") from error
        what = "no answer in time" if isinstance(error, httpx.TimeoutException) else f"the connection failed: {error}"
        raise _TryAgain(what) from error


def _cause(error: BaseException, kinds: tuple[type[BaseException], ...]) -> BaseException | None:
    """The first of these kinds in the chain of causes."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, kinds):
        seen = seen.__cause__ or seen.__context__
    return seen


def _lock(file: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise failed(str(part), "is being written by another fetch", "Wait for it to end") from error


@dataclass(slots=True, kw_only=True)
class _Memory:
    """The .part.json beside a .part file: which version of which URL the bytes are from."""

    path: Path
    url: str = ""
    validator: str = ""  # a strong ETag, or a date of change (RFC 9110 13.1.5)

    def usable(self, url: str, file: BinaryIO) -> int:
        """How many bytes of `file` may be resumed; the file is emptied when that is none."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            self.url, self.validator = str(kept["url"]), str(kept["validator"])
        except (OSError, ValueError, KeyError, TypeError):
            self.url = self.validator = ""
        size = file.seek(0, os.SEEK_END)
        if size and (self.url != url or not self.validator):
            self.forget(file)
            return 0
        return size

    def keep(self, url: str, answer: httpx.Response) -> None:
        """Remember the version. Without a validator nothing is kept, and a broken transfer starts again."""
        self.url, self.validator = url, _validator(answer)
        if self.validator:
            text = json.dumps({"url": self.url, "validator": self.validator})
            fresh = self.path.with_name(self.path.name + ".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self.path)

    def forget(self, file: BinaryIO) -> None:
        if file.seek(0, os.SEEK_END):
            file.truncate(0)
            file.seek(0)
        self.path.unlink(missing_ok=True)
        self.url = self.validator = ""


def _validator(answer: httpx.Response) -> str:
    etag: str = answer.headers.get("ETag", "")
    if etag.startswith('"'):
        return etag
    date: str = answer.headers.get("Last-Modified", "")
    try:
        parsedate_to_datetime(date)
    except ValueError:
        return ""
    return date
