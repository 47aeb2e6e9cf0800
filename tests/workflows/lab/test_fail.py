"""Everything that can fail in a lab fails and heals, and what is predicted for it holds."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of

from catchment.errors import MachineError, UsageError
from catchment.lab import processes, spaces
from catchment.lab.state import Keeper
from catchment.lab.watching import Patience
from catchment.workflows.lab.fail import fail, heal
from catchment.workflows.lab.load import load
from catchment.workflows.lab.open import OpenLab
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import status, verified

PATIENCE = Patience(limit_s=30, hold_s=0.3)


def silent(done: int, total: int | None) -> None:
    """Nothing is shown."""


@pytest.fixture(autouse=True)
def healed(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "dual_stack" in request.fixturenames:
        heal(request.getfixturevalue("dual_stack"), (), PATIENCE, silent)


def served(lab: str) -> dict[tuple[str, int], set[str | None]]:
    found = verified(lab, 1, 1.0)
    assert found.holds, found
    return {
        (row.expected.client, row.expected.address.version): {server for server, _ in row.answered}
        for row in found.rows
    }


@pytest.mark.parametrize("what", ["dns@frankfurt", "frankfurt-isp-de"])
def test_clients_move_to_the_other_site_and_back(dual_stack: str, what: str) -> None:
    assert fail(dual_stack, [what], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@seoul"}
    assert heal(dual_stack, [what], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}


def test_a_router_that_fails_takes_its_clients_with_it(dual_stack: str) -> None:
    assert fail(dual_stack, ["isp-kr", "dns@frankfurt"], PATIENCE, silent).as_predicted
    assert all(servers == {None} for servers in served(dual_stack).values())
    programs = {one.node: one.programs for one in status(dual_stack).nodes}
    assert programs["isp-kr"] == (("bird", False),)
    assert heal(dual_stack, ["isp-kr"], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@seoul"}


def test_what_is_unknown_or_down_already_is_said(dual_stack: str) -> None:
    with pytest.raises(UsageError, match="did you mean"):
        fail(dual_stack, ["isp-kt"], PATIENCE, silent)
    fail(dual_stack, ["dns@seoul"], PATIENCE, silent)
    with pytest.raises(UsageError, match="down already"):
        fail(dual_stack, ["dns@seoul"], PATIENCE, silent)
    with pytest.raises(UsageError, match="it is not down"):
        heal(dual_stack, ["dns@frankfurt"], PATIENCE, silent)


def test_silence_on_a_link_is_noticed_and_heals(dual_stack: str) -> None:
    said: list[str] = []
    assert fail(dual_stack, ["loss:frankfurt-isp-de=100%"], PATIENCE, silent, said.append).as_predicted
    assert said == ["frankfurt-isp-de: 100% of the frames of both ends are lost; the link looks up"]
    assert served(dual_stack)["users-de", 4] == {"dns@seoul"}
    assert heal(dual_stack, ["loss:frankfurt-isp-de"], PATIENCE, silent, said.append).as_predicted
    assert said[1:] == ["loss:frankfurt-isp-de=100%: taken back"]


def test_servers_that_nobody_sees_fail_stay_announced(dual_stack: str) -> None:
    assert fail(dual_stack, ["hung:dns@frankfurt", "killed:dns@seoul"], PATIENCE, silent).as_predicted
    assert set().union(*served(dual_stack).values()) == {None}
    assert heal(dual_stack, [], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}


def test_a_router_without_its_daemon_keeps_its_kernel_and_gets_its_daemon_back(dual_stack: str) -> None:
    before = OpenLab(Keeper(dual_stack)).predicted.routes
    assert fail(dual_stack, ["daemon:isp-de"], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {None}
    prediction = OpenLab(Keeper(dual_stack)).predicted
    assert prediction.routes["isp-de"] == before["isp-de"]
    assert prediction.routes["isp-kr"] != before["isp-kr"]
    assert heal(dual_stack, [], PATIENCE, silent).as_predicted
    programs = {one.node: one.programs for one in status(dual_stack).nodes}
    assert programs["isp-de"] == (("bird", True),)


def test_sessions_outlive_prepends_withdrawals_and_hijacks(dual_stack: str) -> None:
    def flaps() -> list[str]:
        """When each session was established, as BIRD says."""
        holder = Keeper(dual_stack).read().holder("isp-kr")
        done = spaces.run((*processes.enter(holder), "birdc", "-s", "/run/bird/bird.ctl", "show protocols"))
        return [line for line in done.stdout.splitlines() if "BGP" in line]

    before = flaps()
    faults = ["prepend:seoul=2", "withdraw:frankfurt", "hijack:isp-kr=203.0.113.0/24"]
    assert fail(dual_stack, faults, PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"hijack@isp-kr"}
    assert heal(dual_stack, faults[1:], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}
    assert len(before) == 2
    assert flaps() == before


def test_faults_of_one_place_heal_one_by_one(dual_stack: str) -> None:
    faults = ["frankfurt", "dns@frankfurt", "killed:dns@seoul", "prepend:frankfurt=2"]
    assert fail(dual_stack, faults, PATIENCE, silent).as_predicted
    for fault in faults:
        assert heal(dual_stack, [fault], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}


def test_what_a_killed_command_has_begun_is_taken_back(dual_stack: str) -> None:
    """Only written down; half done; and done but not yet striken out when healing was killed: one heal is enough."""
    keeper = Keeper(dual_stack)
    for begun in ((), ("loss:frankfurt-isp-de=100%", "hung:dns@seoul")):
        if begun:
            fail(dual_stack, begun, PATIENCE, silent)
        state = keeper.read()
        written = (*begun, "withdraw:seoul", "hijack:isp-de=203.0.113.0/25", "dns@frankfurt", "killed:dns@seoul")
        keeper.write(replace(state, down=written))
        assert heal(dual_stack, [], PATIENCE, silent).as_predicted
        assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}
        assert served(dual_stack)["users-kr", 4] == {"dns@seoul"}


def test_a_flood_is_as_large_as_was_asked_for_and_ends_when_it_is_taken_back(dual_stack: str) -> None:
    said: list[str] = []
    fail(dual_stack, ["flood:dns=400,for=30"], PATIENCE, silent, said.append)
    assert "not predicted: " in said[1]
    found = load(dual_stack, 1.0)
    assert [(one.server, one.predicted_per_s) for one in found.servers] == [
        ("dns@seoul", 300.0),
        ("dns@frankfurt", 100.0),
    ]
    for one in found.servers:
        assert one.observed_per_s is not None
        assert 0.5 * one.predicted_per_s <= one.observed_per_s <= 1.2 * one.predicted_per_s + 30
    senders = [one for one in Keeper(dual_stack).read().alive if one.name.startswith("flood")]
    assert len(senders) == 2
    heal(dual_stack, ["flood:dns"], PATIENCE, silent)
    assert not any(processes.is_alive(one) for one in senders)
    assert not [one for one in Keeper(dual_stack).read().alive if one.name.startswith("flood")]


HIJACK = Path(__file__).parents[3] / "examples" / "hijack"
NEEDED = ("bird", "birdc", "vtysh", "/usr/lib/frr/zebra", "stayrtr", "nft", "sysctl")


@pytest.mark.skipif(bool(why := lacking(*NEEDED)), reason=why or "labs run here")
@pytest.mark.parametrize(("file", "daemon"), [("design.yaml", "bird"), ("validated.yaml", "frr")])
def test_a_hijack_takes_clients_along_unless_origins_are_validated(file: str, daemon: str) -> None:
    """With BIRD nobody validates; with FRR the carrier and isp-us do, with VRPs from stayrtr on themselves."""
    name = f"hijack-{os.getpid()}"
    wanted = Wanted(name=name, daemon=daemon, delays=False, patience=PATIENCE)
    try:
        assert up(HIJACK / file, wanted, lambda sentence: None, silent).as_predicted
        before = served(name)
        assert fail(name, ["hijack:stranger=203.0.113.0/25"], PATIENCE, silent).as_predicted
        now = served(name)
        assert now == (before if file == "validated.yaml" else {key: {"hijack@stranger"} for key in before})
        assert heal(name, [], PATIENCE, silent).as_predicted
        assert served(name) == before
    finally:
        down(name)
    assert left_of(name) == []


def test_a_fault_is_written_down_before_it_is_made(
    dual_stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without nft: the command fails in the middle, and what it had begun heals."""
    for program in ("ip", "tc", "nsenter"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        with pytest.raises(MachineError, match="nft"):
            fail(dual_stack, ["hung:dns@seoul", "loss:seoul-isp-kr=100%"], PATIENCE, silent)
    assert Keeper(dual_stack).read().down == ("hung:dns@seoul", "loss:seoul-isp-kr=100%")
    assert heal(dual_stack, [], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-kr", 4] == {"dns@seoul"}
