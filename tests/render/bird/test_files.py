"""bird.conf: golden files that a person has read, and every example through the real `bird -p`."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES, EXAMPLES, designs_of_examples, hold, views_of
from tests.render.programs import accepted, refused

from catchment.errors import RenderError
from catchment.model.network import Daemon
from catchment.render.bird.files import bird_files
from catchment.render.options import USUAL, RenderOptions
from catchment.render.running import daemon_of

DESIGNS = sorted([*designs_of_examples(), *CASES.glob("*/design.yaml")])


@pytest.mark.parametrize("case", ["three", "outside"])
def test_files_are_the_golden_ones(case: str) -> None:
    hold("bird", case)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bird_takes_what_is_written_for_every_router(design: Path) -> None:
    written = 0
    for view in views_of(design).values():
        if daemon_of(view, USUAL) is Daemon.BIRD:
            (file,) = bird_files(view, USUAL)
            accepted(file)
            written += 1
    if not written:
        pytest.skip("no router of this design runs BIRD")


def test_bird_refuses_what_is_wrong() -> None:
    (file,) = bird_files(views_of(CASES / "three" / "design.yaml")["seoul"], USUAL)
    assert "syntax error" in refused(replace(file, text=file.text.replace("export filter", "export filtre")))


def test_an_igp_that_bird_does_not_speak_is_an_error_with_its_place() -> None:
    view = views_of(EXAMPLES / "seoul-busan" / "isis.yaml")["suwon"]
    with pytest.raises(RenderError) as caught:
        bird_files(view, USUAL)
    (problem,) = caught.value.problems
    assert problem.rule == "R001"
    assert problem.where == "suwon, network corp"


def test_nothing_of_the_day_or_the_machine_is_in_a_file() -> None:
    view = views_of(CASES / "three" / "design.yaml")["busan"]
    assert bird_files(view, USUAL) == bird_files(view, RenderOptions())


def test_a_file_says_what_made_it_of_which_design_for_whom() -> None:
    (file,) = bird_files(views_of(CASES / "three" / "design.yaml")["busan"], USUAL)
    first = file.text.splitlines()[0]
    assert "catchment" in first
    assert "three" in first
    assert "busan" in first
    assert file.target == "/etc/bird/bird.conf"


def test_one_way_only_merges_nothing() -> None:
    view = views_of(EXAMPLES / "seoul-busan" / "design.yaml")["suwon"]
    off = replace(view, network=replace(view.network, ecmp=1))
    (file,) = bird_files(off, USUAL)
    assert "merge paths" not in file.text
    assert "ecmp no;" in file.text
    (many,) = bird_files(replace(view, network=replace(view.network, ecmp=256)), USUAL)
    assert "merge paths on limit 255;" in many.text
    assert any("255 ways" in note for note in many.notes)
