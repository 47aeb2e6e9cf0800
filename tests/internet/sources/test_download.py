"""Downloads of Internet data: what is chosen, what is checked, what a user is told."""

import bz2
import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.internet.sources.webserver import File, Site, serve

from catchment.errors import DownloadError
from catchment.internet.sources.download import FetchReport, Kind, fetch

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RELATIONS = b"# a comment\n64496|64497|-1|bgp\n64496|64498|0|mlp\n" + b"".join(
    b"64496|%d|-1|bgp\n" % asn for asn in range(65536, 65552)
)
PACKED = bz2.compress(RELATIONS)
NAME = "20261101.as-rel2.txt.bz2"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def index(*names: str) -> File:
    rows = "".join(f'<tr><td><a href="{name}">{name}</a></td><td>2026-11-02 10:00</td></tr>' for name in names)
    return File(
        data=f"<html><title>Index of /</title><table>{rows}</table></html>".encode(), content_type="text/html"
    )


def get(site: Site, folder: Path, path: str = "/", kind: Kind = Kind.SERIAL_2) -> FetchReport:
    return fetch(site.url + path, kind, folder, now=NOW, sleep=lambda s: None)


def refused(site: Site, folder: Path, path: str = "/", kind: Kind = Kind.SERIAL_2) -> str:
    with pytest.raises(DownloadError) as caught:
        get(site, folder, path, kind)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_the_newest_file_of_a_folder_is_fetched_and_named(tmp_path: Path) -> None:
    names = ("20260901.as-rel2.txt.bz2", NAME, "20261001.as-rel2.txt.bz2", "20261101.as-rel.txt.bz2", "README.txt")
    with serve({"/d/": index(*names), f"/d/{NAME}": File(data=PACKED)}) as site:
        seen: list[tuple[int, int | None]] = []
        report = fetch(f"{site.url}/d/", Kind.SERIAL_2, tmp_path, now=NOW, progress=lambda *at: seen.append(at))
    assert report.path == tmp_path / NAME
    assert report.path.read_bytes() == PACKED
    assert (report.date, report.fetched_at) == ("20261101", "2026-11-20T12:00:00Z")
    assert report.source.sha256 == hashlib.sha256(PACKED).hexdigest()
    assert report.source.name == NAME
    assert "19 ASes, 17 provider-customer links, 1 peer links" in report.source.notes[0]
    assert seen[0] == (0, len(PACKED))
    assert seen[-1] == (len(PACKED), len(PACKED))
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_serial_1_and_plain_text_indexes_are_understood(tmp_path: Path) -> None:
    text = b"20261001.as-rel.txt.bz2\n20261001.as-rel.txt.gz\n20261001.as-rel2.txt.bz2\n"
    packed = bz2.compress(b"64496|64497|-1\n")
    with serve({"/": File(data=text), "/20261001.as-rel.txt.bz2": File(data=packed)}) as site:
        assert get(site, tmp_path, kind=Kind.SERIAL_1).path.name == "20261001.as-rel.txt.bz2"


def test_names_dated_in_the_future_or_never_are_passed_over(tmp_path: Path) -> None:
    names = ("20269999.as-rel2.txt.bz2", "20271101.as-rel2.txt.bz2", "120261102.as-rel2.txt.bz2", NAME)
    with serve({"/": index(*names), f"/{NAME}": File(data=PACKED)}) as site:
        assert get(site, tmp_path).date == "20261101"


def test_the_url_of_one_file_needs_no_index(tmp_path: Path) -> None:
    with serve({f"/old/{NAME}": File(data=PACKED)}) as site:
        assert get(site, tmp_path, f"/old/{NAME}").date == "20261101"


def test_a_sound_file_is_not_fetched_again_but_a_damaged_one_is(tmp_path: Path) -> None:
    with serve({"/": index(NAME), f"/{NAME}": File(data=PACKED)}) as site:
        assert not get(site, tmp_path).already_there
        assert get(site, tmp_path).already_there
        (tmp_path / NAME).write_bytes(PACKED[:60])
        assert not get(site, tmp_path).already_there
        assert (tmp_path / NAME).read_bytes() == PACKED


def test_a_fetch_resumes_what_an_earlier_call_left(tmp_path: Path) -> None:
    with serve({"/": index(NAME), f"/{NAME}": File(data=PACKED, cut_after=[70, 0, 0, 0, 0])}) as site:
        message = refused(site, tmp_path)
        assert "70 bytes are kept and will be resumed" in message
        assert {path.name for path in tmp_path.iterdir()} == {f"{NAME}.part", f"{NAME}.part.json"}
        report = get(site, tmp_path)
    assert report.resumed_bytes == 70
    assert report.path.read_bytes() == PACKED
    assert site.requests[-1][1]["range"] == "bytes=70-"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"64496|64497|-1|bgp\n64497|64496|-1|bgp\n", "AS64497 is the provider of AS64496, but line 1 says"),
        (PACKED[:-9], "is cut short"),
        (b"\x00\x01\x02", "is a binary file"),
    ],
)
def test_what_the_parser_refuses_gets_no_name_and_leaves_nothing(tmp_path: Path, data: bytes, words: str) -> None:
    with serve({f"/{NAME}": File(data=data)}) as site:
        message = refused(site, tmp_path, f"/{NAME}")
    assert "was downloaded, but is not what was wanted" in message
    assert words in message
    assert list(tmp_path.iterdir()) == []


def test_a_login_page_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><head><title>Hotel Wi-Fi</title></head><body>Log in</body></html>"
    with serve({f"/{NAME}": File(data=page, content_type="text/html")}) as site:
        message = refused(site, tmp_path, f"/{NAME}")
        assert 'a web page "Hotel Wi-Fi" in place of the file' in message
        assert len(site.requests) == 1
    with serve({"/": File(data=page, content_type="text/html")}) as site:
        assert 'lists no file YYYYMMDD.as-rel2.txt.bz2; the page is called "Hotel Wi-Fi"' in refused(site, tmp_path)


def test_a_missing_folder_and_a_missing_file_are_told_apart_by_their_url(tmp_path: Path) -> None:
    with serve({"/": index(NAME)}) as site:
        assert f"{site.url}/nowhere/: is not there: the server answers 404" in refused(site, tmp_path, "/nowhere/")
        assert f"{site.url}/{NAME}: is not there" in refused(site, tmp_path)


def test_vrps_and_attributes_are_fetched_by_their_url(tmp_path: Path) -> None:
    vrps = json.dumps({"roas": [{"asn": 64496, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe"}]}).encode()
    table = gzip.compress(b"asn,country\n64496,DE\n")
    with serve({"/vrps.json": File(data=vrps), "/x/a.csv.gz?v=1": File(data=table)}) as site:
        assert get(site, tmp_path, "/vrps.json", Kind.VRPS).path.name == "vrps.json"
        report = get(site, tmp_path, "/x/a.csv.gz?v=1", Kind.ATTRIBUTES)
        assert report.path.name == "a.csv.gz"
        assert report.source.what == "AS attributes"
        assert "is not what was wanted (vrps)" in refused(site, tmp_path, "/x/a.csv.gz?v=1", Kind.VRPS)


def test_a_dated_name_is_needed_to_skip_a_download(tmp_path: Path) -> None:
    with serve({"/a.csv": File(data=b"asn,country\n64496,DE\n")}) as site:
        get(site, tmp_path, "/a.csv", Kind.ATTRIBUTES)
        site.files["/a.csv"] = File(data=b"asn,country\n64496,FR\n", etag='"v2"')
        assert not get(site, tmp_path, "/a.csv", Kind.ATTRIBUTES).already_there
    assert (tmp_path / "a.csv").read_bytes().endswith(b"FR\n")


@pytest.mark.parametrize("path", ["/..%2f..%2fetc%2fpasswd", "/.hidden", "/a%00b", "/%2e%2e"])
def test_a_file_name_cannot_leave_the_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "in"
    with serve({path: File(data=b"asn,country\n64496,DE\n")}) as site:
        report = get(site, folder, path, Kind.ATTRIBUTES)
    assert report.path.parent == folder
    assert report.path.is_file()
    assert not report.path.name.startswith(".")


@pytest.mark.parametrize("url", ["ftp://192.0.2.1/x", "file:///etc/passwd", "nonsense", "http://"])
def test_only_web_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError, match="is not a web address"):
        fetch(url, Kind.SERIAL_2, tmp_path, now=NOW)


def test_a_kind_without_a_usual_address_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="has no usual address"):
        fetch(None, Kind.ATTRIBUTES, tmp_path, now=NOW)


def test_a_folder_that_is_a_file_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    with serve({f"/{NAME}": File(data=PACKED)}) as site:
        assert "cannot be made a folder" in refused(site, tmp_path / "f", f"/{NAME}")
        assert site.requests == []
