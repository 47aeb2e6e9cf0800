"""XML changed in places: what is not changed keeps every byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.errors import RenderError
from catchment.render.pfsense.splice import Splice, Tree, read_xml

PLAIN = b"""<?xml version="1.0"?>
<pfsense>
\t<version>23.3</version>
\t<gres></gres>
\t<Empty/>
\t<Filter a='x>y'>
\t\t<rule><descr><![CDATA[a > b & c]]></descr></rule>
\t</Filter>
</pfsense>
"""


def splice(data: bytes = PLAIN) -> Splice:
    return Splice(data, "config.xml")


def test_elements_are_found_with_their_text() -> None:
    found = splice().section("filter", "rule")
    assert found
    assert found.says("descr") == "a > b & c"
    assert splice().section("nothing", "there") is None


def test_nothing_asked_nothing_changed() -> None:
    assert splice().done() == PLAIN


@pytest.mark.parametrize("name", ["gres", "Empty"])
def test_an_empty_section_is_filled(name: str) -> None:
    one = splice()
    one.add((name.lower(),), [("gre", [("if", "wan"), ("descr", "a & b")])])
    text = one.done().decode()
    filled = f"\t<{name}>\n\t\t<gre>\n\t\t\t<if>wan</if>\n\t\t\t<descr>a &amp; b</descr>\n\t\t</gre>\n\t</{name}>\n"
    assert filled in text
    assert read_xml(text.encode(), "again").child(name.lower())


def test_a_missing_section_is_made() -> None:
    one = splice()
    one.add(("installedpackages", "frr"), [("config", [("enable", "on")])])
    found = splice(one.done()).section("installedpackages", "frr", "config")
    assert found
    assert found.says("enable") == "on"


def test_elements_are_put_before_another_in_the_order_of_asking() -> None:
    one = splice()
    first = one.section("filter", "rule")
    one.add(("filter",), [("rule", [("descr", "one")])], first)
    one.add(("filter",), [("rule", [("descr", "two")])], first)
    rules = splice(one.done()).root.children[-1].all("rule")
    assert [rule.says("descr") for rule in rules] == ["one", "two", "a > b & c"]


def test_only_another_text_is_written() -> None:
    one = splice()
    one.put(one.root, "version", "23.3")
    assert one.done() == PLAIN
    one.put(one.root, "version", "24.5")
    assert one.done() == PLAIN.replace(b"23.3", b"24.5")


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>',
        b"<a><b></a>",
        b"",
        b"no xml",
    ],
)
def test_what_is_no_plain_xml_is_refused(data: bytes) -> None:
    with pytest.raises(RenderError):
        Splice(data, "config.xml")


_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=8)
_trees: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(st.sampled_from("abc"), _words),
    lambda inner: st.tuples(st.sampled_from("abc"), st.lists(inner, max_size=3)),
    max_leaves=6,
)


@given(st.lists(_trees, max_size=3))
def test_whatever_is_added_is_read_back_and_the_rest_stays(trees: list[Tree]) -> None:
    one = splice()
    one.add(("filter",), trees)
    text = one.done()
    kept = iter(text)
    assert all(byte in kept for byte in PLAIN)
    found = splice(text).section("filter")
    assert found
    assert [child.name for child in found.children] == ["rule", *(name for name, _ in trees)]
