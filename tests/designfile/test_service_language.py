from catchment.designfile.service_language import CheckKeys
from catchment.model.agent_words import PROBES


def test_a_design_has_every_kind_of_check_that_the_agent_can_ask():
    assert CheckKeys.model_fields.keys() == PROBES.keys()
