"""A seeded Internet, of any size up to 80,000 ASes, for when no real data is at hand.

world      the real cities, and where networks meet
networks   which networks there are, how important, where
transit    who buys from whom
peering    who peers with whom
meetings   in which cities linked networks hand traffic over
internet   all together, with names and AS numbers
fitted     the numbers that make it like the real one
draw       randomness that is the same on every machine
"""

from catchment.internet.synthetic.internet import SyntheticInternet, synthesize

__all__ = ["SyntheticInternet", "synthesize"]
