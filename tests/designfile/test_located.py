"""The tree of a YAML text: what was written stays what was written, and each value knows its place."""

import json

import pytest

from catchment.designfile.located import MAX_VALUES, Mark, Value, read_tree


def tree_of(text: str) -> Value:
    tree, troubles = read_tree(text)
    assert troubles == []
    assert tree is not None
    return tree


def trouble_of(text: str) -> tuple[str, Mark]:
    _, troubles = read_tree(text)
    (trouble,) = troubles
    return trouble.rule, trouble.mark


def test_scalars_stay_text() -> None:
    text = "[NO, 22:22, 0123, 1.10, 2001:db8::, 0x1f, yes, 1e3, ~, null, 'null', \"\\ud83d\\ude00\"]"
    written = ["NO", "22:22", "0123", "1.10", "2001:db8::", "0x1f", "yes", "1e3", None, None, "null", "\U0001f600"]
    assert tree_of(text).plain() == written


def test_values_and_keys_know_their_places() -> None:
    tree = tree_of("a:\n  bb: [1,\n       22]\n  c:\n")
    assert tree.mark_of(("a", "bb", 1)) == Mark(3, 8)
    assert tree.mark_of_key(("a", "bb")) == Mark(2, 3)
    assert tree.mark_of(("a", "c")) == Mark(4, 3)  # nothing stands there, so the key
    assert tree.mark_of(("a", "bb", 7, "x")) == tree.mark_of(("a", "bb"))
    assert tree.mark_of(("nothing", "here")) == Mark(1, 1)


def test_what_a_mapping_says_itself_is_stronger_than_what_it_merges() -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\n"
    assert tree_of(text).plain()["z"] == {"a": "3", "b": "1", "c": "2"}


def test_an_alias_costs_its_size_before_it_is_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    rule, mark = trouble_of("\n".join(lines))
    assert (rule, mark.line) == ("D004", 6)  # the root would be 10 + 100 + ... + 10**6 values there
    assert tree_of("\n".join(lines[:3])).size < MAX_VALUES


@pytest.mark.parametrize(
    ("text", "rule", "mark"),
    [
        ("a: *b", "D002", Mark(1, 4)),
        ("a: &b [*b]", "D004", Mark(1, 8)),
        ("a: &b\n  <<: *b", "D004", Mark(2, 7)),
        ("a: 1\na: 2", "D005", Mark(2, 1)),
        ("[a]: 1", "D004", Mark(1, 1)),
        ("<<: 1", "D004", Mark(1, 5)),
        ("a: 1\n---\nb: 1", "D004", Mark(2, 1)),
        ("a: !include b", "D004", Mark(1, 4)),
        ("a: 1\r\nb:\tc: 2\x00", "D002", Mark(2, 8)),
        ('"\\ud83d"', "D002", Mark(1, 1)),
        ('"\\U99999999"', "D002", Mark(1, 1)),
    ],
)
def test_trouble_is_told_at_its_place(text: str, rule: str, mark: Mark) -> None:
    assert trouble_of(text) == (rule, mark)


def test_json_is_read_too() -> None:
    data = {"name": "demo", "prefixes": ["192.0.2.0/24"], "sites": {"å": {"at": "x\ny\u2028"}}}
    assert tree_of(json.dumps(data, indent=1)).plain() == data
