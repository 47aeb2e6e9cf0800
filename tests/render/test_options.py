"""What comes through a link: its own MTU, unless what is under it lets less through."""

from dataclasses import replace

from tests.render.golden import EXAMPLES, views_of

from catchment.render.options import USUAL, RenderOptions

LINK = next(
    one.link for one in views_of(EXAMPLES / "gre-announce" / "design.yaml")["office"].interfaces if one.link.tunnel
)


def test_the_lesser_counts() -> None:
    assert USUAL.least_mtu(LINK) == 1476
    less = RenderOptions(fits=((LINK.name, 1468), ("another", 576)))
    assert less.least_mtu(LINK) == 1468
    assert less.least_mtu(replace(LINK, mtu=1400)) == 1400
