"""Advice on tunnels: what fits, and whether their own packets arrive."""

from pathlib import Path

import pytest

from catchment.designfile.load import read
from catchment.designfile.rules import Advice
from catchment.simulate.network.tunnels import settled
from catchment.workflows.tunnels import tunnels

CASE = Path(__file__).parents[1] / "cases/designfile/advice-tunnels/design.yaml"


def advice(tmp_path: Path, *changes: tuple[str, str]) -> list[Advice]:
    text = CASE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")
    loaded = read(path)
    assert loaded.design is not None
    return list(tunnels(loaded.design, settled(loaded.design.inside), loaded.where))


def test_the_path_under_a_tunnel_says_what_fits(tmp_path: Path) -> None:
    found = {one.rule: one for one in advice(tmp_path)}
    assert "lets 1468 through" in found["A045"].what
    assert "1428 (IPv4)" in found["A045"].todo
    assert "inside-out loses what cloud sends to office" in found["A047"].what


@pytest.mark.parametrize("mtu", ["1468", "1400"])
def test_a_tunnel_that_is_small_enough_gets_no_advice(tmp_path: Path, mtu: str) -> None:
    fitting = ("ends: [cloud, office], bgp", f"ends: [cloud, office], mtu: {mtu}, bgp")
    assert [one.rule for one in advice(tmp_path, fitting)] == ["A047"]


def test_a_key_takes_four_bytes_more(tmp_path: Path) -> None:
    found = advice(tmp_path, ("ends: [cloud, office], bgp", "ends: [cloud, office], mtu: 1468, key: 7, bgp"))
    assert [one.rule for one in found] == ["A047", "A045"]
