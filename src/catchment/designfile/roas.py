"""What the RPKI says of a design's announcements: not covered, invalid, or covered by more than is announced."""

from collections.abc import Callable, Collection, Iterator

from catchment.designfile.rules import Advice
from catchment.designfile.sentences import named
from catchment.model.address import Asn, Prefix, covers
from catchment.model.design import Design
from catchment.model.rpki import Validity, Vrp, validity


def roa_advice(design: Design, vrps: Collection[Vrp], where: Callable[[Prefix], str]) -> Iterator[Advice]:
    """Advice on each prefix and each AS that originates it. O(prefixes * vrps); give the covering ones only."""
    for prefix in design.prefixes:
        covering = [vrp for vrp in vrps if covers(vrp.prefix, prefix)]
        origins = sorted({site.asn for site in design.announcing(prefix)})
        if not covering:
            yield Advice(
                where=where(prefix),
                rule="A010",
                what=f"no ROA covers {prefix}",
                reason="anyone may announce it, or a more specific, and networks that validate will believe it",
                todo=f"create a ROA for {prefix}, maxLength {prefix.prefixlen}, for {_asns(origins)}",
                source="RFC 6811 2",
            )
            continue
        for origin in origins:
            yield from _of_origin(prefix, origin, covering, where(prefix))


def _of_origin(prefix: Prefix, origin: Asn, covering: list[Vrp], where: str) -> Iterator[Advice]:
    own = [vrp for vrp in covering if vrp.asn == origin]
    if validity(prefix, origin, covering) == Validity.INVALID:
        if own:
            yield Advice(
                where=where,
                rule="A012",
                what=f"{prefix} from AS{origin} is invalid: its ROA allows up to /{max(vrp.max_length for vrp in own)}",
                reason="networks that validate origins drop it",
                todo=f"create a ROA for {prefix} itself, maxLength {prefix.prefixlen}, rather than raise maxLength",
                source="RFC 6811 2, RFC 9319 5",
            )
        else:
            others = sorted({vrp.asn for vrp in covering})
            yield Advice(
                where=where,
                rule="A011",
                what=f"{prefix} from AS{origin} is invalid: the ROAs that cover it are for {_asns(others)}",
                reason="networks that validate origins drop it",
                todo=f"create a ROA for {prefix}, maxLength {prefix.prefixlen}, for AS{origin}",
                source="RFC 6811 2",
            )
        return
    loose = [vrp for vrp in own if vrp.max_length > max(prefix.prefixlen, vrp.prefix.prefixlen)]
    if loose:
        widest = max(loose, key=lambda vrp: vrp.max_length)
        yield Advice(
            where=where,
            rule="A013",
            what=f"the ROA for {widest.prefix} lets AS{origin} announce up to /{widest.max_length}, "
            f"and /{prefix.prefixlen} is announced",
            reason="whoever puts your AS number behind a path can announce a more specific that counts as valid",
            todo=f"set maxLength to {prefix.prefixlen}, or leave it out",
            source="RFC 9319 5",
        )


def _asns(asns: list[Asn]) -> str:
    return named(["nobody (AS 0)" if asn == 0 else f"AS{asn}" for asn in asns])
