from catchment.designfile.agentfile.table import Key, Reading, key
from catchment.designfile.located import read_tree
from catchment.designfile.values import whole

TABLE = {
    "count": key("1", lambda given: whole(given, 1, 9, "a count"), "A count."),
    "inner": Key(
        meaning="More.", example="{count: 1}", below={"count": key("1", int, "A count.", "1")}, default="none"
    ),
    "named": Key(
        meaning="By name.", example="{a: {}}", below={"x": key("1", int, "X.", "1")}, named=True, default="none"
    ),
}


def read(text: str):
    tree, _ = read_tree(text)
    assert tree is not None
    reading = Reading("f")
    return reading.table(tree, TABLE, "the file"), [str(one).splitlines()[0] for _, one in reading.problems]


def test_tables_and_names_are_read():
    assert read("count: 3\ninner: {count: 2}\nnamed: {a: {x: 1}, b: {}}\nx-room: [1]")[0] == {
        "count": 3,
        "inner": {"count": 2},
        "named": {"a": {"x": 1}, "b": {}},
    }


def test_what_is_wrong_is_left_out_and_told():
    found, problems = read("count: 10\nnamed: [a]\ninner: {cont: 2}")
    assert found == {"inner": {}}
    assert [one.split()[1] for one in problems] == ["D016", "W002", "W003"]


def test_a_key_without_a_value_and_one_that_is_missing():
    assert [one.split()[1] for one in read("count:")[1]] == ["D008"]
    assert [one.split()[1] for one in read("inner: {}")[1]] == ["W004"]
