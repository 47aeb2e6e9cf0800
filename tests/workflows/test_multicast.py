"""The workflow: groups chosen, what is down, what cannot be asked."""

from pathlib import Path

import pytest

from catchment.errors import UsageError
from catchment.workflows.multicast import multicast

TEXT = """
name: demo
networks:
  corp:
    igp: ospf
    routers: [seoul, busan]
    links: [{between: [seoul, busan]}]
clients: {office: busan}
services: {dns: {address: ["203.0.113.53", "2001:db8:53::53"], at: seoul}}
multicast:
  film: {group: [232.1.1.1, "ff38::8000:1"], from: dns, to: office}
  health: {group: 239.192.0.1, from: seoul, to: busan, rp: busan}
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_every_group_is_answered_at_each_of_its_addresses(design: Path) -> None:
    found = multicast(design)
    assert [(group.name, str(group.address)) for group in found.groups] == [
        ("film", "232.1.1.1"),
        ("film", "ff38::8000:1"),
        ("health", "239.192.0.1"),
    ]
    assert all(group.delivered for group in found.groups)
    assert found.provenance.sources[0].sha256


def test_one_group_can_be_asked_for_and_something_can_be_down(design: Path) -> None:
    found = multicast(design, ["film"], ["seoul-busan"])
    assert {group.name for group in found.groups} == {"film"}
    assert found.title == "demo: multicast, seoul-busan down"
    assert [one.was for group in found.groups for tree in group.trees for one in tree.receivers] == [True, True]
    assert not any(group.delivered for group in found.groups)
    assert found.provenance.options == (("group", "film"), ("down", "seoul-busan"))


def test_what_is_assumed_is_said(design: Path) -> None:
    notes = " ".join(multicast(design, down=["seoul"]).notes)
    assert "router's loopback" in notes
    assert "the IGP has to find its new routes" in notes
    assert "router's loopback" not in " ".join(multicast(design, ["health"]).notes)


def test_a_name_that_is_not_there_is_told(design: Path) -> None:
    with pytest.raises(UsageError, match="film"):
        multicast(design, ["fim"])
    with pytest.raises(UsageError, match="busan"):
        multicast(design, [], ["busann"])


def test_a_design_without_groups_is_told_where_to_read(design: Path) -> None:
    design.write_text(TEXT.partition("multicast:")[0], encoding="utf-8")
    with pytest.raises(UsageError, match=r"docs/guide/multicast\.md"):
        multicast(design)
