"""The words of the command line become a scenario and options, or errors that name all wrong words at once."""

from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.internet.drawing import links, peers
from tests.simulate.drawing import MORE_SPECIFIC, PREFIX, design, site, transit

from catchment.errors import CatchmentError, DataError, ScenarioError, UsageError
from catchment.internet.prepare import prepare
from catchment.model.address import LAST_ASN, Asn
from catchment.simulate.forward import TieBreak
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.workflows.scenario import Asked, asn_of, check_hijacks, options_of, prefix_of, scenario_of

SIX = ip_network("2001:db8:53::/48")
DESIGN = design(site("seoul", transit(64496)), prefixes=(PREFIX, SIX))
GRAPH = prepare(links(*peers(64496, *range(1, 5001))))


def test_words_become_a_scenario() -> None:
    asked = Asked(
        down=("seoul", "oslo:AS64496", "lima:64497"),
        prepend=("seoul=2", "oslo:64496=0"),
        hijack=("64511", "as64510:203.0.113.128/25", "64509:2001:db8:53:8000::/49"),
    )
    assert scenario_of(asked) == Scenario(
        down=(("seoul", None), ("oslo", Asn(64496)), ("lima", Asn(64497))),
        prepend=(("seoul", None, 2), ("oslo", Asn(64496), 0)),
        hijacks=(
            Hijack(asn=Asn(64511)),
            Hijack(asn=Asn(64510), prefix=MORE_SPECIFIC),
            Hijack(asn=Asn(64509), prefix=ip_network("2001:db8:53:8000::/49")),
        ),
    )
    assert scenario_of(Asked()) == UNDISTURBED


def test_every_word_that_is_wrong_is_named() -> None:
    asked = Asked(
        down=("seoul", ":64496", "seoul:x", f"seoul:{LAST_ASN + 1}"),
        prepend=("seoul", "seoul=-1", "seoul=x", "=2"),
        hijack=("", "AS0", "64511:", "64511:203.0.113.1/24", "64511:x"),
    )
    with pytest.raises(UsageError) as caught:
        scenario_of(asked)
    assert [problem.where for problem in caught.value.problems] == [
        "--down :64496", "--down seoul:x", "--down seoul:4294967296",
        "--prepend seoul", "--prepend seoul=-1", "--prepend seoul=x", "--prepend =2",
        "--hijack ", "--hijack AS0", "--hijack 64511:", "--hijack 64511:203.0.113.1/24", "--hijack 64511:x",
    ]  # fmt: skip
    assert all(problem.todo for problem in caught.value.problems)


READ = [("64500", 64500), ("AS64500", 64500), (" as1 ", 1), ("4294967295", LAST_ASN)]


@pytest.mark.parametrize(("word", "asn"), READ)
def test_as_numbers_are_read_with_and_without_as(word: str, asn: int) -> None:
    assert asn_of(word) == asn


@pytest.mark.parametrize("word", ["", "AS", "0", "4294967296", "64500.1", "-1", "1e3", "\u0661"])
def test_other_words_are_no_as_numbers(word: str) -> None:
    with pytest.raises(ValueError, match="is not an AS number"):
        asn_of(word)


def test_the_first_prefix_is_meant_unless_another_is_named_in_any_spelling() -> None:
    assert prefix_of(DESIGN, Asked()) == PREFIX
    assert prefix_of(DESIGN, Asked(prefix="2001:db8:53::/48")) == SIX
    assert prefix_of(DESIGN, Asked(prefix="2001:DB8:53:0::/48")) == SIX
    for other in ("203.0.113.0/25", "198.51.100.0/24", "x", ""):
        with pytest.raises(UsageError, match=r"it has 203\.0\.113\.0/24, 2001:db8:53::/48"):
            prefix_of(DESIGN, Asked(prefix=other))


@pytest.mark.parametrize("prefix", ["203.0.113.0/24", "203.0.113.128/25", "203.0.112.0/23", "0.0.0.0/0"])
def test_a_hijack_of_space_that_overlaps_is_possible(prefix: str) -> None:
    check_hijacks(Scenario(hijacks=(Hijack(asn=Asn(64511), prefix=ip_network(prefix)),)), PREFIX)


def test_hijacks_of_other_space_are_named() -> None:
    others = [ip_network(word) for word in ("203.0.112.0/24", "2001:db8:53::/48", "203.0.113.0/24")]
    scenario = Scenario(hijacks=tuple(Hijack(asn=Asn(64511), prefix=prefix) for prefix in others))
    with pytest.raises(ScenarioError) as caught:
        check_hijacks(scenario, PREFIX)
    assert [problem.where for problem in caught.value.problems] == [
        "--hijack 64511:203.0.112.0/24",
        "--hijack 64511:2001:db8:53::/48",
    ]


def validating(word: str) -> frozenset[int]:
    return options_of(Asked(rov=word), DESIGN, GRAPH).validating


def test_a_share_of_networks_validates_and_a_larger_share_has_all_of_a_smaller() -> None:
    sets = [validating(share) for share in ("0", "0.1", "0.5", "0.9", "1")]
    for smaller, larger in pairwise(sets):
        assert smaller < larger
    assert [len(one) / len(GRAPH) for one in sets] == pytest.approx([0, 0.1, 0.5, 0.9, 1], abs=0.02)
    assert sets[2] == validating("0.5")


def test_who_validates_does_not_depend_on_the_internet_around() -> None:
    few = prepare(links(*peers(64496, *range(1, 101))))
    some = options_of(Asked(rov="0.5"), DESIGN, few).validating
    assert some == {asn for asn in validating("0.5") if asn in few.asn}
    assert np.isin(sorted(some), few.asn).all()


def test_a_list_of_networks_validates_with_comments_and_prefixes(tmp_path: Path) -> None:
    path = tmp_path / "rov.txt"
    path.write_text("# those that said so\n64496\n AS64511  # too\n\nas1\n")
    assert validating(str(path)) == {64496, 64511, 1}


def test_a_list_with_other_words_is_refused_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "rov.txt"
    path.write_text("64496\nx\n0\n1,2\n")
    with pytest.raises(DataError) as caught:
        validating(str(path))
    assert [problem.where for problem in caught.value.problems] == [f"{path}:{line}" for line in (2, 3, 4)]
    path.write_text("x\n" * 1000)
    with pytest.raises(DataError) as caught:
        validating(str(path))
    assert len(caught.value.problems) == 20


@pytest.mark.parametrize("word", ["-0.1", "1.01", "nan", "inf", "x", "", "none.txt"])
def test_what_is_neither_a_list_nor_a_share_is_refused(word: str) -> None:
    with pytest.raises(CatchmentError) as caught:
        validating(word)
    assert caught.value.problems[0].where == "--rov"


def test_without_options_nobody_validates_and_the_nearest_exit_decides() -> None:
    options = options_of(Asked(), DESIGN, GRAPH)
    assert (options.validating, options.vrps, options.tie_break) == (frozenset(), None, TieBreak.NEAREST_EXIT)


def test_roas_given_are_those_that_cover_our_prefixes(tmp_path: Path) -> None:
    path = tmp_path / "vrps.json"
    path.write_text(
        '{"roas": [{"asn": "AS65536", "prefix": "203.0.112.0/23", "maxLength": 24},'
        ' {"asn": 65536, "prefix": "198.51.100.0/24", "maxLength": 24}]}'
    )
    options = options_of(Asked(roas=path), DESIGN, GRAPH)
    assert options.vrps is not None
    assert [str(vrp.prefix) for vrp in options.vrps] == ["203.0.112.0/23"]
