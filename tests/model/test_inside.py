"""What is inside: links of networks come before those between networks."""

from tests.simulate.network.ground import two_exits

from catchment.model.inside import NOTHING_INSIDE


def test_links_of_networks_come_before_those_between_them() -> None:
    assert [link.name for link in two_exits().all_links] == ["core-west", "core-east", "west-far", "east-far"]
    assert NOTHING_INSIDE.all_links == ()
