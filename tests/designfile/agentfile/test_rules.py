from pathlib import Path

from catchment.designfile.agentfile.rules import RULES

ROOM = Path(__file__).parents[3] / "src" / "catchment" / "designfile" / "agentfile"


def test_every_rule_is_used():
    text = "".join(path.read_text() for path in ROOM.glob("*.py") if path.name != "rules.py")
    assert [rule for rule in RULES if f'"{rule}"' not in text] == []
