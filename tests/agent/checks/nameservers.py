"""Real name servers on the loopback of the test: NSD with a zone, Knot with one that it signs."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tiers import SEARCHED

SERIAL = 1_700_000_000
ZONE = f"""\
$ORIGIN example.com.
$TTL 300
@ SOA ns h {SERIAL} 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
www A 192.0.2.7
big TXT {" ".join(f'"{"x" * 200}{number}"' for number in range(20))}
"""


def free_port() -> int:
    """One that nobody has, for both UDP and TCP, at this moment."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return int(tcp.getsockname()[1])


@contextmanager
def nsd(folder: Path) -> Iterator[int]:
    """NSD, and its port."""
    port = free_port()
    (folder / "zone").write_text(ZONE)
    (folder / "nsd.conf").write_text(f"""\
server:
  ip-address: 127.0.0.1@{port}
  zonesdir: "{folder}"
  username: ""
  pidfile: ""
  xfrdfile: ""
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/log"
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: zone
""")
    with _running(["nsd", "-d", "-c", str(folder / "nsd.conf")], port, folder):
        yield port


@contextmanager
def knot(folder: Path) -> Iterator[int]:
    """Knot, which signs the zone, and its port."""
    port = free_port()
    (folder / "zone").write_text(ZONE)
    (folder / "knot.conf").write_text(f"""\
server:
  rundir: "{folder}/run"
  listen: 127.0.0.1@{port}
database:
  storage: "{folder}/db"
log:
  - target: "{folder}/log"
    any: info
policy:
  - id: own
    algorithm: ecdsap256sha256
template:
  - id: default
    storage: "{folder}"
    zonefile-sync: -1
    zonefile-load: difference
    dnssec-signing: on
    dnssec-policy: own
zone:
  - domain: example.com
    file: zone
""")
    (folder / "run").mkdir()
    (folder / "db").mkdir()
    with _running(["knotd", "-c", str(folder / "knot.conf")], port, folder):
        yield port


@contextmanager
def _running(words: list[str], port: int, folder: Path) -> Iterator[None]:
    program = shutil.which(words[0], path=SEARCHED) or words[0]
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen([program, *words[1:]], stdout=said, stderr=said)
    try:
        until_s = time.monotonic() + 10
        while True:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < until_s, (folder / "said").read_text()
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
