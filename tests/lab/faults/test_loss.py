"""Links that lose frames: which end drops, how many, and that both begin and end can be given twice."""

import pytest
from tests.lab.small import lacking

from catchment.lab.faults.loss import lose, lose_no_more
from catchment.lab.nodes import Kind, Lab, Node, Plug, Wire
from catchment.lab.steps import Load, Step, WriteFile
from catchment.model.fault import Lossy

LAB = Lab(
    name="x",
    nodes=(Node(name="a", kind=Kind.ROUTER), Node(name="b", kind=Kind.ROUTER)),
    wires=(
        Wire(name="c-d", plugs=(Plug(node="c", interface="d"), Plug(node="d", interface="c"))),
        Wire(name="a-b", plugs=(Plug(node="a", interface="b"), Plug(node="b", interface="a"))),
    ),
)


def texts(steps: tuple[Step, ...]) -> dict[str, str]:
    """Namespace -> what is loaded there."""
    written = {one.path: one.text for one in steps if isinstance(one, WriteFile)}
    return {one.space: written[one.path] for one in steps if isinstance(one, Load)}


def test_frames_are_dropped_where_they_arrive() -> None:
    both = texts(lose(LAB, Lossy(link="a-b", per_10000=2500)))
    assert set(both) == {"cm-x-a", "cm-x-b"}
    assert 'device "b"' in both["cm-x-a"]
    assert "numgen random mod 10000 < 2500 counter drop" in both["cm-x-a"]
    assert set(texts(lose(LAB, Lossy(link="a-b", per_10000=1, sender="a")))) == {"cm-x-b"}


def test_all_frames_are_all_and_no_matter_of_chance() -> None:
    assert "numgen" not in texts(lose(LAB, Lossy(link="a-b", per_10000=10000)))["cm-x-a"]


def test_one_side_and_both_sides_may_fail_together_and_heal_apart() -> None:
    one, both = Lossy(link="a-b", per_10000=7, sender="a"), Lossy(link="a-b", per_10000=7)
    ends = [texts(lose_no_more(LAB, fault))["cm-x-b"] for fault in (one, both)]
    assert ends[0] != ends[1]
    assert all(text.splitlines()[1].startswith("delete table netdev ") for text in ends)
    begins = texts(lose(LAB, both))["cm-x-b"]
    assert begins.startswith(ends[1])  # given twice it leaves one rule


@pytest.mark.skipif(bool(why := lacking("nft", "unshare")), reason=why or "nft runs here")
def test_nft_takes_the_rules_twice_and_back_twice() -> None:
    import subprocess

    for per_10000 in (10000, 50):
        fault = Lossy(link="a-b", per_10000=per_10000)
        on, off = texts(lose(LAB, fault))["cm-x-b"], texts(lose_no_more(LAB, fault))["cm-x-b"]
        lines = "ip link add name a type veth peer name z && nft -f - && nft list ruleset"
        for given, left in ((on + on, 1), (on + off + off, 0)):
            done = subprocess.run(
                ["unshare", "--net", "sh", "-c", lines], input=given, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            assert done.stdout.count("counter packets") == left
