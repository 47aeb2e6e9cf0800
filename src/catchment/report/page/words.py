"""How the page says numbers, codes and foreign text."""

import html

import numpy as np

from catchment.results.catchment import DecidedBy, Known, RouteClass

DECIDED_BY = {
    DecidedBy.NO_ROUTE: "no route reached it",
    DecidedBy.OWN: "it announces the prefix itself",
    DecidedBy.ONLY_ROUTE: "it heard one route only",
    DecidedBy.CLASS: "relationship: customer before peer before provider",
    DecidedBy.LENGTH: "shorter AS path",
    DecidedBy.MED: "lower MED",
    DecidedBy.NEAREST_EXIT: "nearest exit among equal routes",
    DecidedBy.LOWEST_ASN: "lowest neighbour AS among equal routes",
    DecidedBy.SESSION_ORDER: "order of the sessions in the design",
}
ROUTE_CLASS = {
    RouteClass.OWN: "its own",
    RouteClass.CUSTOMER: "from a customer",
    RouteClass.PEER: "from a peer",
    RouteClass.PROVIDER: "from a provider",
    RouteClass.NONE: "none",
}
KNOWN = {
    Known.GIVEN: "given by the data",
    Known.NEIGHBOURS: "guessed from its neighbours",
    Known.COUNTRY: "only the country is known, drawn around its centre",
    Known.UNKNOWN: "not known, so not on the map",
}
EVIDENCE_0 = (
    "Predicted from topology alone (evidence level 0): right for about two networks in three; not a forecast."
)


def clean(text: str) -> str:
    """Foreign text on one line: no control or direction-turning characters, no broken surrogates."""
    if text.isprintable():
        return text.strip()
    one_line = "".join(c if c.isprintable() else " " for c in text)
    return one_line.encode("utf-8", "replace").decode("utf-8").strip()


def escaped(text: str) -> str:
    return html.escape(clean(text))


def percent(share: float) -> str:
    if np.isnan(share):
        return "–"
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{share * 100:.1f} %" if 0 < share < 1 else f"{share * 100:.0f} %"


def whole_percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share * 100:.0f} %"


def ms(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0f} ms" if value >= 9.5 else f"{value:.1f} ms"
