import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.agent.fleet.heartbeat import (
    MAC_BYTES,
    MOST_BYTES,
    Heartbeat,
    Refused,
    Said,
    keys_of,
    opened,
    packed,
    signed,
)
from catchment.model.agent import Level

KEYS = keys_of("the first secret of the site\n")
OTHER = keys_of("what somebody else would have")
BOOT = b"12345678"
BEAT = Heartbeat(
    who="seoul/ns1",
    boot=BOOT,
    number=7,
    said=(Said(name="anycast", announced=True, level=Level.UP, withdrawn_ago_s=(1.5, 60.0)),),
    heard={b"abcdefgh": 12},
)
NAMES = st.text("abcdefghij-.", min_size=1, max_size=63)
SAID = st.builds(
    Said,
    name=NAMES,
    announced=st.booleans(),
    level=st.sampled_from(Level),
    dying=st.booleans(),
    withdrawn_ago_s=st.lists(st.integers(0, 3600).map(float), max_size=16).map(tuple),
)


def why(datagram: bytes, keys: tuple[bytes, ...] = KEYS) -> str:
    with pytest.raises(Refused) as refused:
        opened(datagram, keys)
    return refused.value.why


def test_what_is_signed_is_read_again():
    assert opened(signed(BEAT, KEYS[0]), KEYS) == BEAT


def test_a_flip_of_any_bit_is_found():
    datagram = signed(BEAT, KEYS[0])
    for place in range(len(datagram) * 8):
        flipped = bytearray(datagram)
        flipped[place // 8] ^= 1 << place % 8
        assert why(bytes(flipped)) in ("forged", "foreign")


def test_what_is_cut_short_or_grows_is_refused():
    datagram = signed(BEAT, KEYS[0])
    for length in range(len(datagram)):
        assert why(datagram[:length]) in ("too short", "forged", "foreign")
    assert why(datagram + b" ") == "forged"
    assert why(datagram + bytes(MOST_BYTES)) == "too long"


@given(st.binary(max_size=MOST_BYTES + 10))
def test_noise_is_refused_and_never_breaks(noise):
    assert why(noise) in ("too short", "forged", "foreign", "too long")


@given(
    st.one_of(
        st.just(b"[" * 900),
        st.binary(max_size=300),
        st.sampled_from(
            [b"{}", b"1", b'{"who":1,"said":[[1,2,3,4,5]],"heard":{}}', b'{"who":"a","said":{},"heard":[]}']
        ),
    )
)
def test_what_is_signed_and_means_nothing_is_malformed(body):
    start = signed(BEAT, KEYS[0])[: 5 + 8 + 8]
    import hmac

    whole = start + body
    assert why(whole + hmac.digest(KEYS[0], whole, "sha256")) == "malformed"


def test_both_keys_are_believed_and_the_first_signs():
    both = keys_of("# rotation\nthe second secret of the site\n\nthe first secret of the site\n")
    assert both[1] == KEYS[0]
    assert opened(signed(BEAT, KEYS[0]), both) == BEAT
    assert why(signed(BEAT, both[0])) == "forged"
    assert why(signed(BEAT, OTHER[0]), both) == "forged"


@pytest.mark.parametrize("text", ["", "# nothing\n", "short\n", "a" * 20 + "\n" + "b" * 20 + "\n" + "c" * 20])
def test_key_files_without_a_sound_secret_are_refused(text):
    with pytest.raises(ValueError, match="secret"):
        keys_of(text)


@settings(max_examples=40)
@given(
    st.lists(SAID, max_size=60),
    st.dictionaries(st.binary(min_size=8, max_size=8), st.integers(1, 2**40), max_size=80),
)
def test_everything_is_told_in_datagrams_that_fit_with_numbers_in_a_row(said, heard):
    beats = packed("seoul/" + "n" * 63, BOOT, 5, said, heard)
    datagrams = [signed(beat, KEYS[0]) for beat in beats]
    assert all(len(one) <= MOST_BYTES for one in datagrams)
    read = [opened(one, KEYS) for one in datagrams]
    assert [one.number for one in read] == list(range(5, 5 + len(beats)))
    assert [one for beat in read for one in beat.said] == said
    assert {boot: number for beat in read for boot, number in beat.heard.items()} == heard
    assert len(datagrams) == 1 or sum(map(len, datagrams)) > (len(datagrams) - 1) * (MOST_BYTES - MAC_BYTES - 300)
