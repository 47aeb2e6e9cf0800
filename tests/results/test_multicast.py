"""What a tree and a group say of themselves."""

import re
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from catchment.results.multicast import RULES, GroupResult, Reached, Tree

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "multicast.md"
HEARD = Reached(member="a", router="r", copies=1, path=("r",), ttl=1, delay_ms=None, unicast_delay_ms=None)
TREE = Tree(
    sender="s", router="r", source=ip_address("192.0.2.1"), first=(), branches=(), receivers=(HEARD,), messages=(),
    asked=(), copies=2.0, unicast=3.0, first_reached=(),
)  # fmt: skip
GROUP = GroupResult(
    name="g", address=ip_address("232.1.1.1"), what="", scope="", mode="ssm", rp="", rps=(), ttl=64, rate_bps=None,
    switches=True, memberships=(), trees=(TREE, TREE), links=(), findings=(),
)  # fmt: skip


def test_delivered_is_exactly_one_copy_for_everyone() -> None:
    assert TREE.delivered
    assert GROUP.delivered
    for copies in (0, 2):
        wrong = replace(TREE, receivers=(HEARD, replace(HEARD, copies=copies)))
        assert not wrong.delivered
        assert not replace(GROUP, trees=(TREE, wrong)).delivered


def test_copies_of_a_group_are_those_of_all_its_senders() -> None:
    assert (GROUP.copies, GROUP.unicast) == (4.0, 6.0)


def test_rules_are_numbered_in_order() -> None:
    assert list(RULES) == [f"M{number:03d}" for number in range(1, len(RULES) + 1)]


def test_the_guide_lists_the_same_findings() -> None:
    rows = re.findall(r"^\| (M\d{3}) \| (.+?) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == RULES
