"""Intents as sentences: the grammar, and a sentence -> an intent.

    [if any [N] site(s) is/are down, ] every client is served [within 5 s]     the time only after a condition;
                                                                               also server, router, link
    [if any [N] site(s) is/are down, ] no site above its capacity
    share of SITE at most|at least P %
    median|p1..p99 RTT at most T ms

Case and the blank before a unit do not matter.
"""

import re

from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity

FORMS = (
    "share of SITE at most 50 %",
    "share of SITE at least 10 %",
    "median RTT at most 60 ms",
    "p90 RTT at most 150 ms",
    "every client is served",
    "no site above its capacity",
    "if any site is down, every client is served within 5 s",
    "if any 2 sites are down, no site above its capacity",
    "if any link is down, every client is served",
)

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_CONDITION = re.compile(
    r"if (?:any|one|a) (?:(?P<count>[0-9]{1,6}) )?(?P<of>site|server|router|link)s? (?:is|are) down,? (?P<rest>.+)",
    re.I,
)
_SERVED = re.compile(rf"every client is served(?: within (?P<number>{_NUMBER}) ?(?P<unit>ms|s|min))?", re.I)
_CAPACITY = re.compile(r"no site (?:is )?above (?:its|their) capacity", re.I)
_SHARE = re.compile(
    rf"(?:the )?share of (?P<site>\S+) (?:is )?at (?P<bound>most|least) (?P<number>{_NUMBER}) ?(?:%|percent)", re.I
)
_RTT = re.compile(
    rf"(?:the )?(?:(?P<median>median)|p(?P<percentile>[0-9]{{1,2}}(?:\.[0-9])?)) RTT (?:is )?"
    rf"at most (?P<number>{_NUMBER}) ?(?P<unit>ms|s)",
    re.I,
)

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def intent(sentence: str, sites: list[str]) -> Intent:
    """What a sentence says; Broken when it fits no form, names no site of `sites`, or cannot be meant."""
    said = " ".join(sentence.rstrip(". ").split())
    condition = _CONDITION.fullmatch(said)
    down = int(condition["count"] or 1) if condition else 0
    rest, of = (condition["rest"], condition["of"].lower()) if condition else (said, "site")
    if condition and down == 0:
        raise Broken(
            "D030",
            f"{shown(said)}: no site is down in this",
            "write a number of at least 1, or leave the condition out",
        )
    served = _SERVED.fullmatch(rest)
    if served and (condition or not served["number"]):
        within = float(served["number"]) * _SECONDS[served["unit"].lower()] if served["number"] else None
        return Served(text=said, down=down, within_s=within, of=of)
    if _CAPACITY.fullmatch(rest) and of == "site":
        return WithinCapacity(text=said, down=down)
    if not condition:
        share = _SHARE.fullmatch(said)
        if share:
            return _share(said, share, sites)
        rtt = _RTT.fullmatch(said)
        if rtt:
            return _rtt(said, rtt)
    raise Broken("D029", f"{shown(said)} is no intent", "write one of: " + "; ".join(FORMS))


def _share(said: str, found: re.Match[str], sites: list[str]) -> Share:
    site, percent = found["site"], float(found["number"])
    if site not in sites:
        raise Broken(
            "D024", f'the design has no site "{site}"', did_you_mean(site, sites, f"its sites are {named(sites)}")
        )
    if percent > 100:
        raise Broken("D030", f"{shown(said)}: a share is at most 100 %", "correct the number")
    # Through hundredths of a percent, so that 35 % is 0.35 and not 0.35000000000000003.
    part = round(percent / 100, 12)
    return (
        Share(text=said, site=site, at_most=part)
        if found["bound"].lower() == "most"
        else Share(text=said, site=site, at_least=part)
    )


def _rtt(said: str, found: re.Match[str]) -> Rtt:
    percentile = 50.0 if found["median"] else float(found["percentile"])
    if percentile == 0:
        raise Broken("D030", f"{shown(said)}: percentiles begin above 0", "write p1 to p99, or median")
    return Rtt(
        text=said, percentile=percentile, at_most_ms=float(found["number"]) * _SECONDS[found["unit"].lower()] * 1000
    )


def named(words: list[str], most: int = 8) -> str:
    """Words in a message, the first few of many."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
