from ruamel.yaml import YAML

from catchment.results.yaml_text import as_yaml


def test_words_that_yaml_takes_for_something_else_are_quoted():
    data = {"a": {"b": {"on": "no", "c": ["x y", "1.2.3.4", "a: b"]}, "d": 2.0, "e": True}, "f": [{"g": 1}], "h": {}}
    assert YAML(typ="safe").load(as_yaml(data)) == {**data, "a": {**data["a"], "d": 2}}


def test_a_mapping_has_a_line_for_each_key():
    assert as_yaml({"a": {"b": "c"}, "d": [1, 2]}) == "a:\n  b: c\nd: [1, 2]\n"
