import struct
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.agent.speakers import wire

from catchment.agent.speakers.attributes import attributes, form_of, prefix_bytes, prefix_of
from catchment.model.agent import Form

PREFIX = ip_network("192.0.2.0/24")

WORD = some.integers(0, 65535)
COMMUNITY = some.one_of(
    some.tuples(WORD, WORD), some.tuples(*[some.integers(0, 2**32 - 1)] * 3)
).map(lambda words: ":".join(map(str, words)))  # fmt: skip
FORM = some.builds(
    Form,
    prepend=some.integers(0, 20),
    communities=some.lists(COMMUNITY, max_size=80, unique=True).map(lambda all_: tuple(sorted(all_))),
    med=some.none() | some.integers(1, 2**32 - 1),
)


@given(form=FORM)
def test_every_form_is_read_again(form):
    assert form_of(attributes(PREFIX, form, 64500)) == form


@given(form=FORM)
def test_a_neighbour_that_reads_updates_reads_the_same(form):
    """By a reader that was written apart. The daemon puts its own AS number in front; here nobody does."""
    block = b"".join(attributes(PREFIX, form, 64500))
    update = struct.pack("!HH", 0, len(block)) + block + prefix_bytes(PREFIX)
    ((prefix, seen),) = wire.said(update)
    assert prefix == PREFIX
    assert (seen.communities, seen.med) == (form.communities, form.med)
    assert seen.prepend == max(0, form.prepend - 1)


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "192.0.2.0/24", "203.0.113.128/25", "2001:db8::/32", "2001:db8::1/128"]
)
def test_prefixes_as_bgp_writes_them(text):
    prefix = ip_network(text)
    assert prefix_of(prefix_bytes(prefix), prefix.version) == prefix


def test_an_ipv6_prefix_is_in_an_attribute():
    prefix = ip_network("2001:db8:1::/48")
    reach = next(one for one in attributes(prefix, Form(), 64500) if one[1] == 14)
    assert reach[3:6] == bytes([0, 2, 1])
    assert reach.endswith(prefix_bytes(prefix))
