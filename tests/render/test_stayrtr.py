"""VRPs of a design: our own reader reads them, and stayrtr hands them out by RTR."""

import json
import struct
from ipaddress import ip_network
from pathlib import Path

from tests.render.golden import EXAMPLES
from tests.render.programs import in_namespace

from catchment.designfile.load import read_design
from catchment.internet.sources.vrp import read_vrps
from catchment.render.stayrtr import stayrtr_files, vrps_json

DESIGN = read_design(EXAMPLES / "gre-announce" / "design.yaml")


def test_our_own_reader_reads_it(tmp_path: Path) -> None:
    (file,) = stayrtr_files(DESIGN)
    (tmp_path / "vrps.json").write_text(file.text)
    assert set(read_vrps(tmp_path / "vrps.json")) == set(DESIGN.vrps)


def test_times_are_what_is_given() -> None:
    said = json.loads(vrps_json((), "us", generated_s=1_700_000_000, valid_s=1_700_003_600))
    assert said["metadata"] == {"source": "us", "generated": 1_700_000_000, "valid": 1_700_003_600}


def test_a_design_that_announces_nothing_has_no_file() -> None:
    assert stayrtr_files(read_design(EXAMPLES / "seoul-busan" / "design.yaml")) == ()


def test_stayrtr_hands_them_out(tmp_path: Path) -> None:
    (file,) = stayrtr_files(DESIGN)
    (tmp_path / "vrps.json").write_text(file.text)
    (tmp_path / "ask.py").write_text(_ASK)
    steps = [
        "ip link set lo up",
        f"stayrtr -cache {tmp_path}/vrps.json -checktime=false -bind 127.0.0.1:8282 -metrics.addr '' "
        f"> {tmp_path}/log 2>&1 & server=$!",
        f"python3 {tmp_path}/ask.py || (cat {tmp_path}/log >&2; kill $server; exit 1)",
        "kill $server",
    ]
    found = set()
    for line in in_namespace("\n".join(steps), "stayrtr").split():
        _, length, longest, _, address, asn = struct.unpack("!BBBB4sI", bytes.fromhex(line))
        found.add((ip_network((address, length)), longest, asn))
    assert found == {(one.prefix, one.max_length, one.asn) for one in DESIGN.vrps}


# RFC 8210 5.4 reset query, 5.6 IPv4 prefix, 5.8 end of data
_ASK = """
import socket, struct, time
for _ in range(50):
    try:
        s = socket.create_connection(("127.0.0.1", 8282), 3)
        break
    except OSError:
        time.sleep(0.1)
stream = s.makefile("rwb")
for _ in range(30):
    stream.write(struct.pack("!BBHI", 1, 2, 0, 8)); stream.flush()
    rows = []
    while True:
        version, kind, session, length = struct.unpack("!BBHI", stream.read(8))
        rest = stream.read(length - 8)
        if kind == 4:
            rows.append(rest.hex())
        elif kind in (7, 10, 8):
            break
    if rows:
        break
    time.sleep(0.1)
print("\\n".join(rows))
"""
