"""A web server on 127.0.0.1 for download tests: knows ranges, and misbehaves on request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class File:
    data: bytes
    etag: str = '"v1"'
    content_type: str = "application/octet-stream"
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)  # of each coming answer: hang up after so many bytes of it
    say_length: int | None = None  # a wrong Content-Length
    statuses: list[int] = field(default_factory=list)  # answer these first
    headers: dict[str, str] = field(default_factory=dict)
    becomes: "File | None" = None  # after the next answer


@dataclass
class Site:
    files: dict[str, File]
    url: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def serve(files: dict[str, File]) -> Iterator[Site]:  # noqa: C901 - the handler needs the site around it
    """Serve files by path until the end of the block."""
    site = Site(files=files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            file = site.files.get(self.path)
            if file is None:
                return self._status(404)
            if file.statuses:
                return self._status(file.statuses.pop(0), file.headers)
            if file.becomes:
                site.files[self.path] = file.becomes
            start = 0
            wanted = self.headers.get("Range")
            if wanted and file.ranges and self.headers.get("If-Range", file.etag) == file.etag:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                if start >= len(file.data):
                    return self._status(416, {"Content-Range": f"bytes */{len(file.data)}"})
            body = file.data[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(file.data) - 1}/{len(file.data)}")
            self.send_header("Content-Type", file.content_type)
            if file.etag:
                self.send_header("ETag", file.etag)
            for name, value in file.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(file.say_length or len(body)))
            self.end_headers()
            if file.cut_after:
                self.wfile.write(body[: file.cut_after.pop(0)])
                self.close_connection = True
                return None
            self.wfile.write(body)
            return None

        def _status(self, status: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
