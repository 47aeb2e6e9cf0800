from catchment.designfile.agentfile.questions import KINDS
from catchment.model.agent_words import PROBES, QUESTION


def test_every_key_of_a_question_is_a_field_of_its_probe():
    for kind, table in KINDS.items():
        fields = set(PROBES[kind].__dataclass_fields__)
        assert {QUESTION.get(word, word.replace("-", "_")) for word in table} == fields, kind
