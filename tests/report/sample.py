"""A made-up catchment with the shape of a real one: seeded, any number of clients and sites, no Internet needed."""

import numpy as np

from catchment.results.catchment import NOWHERE, Catchment, Known, RouteClass, Target
from catchment.results.provenance import Provenance, Source

CITIES = """
Seoul KR 37.57 126.98 40|Tokyo JP 35.68 139.69 60|Osaka JP 34.69 135.50 20|Beijing CN 39.90 116.40 20
Shanghai CN 31.22 121.46 20|Hong_Kong HK 22.32 114.17 30|Taipei TW 25.03 121.57 12
Singapore SG 1.35 103.82 35|Jakarta ID -6.21 106.85 60|Manila PH 14.60 120.98 20|Bangkok TH 13.75 100.50 20
Hanoi VN 21.03 105.85 15|Mumbai IN 19.08 72.88 60|Delhi IN 28.61 77.21 60|Dhaka BD 23.81 90.41 40
Karachi PK 24.86 67.01 15|Dubai AE 25.20 55.27 10|Tehran IR 35.69 51.39 25|Istanbul TR 41.01 28.98 30
Moscow RU 55.76 37.62 120|Yekaterinburg RU 56.84 60.61 40|Novosibirsk RU 55.03 82.92 40
Vladivostok RU 43.12 131.89 15|Kyiv UA 50.45 30.52 90|Warsaw PL 52.23 21.01 110|Bucharest RO 44.43 26.10 50
Vienna AT 48.21 16.37 30|Milan IT 45.46 9.19 50|Rome IT 41.90 12.50 30|Frankfurt DE 50.11 8.68 100
Berlin DE 52.52 13.40 60|Amsterdam NL 52.37 4.90 70|Paris FR 48.86 2.35 80|London GB 51.51 -0.13 130
Madrid ES 40.42 -3.70 50|Lisbon PT 38.72 -9.14 12|Stockholm SE 59.33 18.07 40|Helsinki FI 60.17 24.94 20
Oslo NO 59.91 10.75 20|Cairo EG 30.04 31.24 8|Lagos NG 6.52 3.38 20|Nairobi KE -1.29 36.82 15
Johannesburg ZA -26.20 28.05 40|Accra GH 5.60 -0.19 8|Casablanca MA 33.57 -7.59 4
Sao_Paulo BR -23.55 -46.63 330|Rio_de_Janeiro BR -22.91 -43.17 90|Fortaleza BR -3.73 -38.52 120
Buenos_Aires AR -34.60 -58.38 70|Santiago CL -33.45 -70.67 25|Lima PE -12.05 -77.04 15
Bogota CO 4.71 -74.07 40|Mexico_City MX 19.43 -99.13 30|Miami US 25.76 -80.19 80
New_York US 40.71 -74.01 200|Chicago US 41.88 -87.63 150|Dallas US 32.78 -96.80 140
Denver US 39.74 -104.99 90|Los_Angeles US 34.05 -118.24 160|San_Jose US 37.34 -121.89 120
Seattle US 47.61 -122.33 90|Ashburn US 39.04 -77.49 150|Toronto CA 43.65 -79.38 60
Vancouver CA 49.28 -123.12 25|Anchorage US 61.22 -149.90 4|Sydney AU -33.87 151.21 80
Perth AU -31.95 115.86 20|Auckland NZ -36.85 174.76 25|Suva FJ -18.14 178.44 2|Honolulu US 21.31 -157.86 4
"""
EIGHT_SITES = ("Seoul", "Tokyo", "Singapore", "Frankfurt", "London", "Ashburn", "San_Jose", "Sao_Paulo")
UPSTREAMS = (64496, 64497, 64498, 64499, 65536, 65537, 65538)
ORIGIN = 64500


def cities() -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """(names, countries, float64[c, 2] latitude and longitude, float64[c] probability) of the list above."""
    rows = [entry.split() for line in CITIES.strip().splitlines() for entry in line.split("|")]
    weight = np.array([float(row[4]) for row in rows])
    at = np.array([[float(row[2]), float(row[3])] for row in rows])
    return [row[0] for row in rows], [row[1] for row in rows], at, weight / weight.sum()


def sample(
    rng: np.random.Generator,
    clients: int,
    sites: tuple[str, ...] | int = EIGHT_SITES,
    *,
    down: tuple[str, ...] = (),
    hijacker: bool = False,
) -> Catchment:
    """Clients near cities, most going to a near site, some surely, some not; 0.5 % reach none.

    sites : names of cities of the list (a site is called like its city, in lower case),
            or a number of sites at random spots near them
    down  : names of sites
    """
    names, countries, at, p = cities()
    home = rng.choice(len(names), clients, p=p)
    where = at[home] + rng.normal(0, 1.2, (400, 2))[rng.integers(0, 400, clients)] * (rng.random((clients, 1)) < 0.5)
    targets = _targets(rng, sites, down, names, at)
    if hijacker:
        targets.append(Target(name="AS65551", latitude_deg=55.76, longitude_deg=37.62, asn=65551, hijacker=True))
    cost = _far_km(where, np.array([[t.latitude_deg, t.longitude_deg] for t in targets]))
    best_km = np.where([t.up and not t.hijacker for t in targets], cost, np.inf)
    cost = cost * rng.lognormal(0, 0.45, cost.shape) + np.where([t.up for t in targets], 0, 1e9)
    order = np.argsort(cost, axis=1)[:, :3]
    target = order[:, 0].astype(np.int16)
    lost = rng.random(clients) < 0.005
    target[lost] = NOWHERE

    width = np.where(lost, 0, rng.choice([1, 2, 3], clients, p=[0.55, 0.3, 0.15]))
    width = np.minimum(width, sum(t.up for t in targets))
    first = np.where(
        width == 1, 1.0, np.where(width == 2, rng.uniform(0.5, 0.95, clients), rng.uniform(0.34, 0.8, clients))
    )
    rest = np.where(width > 1, (1 - first) / np.maximum(width - 1, 1), 0)
    chosen = np.arange(order.shape[1]) < width[:, None]
    shares = np.column_stack([first, rest, rest])[:, : order.shape[1]][chosen]
    share_target = order[chosen]
    row = np.repeat(np.arange(clients), width)
    by_target = np.lexsort((share_target, row))

    steps = np.where(lost, 0, rng.integers(2, 6, clients))
    path_ptr = np.concatenate([[0], np.cumsum(steps)])
    path = rng.choice(UPSTREAMS, int(path_ptr[-1]))
    asn = np.sort(rng.choice(400_000, clients, replace=False)).astype(np.uint32) + 100_000
    path[path_ptr[:-1][~lost]] = asn[~lost]
    path[path_ptr[1:][~lost] - 1] = ORIGIN
    picked = np.where(lost, 0, target)
    known = rng.choice([Known.GIVEN, Known.NEIGHBOURS, Known.COUNTRY], clients, p=[0.5, 0.2, 0.3])
    unknown = rng.random(clients) < 0.003
    where[unknown] = np.nan
    return Catchment(
        title="203.0.113.0/24" + "".join(f", {name} down" for name in down),
        targets=tuple(targets),
        asn=asn,
        weight=np.round(rng.lognormal(0, 1.0, clients), 3),
        target=target,
        route_class=np.where(lost, RouteClass.NONE, rng.choice([1, 2, 3], clients, p=[0.1, 0.2, 0.7])).astype(
            np.uint8
        ),
        length=np.maximum(steps - 1, 0).astype(np.uint16),
        tied=width.astype(np.uint16),
        decided_by=np.where(lost, 0, rng.choice([2, 3, 4, 6, 7], clients)).astype(np.uint8),
        share_ptr=np.concatenate([[0], np.cumsum(width)]).astype(np.uint32),
        share_target=share_target[by_target].astype(np.uint16),
        share=shares[by_target].astype(np.float32),
        path_ptr=path_ptr.astype(np.uint32),
        path=path.astype(np.uint32),
        latitude_deg=where[:, 0].astype(np.float32),
        longitude_deg=((where[:, 1] + 180) % 360 - 180).astype(np.float32),
        known=np.where(unknown, Known.UNKNOWN, known).astype(np.uint8),
        rtt_ms=np.where(lost, np.nan, cost[np.arange(clients), picked] / 70 + 4).astype(np.float32),
        best_rtt_ms=(best_km.min(axis=1) / 100 + 2).astype(np.float32),
        best=best_km.argmin(axis=1).astype(np.int16),
        country=np.array(countries, "S2")[home],
        provenance=Provenance(
            program="catchment 0.1.0",
            made_at="2026-01-01T00:00:00Z",
            sources=(Source(what="Internet", name="made up for a test", sha256="0" * 64),),
            options=tuple(("down", name) for name in down),
        ),
        notes=("This catchment is made up.",),
    )


def as_names(catchment: Catchment) -> dict[int, str]:
    """A made-up name for every AS, about as long as real ones."""
    words = ("Example", "Documentation", "Network", "Telecom", "Regional", "University", "Cable", "Exchange", "Fibre")
    pick = np.random.default_rng(5).integers(0, len(words), (len(catchment.asn), 3))
    codes = catchment.country.astype(str)
    made = {
        int(asn): f"{words[a]}-{words[b]} {words[c]}-{asn % 1000}, {code}"
        for asn, (a, b, c), code in zip(catchment.asn.tolist(), pick.tolist(), codes.tolist(), strict=True)
    }
    return made | {asn: f"Upstream {asn} Backbone" for asn in UPSTREAMS} | {ORIGIN: "Example Anycast"}


def _targets(
    rng: np.random.Generator, sites: tuple[str, ...] | int, down: tuple[str, ...], names: list[str], at: np.ndarray
) -> list[Target]:
    if isinstance(sites, int):
        near = rng.integers(0, len(names), sites)
        spots = at[near] + rng.normal(0, 4, (sites, 2))
        labels = [f"{names[k][:3].lower()}{i}" for i, k in enumerate(near)]
    else:
        spots = np.array([at[names.index(name)] for name in sites])
        labels = [name.lower().replace("_", "-") for name in sites]
    return [
        Target(name=label, latitude_deg=float(lat), longitude_deg=float(lon), asn=ORIGIN, up=label not in down)
        for label, (lat, lon) in zip(labels, spots, strict=True)
    ]


def _far_km(where: np.ndarray, spots: np.ndarray) -> np.ndarray:
    """float64[n, t]: great-circle distances, by the chord."""

    def on_sphere(points: np.ndarray) -> np.ndarray:
        lat, lon = np.radians(points).T
        return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    return 6371 * np.arccos(np.clip(on_sphere(where) @ on_sphere(spots).T, -1, 1))
