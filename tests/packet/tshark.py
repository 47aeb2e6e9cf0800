"""Runs tshark on a capture and tells what it says of each frame's checks; tests skip where it is not installed."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKS = ("eth.check_fcs", "ip.check_checksum", "udp.check_checksum", "tcp.check_checksum")
STATUS = (
    "eth.fcs.status",
    "ip.checksum.status",
    "udp.checksum.status",
    "tcp.checksum.status",
    "icmp.checksum.status",
    "icmpv6.checksum.status",
    "igmp.checksum.status",
    "pim.cksum.status",
    "gre.checksum.status",
    "ppp.fcs.status",
)
GOOD = "1"


def tshark(path: Path, *options: str) -> list[dict[str, str]]:
    """A row for each frame: the status of each check ("1,1" for two of a kind), malformed marks, protocols."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark is not installed: apt-get install tshark")
    others = ("_ws.malformed", "frame.protocols", "frame.comment", "frame.interface_name", "ip.src")
    fields = (*STATUS, *others)
    switches = [part for name in CHECKS for part in ("-o", f"{name}:TRUE")]
    switches += [part for option in options for part in ("-o", option)]
    wanted = [part for name in fields for part in ("-e", name)]
    done = subprocess.run(
        [program, "-n", "-r", str(path), *switches, "-T", "fields", "-E", "separator=,", "-E", "quote=d", *wanted],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [dict(zip(fields, cells, strict=True)) for cells in csv.reader(done.stdout.splitlines())]


def bad(row: dict[str, str]) -> list[str]:
    """What tshark has against a frame."""
    return [f"{name}={row[name]}" for name in STATUS if set(filter(None, row[name].split(","))) - {GOOD}] + (
        ["malformed"] if row["_ws.malformed"] else []
    )
