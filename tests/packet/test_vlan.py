"""802.1Q tags."""

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import keeps, loses_nothing, short, some

from catchment.packet.vlan import Vlan, decode

tags = st.builds(
    Vlan, priority=st.integers(0, 7), drop_eligible=st.booleans(), vlan=st.integers(0, 4095), type=short
)  # fmt: skip


@given(tags, some)
def test_a_tag_comes_back_as_it_was(tag: Vlan, more: bytes) -> None:
    keeps(tag, decode, more)


@given(st.binary(max_size=8))
def test_any_bytes_are_a_tag_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


def test_priority_and_vlan_stand_where_802_1q_says() -> None:
    assert decode(bytes.fromhex("b00a0800"))[0] == Vlan(priority=5, drop_eligible=True, vlan=10, type=0x0800)
