"""Stand-ins for passwords: in every file that needs one, and never seen in what is shown."""

from dataclasses import replace

import pytest
from tests.render.golden import CASES, rendered, views_of

from catchment.model.network import Daemon
from catchment.render.bird.files import bird_files
from catchment.render.frr.files import frr_files
from catchment.render.options import USUAL
from catchment.render.passwords import (
    LONGEST_KEY,
    filled,
    has_key,
    key_notes,
    masked,
    needed,
    password_files,
    stand_in,
)

CASE = CASES / "passwords" / "design.yaml"
VIEWS = views_of(CASE)
NAMES = ("ospf.key", "ibgp.md5", "cust.md5", "up.md5")


def test_a_stand_in_is_one_word_that_every_protocol_takes() -> None:
    words = {stand_in(name) for name in NAMES}
    assert len(words) == 4
    assert all(word.isascii() and len(word) <= LONGEST_KEY for word in words)


def test_the_shortest_of_its_uses_says_how_long_a_password_may_be() -> None:
    assert password_files(VIEWS["b"].inside) == {"cust.md5": 80, "up.md5": 80, "ibgp.md5": 80, "ospf.key": 16}


@pytest.mark.parametrize(
    ("target", "path", "names"),
    [
        ("bird", "b/bird.conf", {"ospf.key", "ibgp.md5", "cust.md5"}),
        ("frr", "f/frr.conf", {"ospf.key", "ibgp.md5", "up.md5"}),
        ("frr", "cust/frr.conf", {"cust.md5"}),
        ("bird", "up/bird.conf", {"up.md5"}),
    ],
)
def test_every_file_has_the_passwords_of_its_own_sessions_and_links(target: str, path: str, names: set[str]) -> None:
    assert set(needed(rendered(target, CASE)[path].text, NAMES)) == names


def test_filling_puts_each_where_it_belongs() -> None:
    text = rendered("frr", CASE)["f/frr.conf"].text
    done = filled(text, {name: f"of-{name}" for name in NAMES})
    assert " neighbor 192.0.2.1 password of-ibgp.md5\n" in done
    assert " ip ospf message-digest-key 1 md5 of-ospf.key\n" in done
    assert "ospf6 authentication" not in done
    assert "SECRET-" not in done


@pytest.mark.parametrize("target", ["bird", "frr"])
def test_nothing_of_a_password_is_left_in_what_is_shown(target: str) -> None:
    held = {name: f"of-{name}" for name in NAMES}
    for file in rendered(target, CASE).values():
        done = filled(file.text, held)
        shown = masked(done, held)
        assert "of-" not in shown.replace("password of ", "")
        assert shown == masked(file.text, held)
        assert "of-" not in masked(done, {}).replace("password of ", "")


@pytest.mark.parametrize(
    "line",
    [
        '  password "hunter2"; # RFC 2385',
        " neighbor 192.0.2.1 password hunter2",
        " neighbor 192.0.2.1 password 7 hunter2",
        " ip ospf message-digest-key 1 md5 hunter2",
        " ip ospf message-digest-key 1 md5 7 hunter2",
        " isis password md5 hunter2",
        " domain-password md5 hunter2",
        " area-password md5 hunter2 authenticate snp validate",
    ],
)
def test_what_somebody_else_wrote_is_hidden_too(line: str) -> None:
    assert "hunter2" not in masked(line, {})
    assert "<another password>" in masked(line, {"a": "b"})


@pytest.mark.parametrize("daemon", [Daemon.BIRD, Daemon.FRR])
def test_ospfv3_has_a_key_where_all_run_the_same(daemon: Daemon) -> None:
    network = VIEWS["b"].network
    alike = replace(network, routers=tuple(replace(one, daemon=daemon) for one in network.routers))
    view = replace(VIEWS["b"], network=alike, router=alike.routers[0])
    (file, *_) = bird_files(view, USUAL) if daemon is Daemon.BIRD else frr_files(view, USUAL)
    assert ("algorithm hmac sha256;" if daemon is Daemon.BIRD else "hash-algo hmac-sha-256 key SECRET-") in file.text
    assert not key_notes(alike)
    assert has_key(network, 4)
    assert not has_key(network, 6)
    assert key_notes(network)
