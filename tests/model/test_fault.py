"""The text of every fault means that fault again, and what is no fault is said with how it is written."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.errors import UsageError
from catchment.model.fault import (
    MOST_PACKETS_PER_S,
    MOST_PREPENDS,
    MOST_SECONDS,
    WHOLE,
    DaemonKilled,
    Failed,
    Fault,
    Flooded,
    Hijacked,
    Hung,
    Killed,
    Lossy,
    Prepended,
    Withdrawn,
    key,
    parsed,
)

NAMES = st.from_regex(r"[\w][\w.@-]{0,20}", fullmatch=True)
PREFIXES = st.sampled_from(["203.0.113.0/24", "203.0.113.128/25", "2001:db8:53::/48", "::/0"]).map(ip_network)
FAULTS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(Failed, name=NAMES),
    st.builds(Killed, server=NAMES),
    st.builds(Hung, server=NAMES),
    st.builds(Lossy, link=NAMES, per_10000=st.integers(1, WHOLE), sender=st.just("") | NAMES),
    st.builds(DaemonKilled, router=NAMES),
    st.builds(Withdrawn, router=NAMES),
    st.builds(Prepended, router=NAMES, times=st.integers(1, MOST_PREPENDS), neighbour=st.just("") | NAMES),
    st.builds(Hijacked, router=NAMES, prefix=PREFIXES),
    st.builds(
        Flooded,
        service=NAMES,
        packets_per_s=st.integers(1, MOST_PACKETS_PER_S),
        seconds=st.integers(1, MOST_SECONDS),
    ),
)


@given(FAULTS)
def test_what_is_printed_is_read_back(fault: Fault) -> None:
    assert parsed(str(fault)) == fault


@given(FAULTS, FAULTS)
def test_the_key_is_of_the_place_and_not_of_the_amount(one: Fault, other: Fault) -> None:
    if key(one) == key(other):
        assert type(one) is type(other)
    assert str(one).startswith(key(one).split(",")[0])


def test_what_people_write_is_read() -> None:
    assert parsed("loss:seoul-kt=0.5%,from=kt") == Lossy(link="seoul-kt", per_10000=50, sender="kt")
    assert parsed("loss:seoul-kt=12.5%") == Lossy(link="seoul-kt", per_10000=1250)
    assert parsed("flood:dns=200") == Flooded(service="dns", packets_per_s=200, seconds=10)
    assert parsed("hijack:evil=2001:db8::/32") == Hijacked(router="evil", prefix=ip_network("2001:db8::/32"))
    assert key(parsed("prepend:seoul=3,to=kt")) == "prepend:seoul,to=kt"
    assert key(parsed("flood:dns=7,for=3")) == "flood:dns"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frozen:dns@seoul", 'there is no fault "frozen"'),
        ("hung:", '"" is no name'),
        ("", '"" is no name'),
        ("a b", '"a b" is no name'),
        ("hung:dns@seoul=3", "it takes no value"),
        ("loss:seoul-kt", "it needs a value"),
        ("loss:seoul-kt=", "it needs a value"),
        ("loss:seoul-kt=0%", "no share"),
        ("loss:seoul-kt=100.01%", "no share"),
        ("loss:seoul-kt=1%,to=seoul", 'it has no option "to"'),
        ("loss:seoul-kt=1%,from=", '"from=" is no option'),
        ("loss:seoul-kt=1%,from=a,from=b", "twice"),
        ("prepend:seoul=17", "from 1 to 16"),
        ("hijack:evil=203.0.113.1/24", "has host bits set"),
        ("flood:dns=5001", "from 1 to 5000"),
        ("flood:dns=500,for=61", "from 1 to 60"),
    ],
)
def test_what_is_no_fault_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(text)
    assert said in str(caught.value)
    assert "write it as: " in str(caught.value)
