"""Designs that speak BGP, and what `catchment bgp` makes of a text."""

from pathlib import Path
from typing import Any

from catchment.results.bgp import BgpReport
from catchment.workflows.bgp import Asked, bgp

TEXT = """
name: three-sites
asn: 64500
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
networks:
  ours: {igp: ospf, routers: [seoul, busan], links: [{between: [seoul, busan], cost: 10}]}
  isp:
    asn: 64501
    igp: isis
    routers: {west: {}, east: {decision: bird}}
    links: [{between: [west, east], cost: 30}]
links:
  - {between: [seoul, west], role: customer}
  - {between: [busan, east], role: customer, sides: {busan: {export: {prepend: 1}}}}
services: {dns: {address: [203.0.113.53, "2001:db8:53::53"], at: [seoul, busan]}}
"""

BAD = """
name: bad-gadget
prefixes: [203.0.113.0/24]
networks:
  origin: {asn: 64500, routers: {origin: {announce: {prefix: 203.0.113.0/24, communities: 64500:1}}}}
  one: {asn: 64501, routers: [one]}
  two: {asn: 64502, routers: [two]}
  three: {asn: 64503, routers: [three]}
links:
  - {between: [one, origin]}
  - {between: [two, origin]}
  - {between: [three, origin]}
  - {between: [one, two], sides: {one: {import: {local-pref: 200}, export: deny}, two: {export: own-way}}}
  - {between: [two, three], sides: {two: {import: {local-pref: 200}, export: deny}, three: {export: own-way}}}
  - {between: [three, one], sides: {three: {import: {local-pref: 200}, export: deny}, one: {export: own-way}}}
policies: {own-way: {community: 64500:1, remove: 64500:1}}
"""

WEDGIE = """
name: wedgie
networks:
  ours: {asn: 64500, routers: {ours: {announce: {prefix: 203.0.113.0/24, communities: 64501:50}}}}
  backup: {asn: 64501, routers: [backup]}
  primary: {asn: 64502, routers: [primary]}
  above: {asn: 64503, routers: [above]}
links:
  - {between: [ours, primary], role: customer}
  - {between: [ours, backup], role: customer, sides: {backup: {import: {community: 64501:50, local-pref: 50}}}}
  - {between: [backup, above], role: customer}
  - {between: [primary, above], role: peer}
"""


class Asking:
    """Writes a design and asks about it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "design.yaml"

    def __call__(self, text: str, most_tried: int = 30_000, **asked: Any) -> BgpReport:
        self.path.write_text(text)
        return bgp(self.path, Asked(**asked), most_tried)
