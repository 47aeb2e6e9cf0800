from catchment.designfile.agentfile.build import PROBES
from catchment.designfile.agentfile.questions import KINDS


def test_every_kind_of_question_has_its_keys_and_its_probe():
    assert KINDS.keys() == PROBES.keys()
