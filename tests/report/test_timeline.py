"""A timeline as text and as data."""

import json
from dataclasses import replace

from tests.results.seoul import TIMELINE

from catchment.report.timeline import timeline_data, timeline_lines

HEAD = (
    "Seoul's server dies: demo, 2 clients ask 2 addresses each 100 ms, always from the same port; "
    "no answer in 1 s is a lost one"
)
EXPECTED = """\
HEAD
              as it was: dns@seoul answers korea
              as it was: dns@tokyo answers japan
    0.00 s  as it is
    2.00 s  fail dns@seoul
              dns@seoul is down
              not predicted: times
    2.00 s    korea: no answer for 0.20 to 0.25 s (2 lost: connection refused), then dns@tokyo instead of dns@seoul
    2.01 s    seoul: 2001:db8:53::/48, 203.0.113.0/24: via kt
    2.03 s    kt: 203.0.113.0/24: no route any more
    2.05 s    korea (IPv4): TCP stream to dns@seoul was reset; another one to dns@tokyo 0.55 s later
    2.10 s    korea (IPv6): TCP stream to dns@seoul fell silent; no other one until the end
              4 routes moved at 2 routers, the last after 0.04 s; then at rest, all as predicted
              holds     korea is answered by dns@tokyo within 3 s (from 0.25 s on)
              BROKEN    no answer is lost (4 of 178 lost: korea 4)
              not told  japan keeps its server (nobody asked)
    8.00 s  1 of 3 expectations held, 4 of 300 answers lost, 2 of 4 TCP streams broke
"""


def test_the_whole_text() -> None:
    assert "".join(f"{line}\n" for line in timeline_lines(TIMELINE)) == EXPECTED.replace("HEAD", HEAD)


def test_what_did_not_come_to_rest_and_what_was_interrupted_is_said() -> None:
    steps = (TIMELINE.steps[0], replace(TIMELINE.steps[1], rest_s=None))
    text = "\n".join(timeline_lines(replace(TIMELINE, steps=steps, ended="interrupted")))
    assert "4 routes moved at 2 routers; not at rest when the step ended" in text
    assert text.endswith("ended early: interrupted")


def test_at_rest_otherwise_than_predicted_is_said() -> None:
    steps = (replace(TIMELINE.steps[0], as_predicted=False), TIMELINE.steps[1])
    text = "\n".join(timeline_lines(replace(TIMELINE, steps=steps)))
    assert "0 routes moved at 0 routers, the last after 0.00 s; then at rest, but not all as predicted" in text


def test_data_has_everything_and_is_json() -> None:
    data = json.loads(json.dumps(timeline_data(TIMELINE)))
    assert (data["name"], data["holds"]) == ("Seoul's server dies", False)
    assert [len(data[kind]) for kind in ("flows", "steps", "spans", "streams", "moves", "befores")] == [
        3, 2, 7, 4, 4, 1,
    ]  # fmt: skip
    assert data["steps"][1]["checks"][1]["holds"] is False
