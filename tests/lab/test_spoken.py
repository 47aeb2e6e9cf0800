"""What servers speak, by the checks of their service."""

import pytest

from catchment.lab.spoken import DNS, Protocol, Spoken, spoken_from, spoken_of
from catchment.model.service import HealthCheck


def spoken(*checks: tuple[str, str]) -> list[tuple[str, str]]:
    found = spoken_of([HealthCheck(kind=kind, argument=argument) for kind, argument in checks])
    return [(str(one), one.about) for one in found]


def test_each_check_is_spoken_on_its_port() -> None:
    assert spoken(("dns", "example.com A"), ("http", "http://www.example.com:8080/health"), ("tcp", "7")) == [
        ("dns:53", ""),
        ("http:8080", "//www.example.com:8080/health"),
        ("stream:7", ""),
    ]


def test_https_is_asked_on_its_port_without_tls() -> None:
    assert spoken(("http", "https://www.example.com")) == [("http:443", "//www.example.com/")]
    assert spoken(("http", "http://www.example.com/a?b")) == [("http:80", "//www.example.com/a")]


def test_a_port_is_spoken_on_once_and_what_no_lab_can_answer_leaves_dns() -> None:
    assert spoken(("dns", "a A"), ("dns", "b A"), ("tcp", "53")) == [("dns:53", "")]
    assert spoken() == spoken(("ntp", "100 ms"), ("tls", "www.example.com")) == [("dns:53", "")]
    assert spoken(("http", "http://[::1]:x/")) == [("http:80", "//[::1]:x/")]


def test_a_word_of_the_command_line_is_read_back() -> None:
    assert spoken_from(str(DNS)) == DNS
    assert spoken_from("stream:7") == Spoken(protocol=Protocol.STREAM, port=7)
    for wrong in ("dns", "dns:x", "ftp:21"):
        with pytest.raises(ValueError, match=r"."):
            spoken_from(wrong)
