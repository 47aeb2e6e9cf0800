import asyncio
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agent.checks.asked import LOOPBACK, asked, asked_at

dns = pytest.importorskip("dns", reason="dnspython is not installed")
from dns import flags, message, name, rcode, rrset  # noqa: E402

from catchment.agent.checks.attempt import Attempt, Wrong  # noqa: E402
from catchment.agent.checks.dns import _read, freshness, question  # noqa: E402
from catchment.agent.checks.failing.dns_ways import served, sound  # noqa: E402
from catchment.agent.checks.failing.servers import datagrams  # noqa: E402
from catchment.model.probes import DnsProbe  # noqa: E402

PROBE = DnsProbe(address=LOOPBACK, name="www.example.com", kind="A", answers=("192.0.2.7",))
TCP = DnsProbe(address=LOOPBACK, name="www.example.com", kind="A", answers=("192.0.2.7",), tcp=True)


def changed(change, probe=PROBE):
    """A name server whose sound response is changed."""

    def answered(packet: bytes) -> bytes:
        response = sound(probe, packet)
        change(response)
        return response.to_wire()

    return served(probe, answered)


@pytest.mark.parametrize("probe", [PROBE, TCP])
def test_the_answer_that_is_wanted_passes(probe):
    result = asked_at(changed(lambda _: None, probe), probe)
    assert (result.passed, result.words) == (True, "NOERROR, 192.0.2.7")


def test_addresses_are_compared_as_addresses_and_any_one_is_enough():
    probe = DnsProbe(address=LOOPBACK, name="x.example", kind="AAAA", answers=("2001:0DB8:0::9", "2001:db8:0::7"))

    def answered(packet: bytes) -> bytes:
        response = message.make_response(message.from_wire(packet))
        response.answer = [rrset.from_text("x.example.", 9, "IN", "AAAA", "2001:db8::1", "2001:db8::7")]
        return response.to_wire()

    assert asked_at(served(probe, answered), probe).passed


def test_an_alias_on_the_way_is_followed_within_the_answer():
    def alias(response):
        response.answer = [
            rrset.from_text("www.example.com.", 9, "IN", "CNAME", "a.example.com."),
            rrset.from_text("a.example.com.", 9, "IN", "A", "192.0.2.7"),
        ]

    assert asked_at(changed(alias), PROBE).passed


def other_value(response):
    response.answer = [rrset.from_text("www.example.com.", 9, "IN", "A", "192.0.2.8")]


def no_answer(response):
    response.answer = []


@pytest.mark.parametrize("probe", [PROBE, TCP])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.set_rcode(rcode.REFUSED), "rcode REFUSED"),
        (lambda one: one.set_rcode(rcode.SERVFAIL), "rcode SERVFAIL"),
        (other_value, "answered 192.0.2.8, not 192.0.2.7"),
        (no_answer, "NOERROR, but no A in the answer"),
    ],
)
def test_wrong_answers_fail_at_once_and_are_told(probe, change, words):
    result = asked_at(changed(change, probe), probe)
    assert (result.passed, result.words) == (False, words)
    assert result.took_s < 0.5


def test_a_refusal_without_its_question_is_an_answer_too():
    def bare(response):
        response.set_rcode(rcode.REFUSED)
        response.question = []
        response.answer = []

    assert asked_at(changed(bare), PROBE).words == "rcode REFUSED"


def test_other_codes_may_pass_when_they_are_named():
    probe = DnsProbe(address=LOOPBACK, name="nx.example", kind="A", rcodes=("NXDOMAIN",))

    def missing(response):
        response.set_rcode(rcode.NXDOMAIN)
        response.answer = []

    assert asked_at(changed(missing, probe), probe).words == "NXDOMAIN"
    assert asked_at(changed(lambda _: None, probe), probe).words == "rcode NOERROR"


def other_number(response):
    response.id ^= 0x101


def other_name(response):
    response.question[0].name = name.from_text("other.example.")


def a_question(response):
    response.flags &= ~flags.QR


@pytest.mark.parametrize("probe", [PROBE, TCP])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_number, "an answer with another number"),
        (other_name, "an answer to another question"),
        (a_question, "an answer to another question"),
    ],
)
def test_what_is_no_answer_to_us_is_waited_on_and_told(probe, change, words):
    result = asked_at(changed(change, probe), probe, timeout_s=0.3)
    assert (result.passed, result.words) == (False, f"no answer within 0.3 s; what came: {words}")


def test_the_right_answer_after_wrong_ones_passes():
    def reply(packet: bytes) -> list[bytes]:
        wrong, right = sound(PROBE, packet), sound(PROBE, packet)
        wrong.id ^= 1
        return [wrong.to_wire(), b"", packet[:2] + b"rubbish", right.to_wire()]

    assert asked_at(datagrams(reply), PROBE).passed


def test_a_truncated_answer_is_asked_for_again_over_tcp():
    def truncated(packet: bytes) -> list[bytes]:
        response = sound(PROBE, packet)
        response.answer = []
        response.flags |= flags.TC
        return [response.to_wire()]

    async def both(over_tcp: bool):
        async with datagrams(truncated) as port:
            if not over_tcp:
                return await _asked(port)
            async with served(TCP, lambda one: sound(TCP, one).to_wire(), port=port):
                return await _asked(port)

    async def _asked(port: int):
        from tests.agent.checks.asked import Asker, Check, turned

        return await Asker().ask(Check(name="x", probe=turned(PROBE, port), timeout_s=2.0))

    assert asyncio.run(both(True)).passed
    assert asyncio.run(both(False)).words == "Connection refused", "clients that were told to come again fail too"


def test_ad_must_be_set_where_it_is_asked_for():
    probe = DnsProbe(address=LOOPBACK, name="example.com", kind="A", secure="ad")

    def authenticated(response):
        response.flags |= flags.AD

    assert asked_at(changed(authenticated, probe), probe).passed
    assert "no AD" in asked_at(changed(lambda _: None, probe), probe).words


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (DnsProbe(address=LOOPBACK, kind="NOTYPE"), "this cannot be asked: . NOTYPE"),
        (DnsProbe(address=LOOPBACK, name="a..b"), "this cannot be asked: a..b SOA"),
    ],
)
def test_what_cannot_be_asked_fails_and_says_why(probe, words):
    assert asked(probe).words.startswith(words)


def test_an_answer_that_can_never_come_is_told():
    probe = DnsProbe(address=LOOPBACK, name="x.example", kind="A", answers=("not an address",))
    result = asked_at(changed(lambda _: None, DnsProbe(address=LOOPBACK, kind="A")), probe)
    assert result.words == "the answer that is wanted is no A: not an address"


# --- fresh


FRESH = DnsProbe(address=LOOPBACK, serial_of=ip_address("127.0.0.2"), behind=1)


@pytest.mark.parametrize(
    ("serial", "reference", "passes"),
    [
        (10, 10, True), (9, 10, True), (8, 10, False), (11, 10, True), (2**32 - 1, 0, True), (2**32 - 2, 0, False),
        (10, None, True), (None, 10, False),
    ],
)  # fmt: skip
def test_a_serial_may_be_only_so_far_behind_on_the_circle_of_rfc_1982(serial, reference, passes):
    if passes:
        assert str(serial) in freshness(FRESH, serial, reference, 0.0)
    else:
        with pytest.raises(Wrong):
            freshness(FRESH, serial, reference, 0.0)


@pytest.mark.parametrize(("serial", "passes"), [(990, True), (900, True), (899, False), (1200, True), (1400, False)])
def test_a_serial_that_is_unix_time_may_be_only_so_old(serial, passes):
    probe = DnsProbe(address=LOOPBACK, age_s=100.0)
    if passes:
        assert "s old" in freshness(probe, serial, None, 1000.0)
    else:
        with pytest.raises(Wrong):
            freshness(probe, serial, None, 1000.0)


def two_servers(own: int, other: int | None):
    """The result of a check at 127.0.0.1 with the reference at 127.0.0.2, over the same port."""
    from tests.agent.checks.asked import Asker, Check, turned

    async def run():
        async with served(FRESH, lambda one: sound(FRESH, one, own).to_wire()) as port:
            check = Check(name="x", probe=turned(FRESH, port), timeout_s=1.0)
            if other is None:
                return await Asker().ask(check)
            async with served(FRESH, lambda one: sound(FRESH, one, other).to_wire(), "127.0.0.2", port):
                return await Asker().ask(check)

    return asyncio.run(run())


def test_the_other_server_is_asked_and_its_silence_is_not_held_against_this_one():
    assert two_servers(7, 8).passed
    behind = two_servers(5, 8)
    assert (behind.passed, behind.words) == (False, "serial 5 is 3 behind 8 at 127.0.0.2")
    alone = two_servers(5, None)
    assert alone.passed
    assert "not compared: 127.0.0.2 did not answer" in alone.words


# --- bytes


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(junk):
    query = question("example.com", "A", False, False)
    attempt = Attempt(1.0)
    assert _read(query, query.wire, query.wire[:2] + junk, attempt) is None or junk


@given(st.integers(0, 400), st.integers(0, 255))
def test_no_flipped_byte_of_an_answer_breaks_the_check(at, byte):
    wire = bytearray(sound(PROBE, b"\x12\x34" + question("www.example.com", "A", False, False).wire[2:]).to_wire())
    wire[at % len(wire)] = byte
    query = question("www.example.com", "A", False, False)
    _read(query, b"\x12\x34" + query.wire[2:], bytes(wire), Attempt(1.0))
