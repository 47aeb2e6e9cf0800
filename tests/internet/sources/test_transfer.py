"""One URL into one file: resuming, starting again, and giving up with a reason."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.internet.sources.webserver import File, Site, serve

from catchment.errors import DownloadError
from catchment.internet.sources.transfer import ATTEMPTS, Shell, Transferred, transfer

DATA = bytes(range(256)) * 8
OTHER = bytes(reversed(DATA))


class Waits(list[float]):
    pass


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def shell(waits: Waits, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with httpx.Client(timeout=5, follow_redirects=True) as client:
        yield Shell(client=client, sleep=waits.append, progress=lambda done, total: None)


def bring(shell: Shell, site: Site, part: Path, limit_bytes: int = 1 << 20) -> Transferred:
    return transfer(shell, f"{site.url}/f", part, limit_bytes=limit_bytes)


def test_a_connection_cut_in_the_middle_is_resumed_where_it_broke(shell: Shell, waits: Waits, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA, cut_after=[1000, 500])}) as site:
        bring(shell, site, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == DATA
    assert [headers.get("range") for _, headers in site.requests] == [None, "bytes=1000-", "bytes=1500-"]
    assert waits == [1.0, 1.0]


def test_a_server_that_ignores_ranges_is_read_from_the_start(shell: Shell, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA, ranges=False, cut_after=[1000])}) as site:
        assert bring(shell, site, tmp_path / "p").resumed_bytes == 0
    assert (tmp_path / "p").read_bytes() == DATA


def test_a_file_that_changed_in_between_is_read_from_the_start(shell: Shell, tmp_path: Path) -> None:
    changed = File(data=OTHER, etag='"v2"')
    with serve({"/f": File(data=DATA, cut_after=[1000], becomes=changed)}) as site:
        bring(shell, site, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == OTHER
    assert site.requests[1][1]["if-range"] == '"v1"'


@pytest.mark.parametrize("etag", ["", 'W/"v1"'])
def test_without_a_strong_validator_nothing_is_resumed(shell: Shell, tmp_path: Path, etag: str) -> None:
    with serve({"/f": File(data=DATA, etag=etag, cut_after=[1000])}) as site:
        bring(shell, site, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == DATA
    assert "range" not in site.requests[1][1]


def test_leftovers_of_another_url_or_without_memory_are_not_trusted(shell: Shell, tmp_path: Path) -> None:
    for memory in (None, "{", '{"url": "http://192.0.2.1/x", "validator": "\\"v1\\""}', "[]"):
        (tmp_path / "p").write_bytes(OTHER[:100])
        if memory is not None:
            (tmp_path / "p.json").write_text(memory)
        with serve({"/f": File(data=DATA)}) as site:
            assert bring(shell, site, tmp_path / "p").resumed_bytes == 0
        assert (tmp_path / "p").read_bytes() == DATA


def test_more_bytes_than_the_server_has_are_thrown_away(shell: Shell, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA)}) as site:
        bring(shell, site, tmp_path / "p")
        (tmp_path / "p").write_bytes(OTHER * 2)
        bring(shell, site, tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == DATA


def test_an_overloaded_server_is_asked_again_later_each_time(shell: Shell, waits: Waits, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA, statuses=[503, 429, 500])}) as site:
        bring(shell, site, tmp_path / "p")
    assert waits == [1.0, 2.0, 4.0]


def test_a_server_may_say_when_to_come_back_but_not_for_ever(shell: Shell, waits: Waits, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA, statuses=[503, 503], headers={"Retry-After": "7"})}) as site:
        bring(shell, site, tmp_path / "p")
        site.files["/f"] = File(data=DATA, statuses=[503], headers={"Retry-After": "86400"})
        (tmp_path / "p").unlink()
        bring(shell, site, tmp_path / "p")
    assert waits == [7.0, 7.0, 30.0]


def test_attempts_without_a_new_byte_come_to_an_end(shell: Shell, waits: Waits, tmp_path: Path) -> None:
    with (
        serve({"/f": File(data=DATA, statuses=[503] * 50)}) as site,
        pytest.raises(DownloadError, match="the server answers 503"),
    ):
        bring(shell, site, tmp_path / "p")
    assert len(site.requests) == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1


def test_a_server_that_gives_a_byte_at_a_time_is_not_asked_for_ever(shell: Shell, tmp_path: Path) -> None:
    with (
        serve({"/f": File(data=DATA, cut_after=[1] * 1000)}) as site,
        pytest.raises(DownloadError, match="broke off 100 times"),
    ):
        bring(shell, site, tmp_path / "p")


@pytest.mark.parametrize(
    ("status", "words"), [(404, "is not there"), (410, "is not there"), (403, "is not for us"), (418, "418")]
)
def test_an_answer_that_will_not_change_is_not_asked_for_again(
    shell: Shell, tmp_path: Path, status: int, words: str
) -> None:
    with serve({"/f": File(data=DATA, statuses=[status] * 9)}) as site, pytest.raises(DownloadError, match=words):
        bring(shell, site, tmp_path / "p")
    assert len(site.requests) == 1


def test_an_unknown_host_is_named(shell: Shell, tmp_path: Path) -> None:
    # .invalid never resolves (RFC 6761); a machine without any resolver says "try again" instead
    with pytest.raises(DownloadError, match=r'host name "nowhere\.invalid" is not known|the connection failed'):
        transfer(shell, "http://nowhere.invalid/f", tmp_path / "p", limit_bytes=10)


def test_nobody_listening_is_told_after_some_attempts(shell: Shell, waits: Waits, tmp_path: Path) -> None:
    with serve({}) as site:
        pass
    with pytest.raises(DownloadError, match="the connection failed"):
        bring(shell, site, tmp_path / "p")
    assert len(waits) == ATTEMPTS - 1


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(shell: Shell, tmp_path: Path) -> None:
    with serve({"/f": File(data=DATA)}) as site, pytest.raises(DownloadError, match="more than the 1,000 taken"):
        bring(shell, site, tmp_path / "p", limit_bytes=1000)
    assert (tmp_path / "p").read_bytes() == b""


def test_a_full_disk_is_told_as_one(shell: Shell, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "p").symlink_to(full)
    with (
        serve({"/f": File(data=DATA * 100)}) as site,
        pytest.raises(DownloadError, match="cannot be written: No space"),
    ):
        bring(shell, site, tmp_path / "p")


def test_two_fetches_do_not_write_one_file(shell: Shell, tmp_path: Path) -> None:
    with (tmp_path / "p").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with serve({"/f": File(data=DATA)}) as site, pytest.raises(DownloadError, match="by another fetch"):
            bring(shell, site, tmp_path / "p")


def test_redirects_are_followed_and_the_last_address_is_reported(shell: Shell, tmp_path: Path) -> None:
    moved = File(data=b"", statuses=[302], headers={"Location": "/g"})
    with serve({"/f": moved, "/g": File(data=DATA)}) as site:
        assert bring(shell, site, tmp_path / "p").url == f"{site.url}/g"
        site.files["/f"] = File(data=b"", statuses=[302] * 30, headers={"Location": "/f"})
        with pytest.raises(DownloadError, match="circle of redirects"):
            bring(shell, site, tmp_path / "q")
