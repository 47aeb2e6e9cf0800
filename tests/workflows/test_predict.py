"""A prediction as a whole: from files to the catchment, the change against the undisturbed case, and verdicts."""

import re
from pathlib import Path

import pytest
from tests.workflows.place import DESIGN, furnish

from catchment.errors import CatchmentError, DesignError
from catchment.results.verdict import Held
from catchment.simulate.forward import TieBreak
from catchment.workflows.internet import Choice
from catchment.workflows.predict import Prediction, predict
from catchment.workflows.scenario import Asked


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    return furnish(tmp_path)


def predicted(place: tuple[Path, Path], intents: str = "", **words: object) -> Prediction:
    design, links = place
    design.write_text(DESIGN + intents)
    return predict(design, Choice(file=links), Asked(**words), lambda _: None)  # type: ignore[arg-type]


def reached(prediction: Prediction) -> dict[int, str | None]:
    c = prediction.catchment
    names = [*(target.name for target in c.targets), None]
    return {int(asn): names[t] for asn, t in zip(c.asn, c.target, strict=True)}


def test_without_a_scenario_there_is_nothing_to_compare_with(place: tuple[Path, Path]) -> None:
    found = predicted(place)
    assert (found.undisturbed, found.change, found.verdicts) == (None, None, ())
    assert reached(found) == {64496: "seoul", 64497: "oslo", 64498: "seoul", 64499: "seoul", 64500: "oslo"}
    assert [row.clients for row in found.summary.rows] == [3, 2]


def test_a_scenario_is_compared_with_the_design_as_it_is(place: tuple[Path, Path]) -> None:
    found = predicted(place, down=("seoul",))
    assert set(reached(found).values()) == {"oslo"}
    assert found.change is not None
    assert found.undisturbed is not None
    assert (found.change.moved_clients, found.change.rerouted_clients) == (3, 0)
    assert found.undisturbed.title == "demo: 203.0.113.0/24, undisturbed"
    assert found.catchment.title == "demo: 203.0.113.0/24, seoul down"


def test_provenance_has_what_changed_the_answer(place: tuple[Path, Path]) -> None:
    found = predicted(
        place, down=("seoul",), prepend=("oslo=1",), hijack=("64500",), rov="1", tie_break=TieBreak.LOWEST_ASN
    )
    made = found.catchment.provenance
    assert [source.name for source in made.sources] == ["design.yaml", "links.txt"]
    assert made.options == (
        ("tie-break", "lowest-asn"), ("rtt", "21 ms + 1.5 x 2 km / 200"), ("down", "seoul"), ("prepend", "oslo=1"),
        ("hijack", "64500"), ("rov", "1"), ("validating ASes", "5"),
    )  # fmt: skip


SERVED_WITHOUT_ONE = "if any site is down, every client is served"


def verdicts(place: tuple[Path, Path], *intents: str, **words: object) -> list[tuple[Held, str]]:
    text = "intents:\n" + "".join(f"  - {intent}\n" for intent in intents)
    return [(verdict.held, verdict.found) for verdict in predicted(place, text, **words).verdicts]


def test_intents_are_judged_under_the_scenario(place: tuple[Path, Path]) -> None:
    intent = "share of oslo at most 50 %"
    assert verdicts(place, intent) == [(Held.YES, "40.0%")]
    assert verdicts(place, intent, down=("seoul",)) == [(Held.NO, "100.0%")]


def test_what_is_promised_with_sites_down_is_tried_with_every_set_of_them(place: tuple[Path, Path]) -> None:
    one, two = verdicts(place, SERVED_WITHOUT_ONE, "if any 2 sites are down, every client is served")
    assert one[0] is Held.YES
    assert two[0] is Held.NO
    assert re.search(r"5 networks \(100\.00% of weight\) .* with seoul, oslo down", two[1])


def test_one_more_site_down_is_counted_on_top_of_the_scenario(place: tuple[Path, Path]) -> None:
    ((held, found),) = verdicts(place, SERVED_WITHOUT_ONE, down=("seoul",))
    assert held is Held.NO
    assert found.endswith("with oslo down")


def test_who_is_drawn_to_a_hijacker_is_not_served(place: tuple[Path, Path]) -> None:
    ((held, found),) = verdicts(place, "every client is served", hijack=("64500:203.0.113.128/25",))
    assert held is Held.NO
    assert found.startswith("5 networks")


def test_loads_are_held_against_capacities_in_the_worst_case(place: tuple[Path, Path]) -> None:
    design, links = place
    text = DESIGN.replace("transit: [64497]}", "transit: [64497], capacity: 4}")
    capacity = "no site above its capacity"
    design.write_text(f"{text}intents: [{capacity}, 'if any site is down, {capacity}']\n")
    found = predict(design, Choice(file=links), Asked(), lambda _: None).verdicts
    assert [(verdict.held, verdict.found) for verdict in found] == [
        (Held.YES, "oslo at 50% of its capacity"),
        (Held.NO, "oslo at 125% of its capacity with seoul down"),
    ]


def test_more_sets_than_it_tries_are_left_to_the_sweep(place: tuple[Path, Path]) -> None:
    """21 sites are 210 pairs."""
    design, links = place
    sites = "".join(f"  s{i}: {{at: ICN, transit: [64496]}}\n" for i in range(21))
    head = DESIGN.partition("  seoul:")[0]
    intents = [SERVED_WITHOUT_ONE, "if any 2 sites are down, every client is served"]
    design.write_text(head + sites + "intents:\n" + "".join(f"  - {intent}\n" for intent in intents))
    one, two = predict(design, Choice(file=links), Asked(), lambda _: None).verdicts
    assert (one.held, two.held) == (Held.YES, Held.UNKNOWN)
    assert "catchment sweep" in two.found


def test_with_all_sites_down_already_there_is_no_promise_left_to_keep(place: tuple[Path, Path]) -> None:
    ((held, found),) = verdicts(place, SERVED_WITHOUT_ONE, down=("seoul", "oslo"))
    assert (held, found) == (Held.NO, "5 networks (100.00% of weight) are not served")


def test_a_design_with_errors_is_not_predicted(place: tuple[Path, Path]) -> None:
    with pytest.raises(DesignError) as caught:
        predicted(place, "nonsense: 1\nclientele: 2\n")
    assert len(caught.value.problems) == 2


def test_words_are_checked_before_the_internet_is_opened(place: tuple[Path, Path]) -> None:
    """Nobody waits for an Internet to hear of a typing error."""
    design, _ = place
    for words in (Asked(down=("seoul:x",)), Asked(prefix="x"), Asked(hijack=("64500:198.51.100.0/24",))):
        with pytest.raises(CatchmentError) as caught:
            predict(design, Choice(file=Path("none")), words, lambda _: None)
        assert caught.value.problems[0].where.startswith("--")
