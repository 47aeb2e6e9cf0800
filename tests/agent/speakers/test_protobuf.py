import pytest

from catchment.agent.speakers.protobuf import decoded, encoded, varint


def test_the_examples_of_the_specification():
    """https://protobuf.dev/programming-guides/encoding"""
    assert encoded((1, 150)) == bytes.fromhex("089601")
    assert encoded((2, "testing")) == bytes.fromhex("120774657374696e67")
    assert encoded((3, encoded((1, 150)))) == bytes.fromhex("1a03089601")
    assert varint(2**32 - 1) == bytes.fromhex("ffffffff0f")


def test_what_is_encoded_is_read_again_in_order():
    message = encoded((1, 1), (2, b"a"), (21, b"x"), (2, "b"), (1, 2**63))
    assert decoded(message) == {1: [1, 2**63], 2: [b"a", b"b"], 21: [b"x"]}


def test_fields_of_fixed_size_are_skipped():
    assert decoded(bytes.fromhex("0d01020304 110102030405060708 1805".replace(" ", ""))) == {3: [5]}


@pytest.mark.parametrize("text", ["0896", "1205ab", "0d01", "0b", "08" + "ff" * 11])
def test_what_is_cut_off_is_refused(text):
    with pytest.raises(ValueError, match=r"message ends|wire type"):
        decoded(bytes.fromhex(text))
