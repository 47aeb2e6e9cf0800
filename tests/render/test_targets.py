"""Which files a router gets, and that every problem is told at once."""

import pytest
from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.errors import RenderError
from catchment.model.network import Daemon
from catchment.render.options import USUAL, RenderOptions
from catchment.render.targets import TARGETS, config_files

THREE = [*views_of(CASES / "three" / "design.yaml").values()]


def test_files_stand_in_the_order_of_routers() -> None:
    files, without = config_files(THREE, USUAL, ("bird",))
    assert [file.path for file in files] == [f"{view.name}/bird.conf" for view in THREE]
    assert without == ()


def test_a_router_without_files_is_named() -> None:
    files, without = config_files(THREE, RenderOptions(daemon=Daemon.OTHER), ("bird",))
    assert files == ()
    assert without == tuple(view.name for view in THREE)


def test_the_problems_of_all_routers_are_told_together() -> None:
    isis = views_of(EXAMPLES / "seoul-busan" / "isis.yaml")
    with pytest.raises(RenderError) as caught:
        config_files(isis.values(), RenderOptions(daemon=Daemon.BIRD), ("bird",))
    assert len(caught.value.problems) == len(isis)


def test_targets_have_names_of_their_own() -> None:
    names = [one.name for one in TARGETS]
    assert len(set(names)) == len(names)
    assert names[0] == "bird"
