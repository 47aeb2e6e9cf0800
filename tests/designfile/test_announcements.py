"""What is announced: prefixes that are written, and those whose service has a server here."""

from catchment.designfile.load import load
from catchment.model.inside import Announcement

TEXT = """
name: demo
asn: 64500
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
networks:
  ours:
    igp: ospf
    routers: {{a: {a}, b: {{}}, c: {c}}}
    links: [{{between: [a, b]}}, {{between: [b, c]}}]
  far: {{asn: 64501, routers: {{x: {{announce: 198.51.100.0/24}}}}}}
links: [{{between: [c, x]}}]
services:
  dns: {{address: [203.0.113.53, "2001:db8:53::53"], at: [a, b]}}
  web: {{address: 203.0.113.80, at: [a]}}
"""


def said(a: str = "{}", c: str = "{}") -> list[tuple[str, str, tuple[str, ...]]]:
    loaded = load(TEXT.format(a=a, c=c), "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    found: tuple[Announcement, ...] = loaded.design.inside.announcements
    return [(one.router, str(one.origination.prefix), one.servers) for one in found]


def test_a_prefix_is_announced_where_a_server_of_it_is_while_one_is_up() -> None:
    assert said() == [
        ("a", "203.0.113.0/24", ("dns@a", "web@a")),
        ("a", "2001:db8:53::/48", ("dns@a",)),
        ("b", "203.0.113.0/24", ("dns@b",)),
        ("b", "2001:db8:53::/48", ("dns@b",)),
        ("x", "198.51.100.0/24", ()),
    ]


def test_what_is_written_stands_in_place_of_what_follows() -> None:
    found = said("{announce: [{prefix: 203.0.113.0/24, while: web}]}")
    assert found[:2] == [("a", "203.0.113.0/24", ("web@a",)), ("a", "2001:db8:53::/48", ("dns@a",))]


def test_a_border_may_announce_for_servers_behind_it() -> None:
    found = said(c="{announce: [{prefix: 203.0.113.0/24, while: [dns, web@a]}]}")
    assert ("c", "203.0.113.0/24", ("dns@a", "dns@b", "web@a")) in found
