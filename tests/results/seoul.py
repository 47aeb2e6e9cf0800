"""A timeline for tests: Seoul's server dies at 2 s; korea loses 4 answers and a stream, its expectation on them too."""

from catchment.model.rehearsal import Asking
from catchment.results.provenance import Provenance, Source
from catchment.results.timeline import Check, Flow, Played, RouteMove, Span, Stream, Timeline

V4, V6 = "203.0.113.53", "2001:db8:53::53"


def span(flow: int, server: str | None, from_s: float, to_s: float, count: int) -> Span:
    least, most = (None, None) if server is None else (1.5, 4.0)
    words = "connection refused" if server is None else ""
    return Span(
        flow=flow, server=server, from_s=from_s, to_s=to_s, count=count, least_ms=least, most_ms=most, words=words
    )


TIMELINE = Timeline(
    name="Seoul's server dies",
    design="demo",
    asking=Asking(),
    flows=(
        Flow(client="korea", service="dns", address=V4),
        Flow(client="korea", service="dns", address=V6),
        Flow(client="japan", service="dns", address=V4),
    ),
    from_s=-2.0,
    to_s=8.0,
    spans=(
        span(0, "dns@seoul", -2.0, 1.9, 40), span(0, None, 2.0, 2.1, 2), span(0, "dns@tokyo", 2.2, 7.9, 58),
        span(1, "dns@seoul", -2.0, 1.9, 40), span(1, None, 2.0, 2.1, 2), span(1, "dns@tokyo", 2.25, 7.9, 58),
        span(2, "dns@tokyo", -2.0, 7.9, 100),
    ),
    streams=(
        Stream(flow=0, server="dns@seoul", from_s=-1.9, to_s=2.05, how="reset", most_ms=12.0),
        Stream(flow=0, server="dns@tokyo", from_s=2.6, tries=1, most_ms=9.0),
        Stream(flow=1, server="dns@seoul", from_s=-1.9, to_s=2.1, how="silent"),
        Stream(flow=2, server="dns@tokyo", from_s=-1.9),
    ),
    moves=(
        RouteMove(at_s=2.01, router="seoul", prefix="203.0.113.0/24", vias=("kt",)),
        RouteMove(at_s=2.02, router="seoul", prefix="2001:db8:53::/48", vias=("kt",)),
        RouteMove(at_s=2.03, router="kt", prefix="203.0.113.0/24", vias=None),
        RouteMove(at_s=2.04, router="kt", prefix="198.51.100.0/24", vias=()),
    ),
    before=(("seoul", "203.0.113.0/24", ("dns@seoul",)),),
    steps=(
        Played(name="as it is", at_s=0.0, done_s=0.0, end_s=2.0, rest_s=0.0, as_predicted=True),
        Played(
            name="fail dns@seoul", at_s=2.0, done_s=2.1, end_s=8.0, rest_s=0.04, as_predicted=True,
            did=("dns@seoul is down",), notes=("times",), down=("dns@seoul",),
            checks=(
                Check(sentence="korea is answered by dns@tokyo within 3 s", holds=True, evidence="from 0.25 s on"),
                Check(sentence="no answer is lost", holds=False, evidence="4 of 178 lost: korea 4"),
                Check(sentence="japan keeps its server", holds=None, evidence="nobody asked"),
            ),
        ),
    ),
    late_ms=0.5,
    provenance=Provenance(
        program="catchment test", sources=(Source(what="design", name="d.yaml", sha256="ab", notes=("n",)),),
        options=(("tunnels", "gre"),),
    ),
)  # fmt: skip
