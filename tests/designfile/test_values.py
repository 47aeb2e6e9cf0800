"""How single values are read, and what is said of those that cannot be."""

from collections.abc import Callable
from typing import Any

import pytest

from catchment.designfile import values
from catchment.designfile.values import Broken


def refused(read: Callable[[Any], Any], given: Any) -> Broken:
    with pytest.raises(Broken) as caught:
        read(given)
    assert caught.value.todo
    return caught.value


@pytest.mark.parametrize("written", ["64500", "AS64500", "as64500", "AS 64500", " 64500 "])
def test_an_as_number_is_read_in_all_its_spellings(written: str) -> None:
    assert values.asn(written) == 64500


@pytest.mark.parametrize(
    "written", ["0", "4294967296", "x", "-1", "64500.", "64_500", "", None, ["64500"], {"a": "1"}, "٦٤٥٠٠"]
)
def test_what_is_no_as_number_is_refused(written: Any) -> None:
    assert refused(values.asn, written).rule in ("D008", "D011")


def test_dotted_as_numbers_are_told_as_plain_ones() -> None:
    assert refused(values.asn, "1.10").todo == "write 65546"
    assert "65535" in refused(values.asn, "65536.1").todo


def test_a_prefix_with_host_bits_is_told_with_the_one_without() -> None:
    broken = refused(values.prefix, "192.0.2.53/24")
    assert (broken.rule, broken.todo.split(",")[0]) == ("D013", "write 192.0.2.0/24")
    assert refused(values.prefix, "2001:db8::1").todo.startswith("write 2001:db8::/48")


@pytest.mark.parametrize(
    "written", ["192.0.2.0/33", "192.0.2/24", "here/24", "192.0.2.0/255.0.255.0", "::/129", "fe80::1%eth0"]
)
def test_what_is_no_prefix_is_refused(written: str) -> None:
    assert refused(values.prefix, written).rule == "D012"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("no-export", "65535:65281"),
        ("NO_EXPORT", "65535:65281"),
        ("064500:1", "64500:1"),
        ("4200000000:1:2", "4200000000:1:2"),
    ],
)
def test_communities_become_numbers(written: str, numbers: str) -> None:
    assert values.community(written) == numbers


@pytest.mark.parametrize("written", ["65536:1", "1", "1:2:3:4", "a:b", "1:", "4294967296:0:0", ""])
def test_what_is_no_community_is_refused(written: str) -> None:
    assert refused(values.community, written).rule in ("D008", "D015")


@pytest.mark.parametrize(
    ("written", "better"), [("yes", "true"), ("off", "false"), ("NO", "false"), ("maybe", "true or false")]
)
def test_only_true_and_false_are_believed(written: str, better: str) -> None:
    assert refused(values.yes_or_no, written).todo == f"write {better}"


@pytest.mark.parametrize("written", ["nan", "inf", "1e999", "-0.1", "ten", "0x10"])
def test_numbers_that_are_none_or_out_of_range_are_refused(written: str) -> None:
    assert refused(lambda given: values.decimal(given, "a weight"), written).rule in ("D008", "D016")


def test_whole_numbers_have_no_fraction() -> None:
    assert values.whole("255", 0, 255, "n") == 255
    assert refused(lambda given: values.whole(given, 0, 255, "n"), "2.5").rule == "D008"
    assert refused(lambda given: values.whole(given, 0, 255, "n"), "256").rule == "D016"
