"""HTTP, as little as a lab needs to find out who answers (RFC 9112): a header and a body that name the server."""

from dataclasses import dataclass
from urllib.parse import urlsplit

HEADER = "X-Served-By"
"""What operators call it who tell; no standard has a name for it."""

END = b"\r\n\r\n"
LINE = "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered.

    header : of HEADER; None: it has none
    body   : its first line
    """

    status: int
    header: str | None
    body: str


def request(about: str) -> bytes:
    """Ask for a URL, `//www.example.com/health`; the connection is over after the answer."""
    url = urlsplit(about or "//localhost/")
    lines = (f"GET {url.path or '/'} HTTP/1.1", f"Host: {url.netloc}", "User-Agent: catchment", "Connection: close")
    return LINE.join((*lines, "", "")).encode("ascii", "replace")


def answer(asked: bytes, server: str) -> bytes:
    """The answer of a server that says its name to everything that it understands."""
    words = asked.split(LINE.encode(), 1)[0].split()
    good = len(words) == 3 and words[0] in (b"GET", b"HEAD") and words[2].startswith(b"HTTP/")
    body = f"{server}\n".encode()
    lines = (
        "HTTP/1.1 200 OK" if good else "HTTP/1.1 400 Bad Request",
        f"{HEADER}: {server}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return LINE.join((*lines, "", "")).encode() + (b"" if words[:1] == [b"HEAD"] else body)


def read(data: bytes, *, over: bool) -> Reply | None:
    """Take an answer apart; None while more is to come. Raises ValueError for what is none.

    over : nothing more comes
    """
    head, found, body = data.partition(END)
    if not found:
        if over:
            raise ValueError("an answer that is cut off")
        return None
    first, *lines = head.decode("utf-8", "replace").split(LINE)
    words = first.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdecimal():
        raise ValueError("something that is no HTTP")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = fields.get("content-length", "")
    if not over and not (length.isdecimal() and len(body) >= int(length)):
        return None
    text = body.decode("utf-8", "replace").splitlines()
    return Reply(status=int(words[1]), header=fields.get(HEADER.lower()), body=text[0].strip() if text else "")
