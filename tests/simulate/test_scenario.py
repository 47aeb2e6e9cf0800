"""A scenario in words, as tables and titles show it."""

from tests.simulate.drawing import MORE_SPECIFIC

from catchment.model.address import Asn
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario


def test_a_scenario_says_what_is_different() -> None:
    scenario = Scenario(
        down=(("seoul", None), ("oslo", Asn(64496))),
        prepend=(("lima", None, 2), ("lima", Asn(64497), 0)),
        hijacks=(Hijack(asn=Asn(64511)), Hijack(asn=Asn(64510), prefix=MORE_SPECIFIC)),
    )
    assert str(scenario) == (
        "seoul down, oslo:AS64496 down, lima prepended 2x, lima:AS64497 prepended 0x, "
        "AS64511 announces the same prefix, AS64510 announces 203.0.113.128/25"
    )


def test_no_difference_is_the_undisturbed_case() -> None:
    assert str(UNDISTURBED) == "undisturbed"
    assert Scenario() == UNDISTURBED
