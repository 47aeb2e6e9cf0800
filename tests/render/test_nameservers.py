"""NSD and Knot: their checkers take the files, and the servers that load them say who they are."""

import struct
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.render.golden import CASES, hold, rendered, views_of
from tests.render.programs import accepted, in_namespace, refused

from catchment.model.service import HealthCheck, Program
from catchment.render.nameservers import dns_services, knot_files, nsd_files, zones
from catchment.render.options import USUAL
from catchment.render.targets import TARGETS


@pytest.mark.parametrize("target", ["nsd", "knot"])
def test_every_file_is_the_golden_one(target: str) -> None:
    hold(target)


@pytest.mark.parametrize("target", ["nsd", "knot"])
def test_the_checkers_take_it(target: str) -> None:
    for file in rendered(target).values():
        accepted(file)


@pytest.mark.parametrize(
    ("target", "path", "right", "wrong"),
    [
        ("nsd", "busan/nsd/nsd.conf", "ip-freebind", "ip-freebindd"),
        ("nsd", "busan/nsd/example.com.zone", "@ A 203.0.113.53", "@ A 203.0.113.530"),
        ("knot", "busan/knot/knot.conf", "identity", "identitty"),
    ],
)
def test_the_checkers_refuse_what_is_wrong(target: str, path: str, right: str, wrong: str) -> None:
    file = rendered(target)[path]
    assert refused(replace(file, text=file.text.replace(right, wrong, 1)))


def test_where_the_design_says_what_answers_only_that_has_files() -> None:
    view = views_of(CASES / "machines" / "design.yaml")["busan"]
    wants = {one.name: one.wants for one in TARGETS}
    assert wants["nsd"](view, USUAL)
    assert wants["knot"](view, USUAL)
    services = tuple(replace(one, program=Program.NSD) for one in view.services)
    said = replace(view, services=services)
    assert wants["nsd"](said, USUAL)
    assert not wants["knot"](said, USUAL)


def test_of_two_programs_on_a_machine_each_has_its_own_addresses() -> None:
    view = views_of(CASES / "machines" / "design.yaml")["busan"]
    (one,) = dns_services(view)
    other = replace(one, server=replace(one.server, addresses=(ip_address("203.0.113.54"),)), program=Program.KNOT)
    both = replace(view, services=(replace(one, program=Program.NSD), other))
    nsd, knot = nsd_files(both, USUAL)[0].text, knot_files(both, USUAL)[0].text
    assert "203.0.113.54" in knot
    assert "203.0.113.54" not in nsd
    assert "203.0.113.53" in nsd
    assert "203.0.113.53" not in knot


def test_nsd_says_who_it_is(tmp_path: Path) -> None:
    """Started from the file itself; only where it writes is the test's."""
    files = rendered("nsd")
    own = f'''server:
    username: ""
    database: ""
    pidfile: "{tmp_path}/pid"
    xfrdfile: "{tmp_path}/xfrd"
    xfrdir: "{tmp_path}"
    zonelistfile: "{tmp_path}/list"
remote-control:
    control-enable: no
'''
    text = files["busan/nsd/nsd.conf"].text.replace("/etc/nsd", str(tmp_path)) + own
    (tmp_path / "nsd.conf").write_text(text)
    (tmp_path / "example.com.zone").write_text(files["busan/nsd/example.com.zone"].text)
    _says_who_it_is(tmp_path, f"nsd -d -c {tmp_path}/nsd.conf", "nsd")


def test_knot_says_who_it_is(tmp_path: Path) -> None:
    files = rendered("knot")
    text = files["busan/knot/knot.conf"].text.replace("/var/lib/knot", str(tmp_path))
    text = text.replace("/run/knot", str(tmp_path)).replace("    user: knot:knot\n", "").replace("syslog", "stderr")
    (tmp_path / "knot.conf").write_text(text)
    (tmp_path / "example.com.zone").write_text(files["busan/knot/example.com.zone"].text)
    _says_who_it_is(tmp_path, f"knotd -c {tmp_path}/knot.conf", "knotd")


def test_names_below_another_are_in_its_zone_and_what_is_no_name_is_in_none() -> None:
    view = views_of(CASES / "machines" / "design.yaml")["busan"]
    asked = ["www.example.com A", "example.com TXT", "example.org", "../etc A", ". SOA", 'a";b A']
    checks = tuple(HealthCheck(kind="dns", argument=one) for one in asked)
    assert zones(replace(view, services=(replace(view.services[0], checks=checks),))) == (
        "example.com",
        "example.org",
    )


def _says_who_it_is(folder: Path, command: str, program: str) -> None:
    """Asked on the service's addresses: the name of the site by CHAOS and NSID, and the check's own question."""
    for name, query in QUERIES.items():
        (folder / name).write_bytes(query)
    (folder / "ask.py").write_text(_ASK)
    steps = [
        "ip link set lo up; ip addr add 203.0.113.53/32 dev lo; ip addr add 2001:db8:53::53/128 dev lo nodad",
        f"{command} > {folder}/log 2>&1 & server=$!",
        f"python3 {folder}/ask.py {folder} {' '.join(QUERIES)} || (cat {folder}/log >&2; kill $server; exit 1)",
        "kill $server; wait $server || true",
    ]
    answers = dict(line.split(" ", 1) for line in in_namespace("\n".join(steps), program).splitlines())
    assert b"busan" in bytes.fromhex(answers["id.server"])
    assert b"busan" in bytes.fromhex(answers["hostname.bind"])
    assert bytes.fromhex(answers["nsid"]).endswith(b"\x00\x03\x00\x05busan")
    assert bytes([203, 0, 113, 53]) in bytes.fromhex(answers["check"])
    version = bytes.fromhex(answers["version.server"]).lower()
    assert not any(word in version for word in (b"nsd", b"knot", b"4.6", b"3.2"))


def _query(name: str, kind: int, klass: int, options: bytes = b"") -> bytes:
    words = b"".join(bytes([len(word)]) + word.encode() for word in name.split(".")) + b"\0"
    head = struct.pack("!6H", 7, 0, 1, 0, 0, 1 if options else 0)
    return head + words + struct.pack("!HH", kind, klass) + options


_NSID = b"\0" + struct.pack("!HHIHHH", 41, 1232, 0, 4, 3, 0)
QUERIES = {
    "id.server": _query("id.server", 16, 3),
    "hostname.bind": _query("hostname.bind", 16, 3),
    "version.server": _query("version.server", 16, 3),
    "nsid": _query("example.com", 6, 1, _NSID),
    "check": _query("example.com", 1, 1),
}

_ASK = """
import socket, sys, time
folder, *names = sys.argv[1:]
for name in names:
    question = open(f"{folder}/{name}", "rb").read()
    for family, address in ((socket.AF_INET, "203.0.113.53"), (socket.AF_INET6, "2001:db8:53::53")):
        for _ in range(40):
            s = socket.socket(family, socket.SOCK_DGRAM)
            s.settimeout(0.2)
            try:
                s.connect((address, 53))
                s.send(question)
                answer = s.recv(2000)
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit(f"no answer to {name} at {address}")
    print(name, answer.hex())
"""
