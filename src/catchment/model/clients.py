"""Clients: how much each network of the Internet counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Weights that the design gives to client networks; what is named nowhere keeps the Internet data's own weight.

    by_asn     : (AS number, weight), ascending by AS number; stronger than by_country
    by_country : (ISO 3166-1 alpha-2 code, factor on the weight of each of its ASes), ascending
    only       : leave out every AS that is named in neither
    """

    by_asn: tuple[tuple[int, float], ...] = ()
    by_country: tuple[tuple[str, float], ...] = ()
    only: bool = False


EVERYONE = Clients()
"""No weights of the design's own."""
