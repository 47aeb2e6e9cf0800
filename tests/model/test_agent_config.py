from catchment.model.agent_config import Control, Records


def test_nothing_is_written_down_unless_told():
    assert Records() == Records(journal="", metrics="", textfile="")
    assert Control().group == ""
