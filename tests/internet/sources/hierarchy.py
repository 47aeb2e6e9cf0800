"""A small Internet made by hand, and the paths that its ASes would tell a collector under Gao-Rexford routing."""

import struct

from catchment.internet.sources.paths import Paths, collect

PROVIDER_LINKS = (
    # provider, customer: three at the top (64496 to 64498), four regional, four below, stubs from 65536 on
    (64496, 64499), (64497, 64499), (64497, 64500), (64498, 64500), (64498, 64501), (64496, 64501),
    (64496, 64502), (64497, 64502),
    (64499, 64503), (64500, 64503), (64500, 64504), (64501, 64504), (64501, 64505), (64502, 64506),
    (64503, 65536), (64503, 65537), (64504, 65537), (64504, 65538), (64505, 65539), (64505, 65540),
    (64506, 65541), (64499, 65542), (64500, 65543), (64501, 65544), (64502, 65545), (64496, 65546),
    (64497, 65547), (64498, 65548), (64506, 65549), (64503, 65550), (64504, 65551), (64497, 65546),
    (64496, 64507), (64497, 64507), (64497, 64508), (64498, 64508), (64498, 64509), (64496, 64509),
)  # fmt: skip
PEERINGS = (
    (64496, 64497), (64496, 64498), (64497, 64498),
    (64499, 64500), (64501, 64502), (64503, 64505), (64504, 64506),
)  # fmt: skip
CLIQUE = (64496, 64497, 64498)
ASES = tuple(sorted({asn for link in PROVIDER_LINKS + PEERINGS for asn in link}))


def best_paths(origin: int) -> dict[int, tuple[int, ...]]:
    """AS -> its path to the origin: customer before peer before provider, then short, then the lowest next hop."""
    best: dict[int, tuple[int, int, tuple[int, ...]]] = {origin: (0, 1, (origin,))}
    changed = True
    while changed:
        changed = False
        for teller, hearer, heard_as in _sessions():
            if teller not in best:
                continue
            kind, _, path = best[teller]
            told_to_all = kind <= 1  # own and customer routes
            if hearer in path or not (told_to_all or heard_as == 3):
                continue
            offer = (heard_as, len(path) + 1, (hearer, *path))
            if hearer not in best or offer < best[hearer]:
                best[hearer] = offer
                changed = True
    return {asn: path for asn, (_, _, path) in best.items()}


def _sessions() -> list[tuple[int, int, int]]:
    """Who tells whom, and as what it is heard: 1 from a customer, 2 from a peer, 3 from a provider."""
    up = [(customer, provider, 1) for provider, customer in PROVIDER_LINKS]
    down = [(provider, customer, 3) for provider, customer in PROVIDER_LINKS]
    across = [(a, b, 2) for a, b in PEERINGS] + [(b, a, 2) for a, b in PEERINGS]
    return up + down + across


def told(vantage: tuple[int, ...], *extra: tuple[int, ...]) -> Paths:
    """What a collector with these peers holds, and some paths more."""
    tallies: dict[int, dict[bytes, int]] = {}
    for origin in ASES:
        paths = best_paths(origin)
        for path in [paths[peer] for peer in vantage if peer in paths]:
            tallies.setdefault(path[0], {})[struct.pack(f">{len(path)}I", *path)] = 1
    for path in extra:
        tallies.setdefault(path[0], {})[struct.pack(f">{len(path)}I", *path)] = 1
    return collect(tallies)
