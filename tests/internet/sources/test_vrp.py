"""VRP files: what validators write is read, anything else is one clear error."""

import gzip
import json
from ipaddress import ip_network
from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.sources.vrp import read_vrps
from catchment.model.rpki import Vrp

RPKI_CLIENT = {
    "metadata": {"buildtime": "2026-11-20T00:00:00Z", "vrps": 2},
    "roas": [
        {"asn": 64500, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe", "expires": 1795132800},
        {"asn": 0, "prefix": "2001:db8::/32", "maxLength": 128, "ta": "arin", "expires": 1795132800},
    ],
    "aspas": [],
}
ROUTINATOR = {"roas": [{"asn": "AS64500", "prefix": "192.0.2.0/24", "maxLength": 25, "ta": "apnic"}]}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "vrps.json"
    path.write_text(json.dumps(content))
    return path


def test_the_json_of_rpki_client_is_read(tmp_path: Path) -> None:
    assert read_vrps(written(tmp_path, RPKI_CLIENT)) == (
        Vrp(prefix=ip_network("192.0.2.0/24"), max_length=24, asn=64500),
        Vrp(prefix=ip_network("2001:db8::/32"), max_length=128, asn=0),
    )


def test_the_json_of_routinator_is_read(tmp_path: Path) -> None:
    (vrp,) = read_vrps(written(tmp_path, ROUTINATOR))
    assert (vrp.asn, vrp.max_length) == (64500, 25)


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vrps.json.gz"
    path.write_bytes(gzip.compress(json.dumps(ROUTINATOR).encode()))
    assert len(read_vrps(path)) == 1


def test_only_covering_vrps_are_kept_when_asked(tmp_path: Path) -> None:
    prefixes = [
        "192.0.2.0/25",
        "192.0.2.0/24",
        "192.0.0.0/16",
        "0.0.0.0/0",
        "198.51.100.0/24",
        "2001:DB8::/32",
        "::/0",
    ]
    roas = [{"asn": 64500, "prefix": prefix, "maxLength": 128 if ":" in prefix else 32} for prefix in prefixes]
    path = written(tmp_path, {"roas": roas})
    kept = read_vrps(path, covering=[ip_network("192.0.2.0/24")])
    assert [str(vrp.prefix) for vrp in kept] == ["192.0.2.0/24", "192.0.0.0/16", "0.0.0.0/0"]
    assert [str(vrp.prefix) for vrp in read_vrps(path, covering=[ip_network("2001:db8:53::/48")])] == [
        "2001:db8::/32",
        "::/0",
    ]
    assert read_vrps(path, covering=[]) == ()


def test_a_missing_max_length_is_the_prefix_length(tmp_path: Path) -> None:
    path = written(tmp_path, {"roas": [{"asn": 64500, "prefix": "192.0.2.0/24"}]})
    assert read_vrps(path)[0].max_length == 24


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b'{"roas": [{"asn": 64500, "pre', "cut short"),
        (b'{"roas": [', "cut short"),
        (b"1|2|-1\n", "not JSON"),
        (b"\x80\x81\xff" * 50, "not JSON"),
        (b"[" * 100_000, "not JSON|cut short"),
        (b"[]", 'no list "roas"'),
        (b'{"roas": {}}', 'no list "roas"'),
        (b'{"roas": [7]}', "entry 1"),
        (b'{"roas": [{"prefix": "192.0.2.0/24"}]}', "entry 1 of roas has no 'asn'"),
        (b'{"roas": [{"asn": 64500}]}', "entry 1 of roas has no 'prefix'"),
        (b'{"roas": [{"asn": 64500, "prefix": "192.0.2.1/24"}]}', "host bits"),
        (b'{"roas": [{"asn": "ASx", "prefix": "192.0.2.0/24"}]}', "entry 1"),
        (b'{"roas": [{"asn": true, "prefix": "192.0.2.0/24"}]}', "asn is True"),
        (b'{"roas": [{"asn": -1, "prefix": "192.0.2.0/24"}]}', "asn is -1"),
        (b'{"roas": [{"asn": 64500, "prefix": "192.0.2.0/24", "maxLength": 23}]}', "maxLength is 23"),
        (b'{"roas": [{"asn": 64500, "prefix": "192.0.2.0/24", "maxLength": 33}]}', "maxLength is 33"),
    ],
)
def test_a_wrong_file_is_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "vrps.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read_vrps(path)
    (problem,) = caught.value.problems
    assert problem.where.startswith(str(path))
    assert problem.todo


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_vrps(tmp_path / "none.json")
