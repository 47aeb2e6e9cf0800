"""What was done is said for every fault, with its names."""

from pathlib import Path

import pytest

from catchment.model.fault import parsed
from catchment.workflows.lab.disturbed import disturbed
from catchment.workflows.lab.done import done, healed
from catchment.workflows.lab.open import drawn

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("seoul", "seoul: everything on it is ended, and its interfaces are down"),
        ("seoul-kt", "seoul-kt: both ends are down"),
        ("dns@seoul", "what is announced for it is taken back"),
        ("killed:dns@seoul", "nobody has noticed"),
        ("hung:dns@seoul", "stands still"),
        ("loss:seoul-kt=2.5%", "seoul-kt: 2.5% of the frames of both ends are lost; the link looks up"),
        ("loss:seoul-kt=100%,from=kt", "100% of the frames that kt sends"),
        ("daemon:seoul", "its kernel goes on with the routes that it has"),
        ("withdraw:seoul", "seoul: announces the service no more; its servers live"),
        (
            "prepend:seoul=3",
            "puts its AS number 3 times more before 203.0.113.0/24 and 2001:db8:53::/48 to other ASes",
        ),
        ("prepend:seoul=3,to=kt", "to kt"),
        ("hijack:kt=203.0.113.0/25", "kt: announces 203.0.113.0/25, and answers as hijack@kt"),
        ("flood:dns=100,for=3", "dns: all clients together send it 100 packets a second, for 3 s"),
    ],
)
def test_each_fault_says_what_was_done(fault: str, said: str) -> None:
    of = drawn(EXAMPLES / "global-anycast" / "design.yaml", "x", "")
    one = parsed(fault)
    assert said in done(of.lab, one, disturbed(of.design, [one]))
    assert healed(one) == f"{fault}: taken back"


def test_a_withdrawal_that_only_an_igp_hears_says_how() -> None:
    of = drawn(EXAMPLES / "two-cities" / "design.yaml", "x", "")
    one = parsed("withdraw:seoul")
    said = done(of.lab, one, disturbed(of.design, [one]))
    assert said == "seoul: the interface of resolver@seoul is down, so that the IGP tells of it no more; it lives"
