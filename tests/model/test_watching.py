from catchment.model.agent import Check, Forms
from catchment.model.watching import Pace, Watching


def test_a_design_that_says_nothing_more_has_the_defaults_of_the_agent_itself():
    usual = {one.name: one.default for one in Check.__dataclass_fields__.values()}
    for name in Pace.__dataclass_fields__:
        assert getattr(Pace(), name) == usual[name]
    assert Watching().forms == Forms()
