"""Flows as text: what is said follows from the counts, for datagrams and for streams."""

import csv
import json
from dataclasses import replace

from tests.report.text import shown

from catchment.report.flows import csv_lines, flow_data, flow_table, in_words
from catchment.results.flows import Effect, Fates, FlowReport, Mechanism, Throughout
from catchment.results.provenance import Provenance
from catchment.results.trace import Outcome

MOVED = {Mechanism.PLAIN: 50, Mechanism.THRESHOLD: 10, Mechanism.RESILIENT: 0}


def effect(event: str, mechanism: Mechanism, **changes: object) -> Effect:
    moved = MOVED[mechanism]
    tcp = Fates(kept=75 - moved, moved=moved, lost=25, rerouted=moved // 10)
    known = {
        "event": event, "at_s": 600.0, "mechanism": mechanism, "tcp": tcp, "udp": replace(tcp, kept=tcp.kept + 100),
        "load": (("dns@a", 120), ("dns@b", 1180)),
    }  # fmt: skip
    return Effect(**{**known, **changes})  # type: ignore[arg-type]


def report(*effects: Effect) -> FlowReport:
    return FlowReport(
        title="demo: 300 flows through 1 event",
        flows=300,
        load=tuple((mechanism, (("dns@a", 150), ("dns@b", 150))) for mechanism in Mechanism),
        effects=effects or tuple(effect("down dns@c", mechanism) for mechanism in Mechanism),
        throughout=tuple(
            Throughout(mechanism=mechanism, flows=100, unbroken=75 - MOVED[mechanism]) for mechanism in Mechanism
        ),
        exact=False,
        settings=(("traffic", "each flow sends every 1 s"),),
        notes=("a note",),
        provenance=Provenance(program="test"),
    )


def test_each_event_has_a_line_for_each_mechanism() -> None:
    lines = [" ".join(line.split()) for line in shown(flow_table(report())).splitlines()]
    assert "down dns@c" in lines
    assert "plain hashing 150 50.0 % 100 33.3 % 50 16.7 % - 100.0 % 75.0 % 120 to 1,180" in lines
    assert "resilient 250 83.3 % - 50 16.7 % - 100.0 % 25.0 % 120 to 1,180" in lines
    assert "traffic: each flow sends every 1 s" in lines
    assert not any("served again" in line or line == "served" for line in lines)


def test_the_load_is_that_of_servers_that_are_asked_at_all() -> None:
    far = (("dns@a", 200), ("dns@b", 100), ("dns@far", 0))
    loads = dict.fromkeys(Mechanism, far) | {Mechanism.RESILIENT: (("dns@a", 300), ("dns@b", 0), ("dns@far", 0))}
    effects = [effect("up dns@b", mechanism, load=loads[mechanism]) for mechanism in Mechanism]
    text = shown(flow_table(report(*effects)))
    assert text.count("100 to 200") == 2
    assert text.count("0 to 300") == 1


def test_three_lines_that_say_the_same_are_one() -> None:
    same = effect("down x", Mechanism.PLAIN)
    loads = {mechanism: (("dns@a", place), ("dns@b", 1300 - place)) for place, mechanism in enumerate(Mechanism, 100)}
    effects = [replace(same, mechanism=mechanism, load=loads[mechanism]) for mechanism in Mechanism]
    text = shown(flow_table(report(*effects)))
    assert "all three alike" in text
    assert "100 to 1,200" in text
    assert "hash-threshold  " not in text


def test_words_tell_datagrams_from_streams() -> None:
    words = list(in_words(report()))
    assert words[0].startswith("UDP: every datagram is answered")
    assert words[1] == (
        "TCP, plain hashing: 25 of 100 streams (25.0 %) keep their server through everything; 50 moves for nothing, "
        "5 of them because routes changed, which no choice of next hops prevents."
    )
    assert words[3] == "TCP, resilient: 75 of 100 streams (75.0 %) keep their server through everything."
    assert len(words) == 4


def test_what_is_not_served_is_told_with_its_reason() -> None:
    black = Fates(kept=60, cut=30, without=10)
    effects = [
        effect("down all", mechanism, udp=black, tcp=black, dropped=((Outcome.NO_ROUTE, 79), (Outcome.TTL, 1)))
        for mechanism in Mechanism
    ]
    words = next(iter(in_words(report(*effects))))
    assert words.startswith(
        'UDP: after "down all" 40.0 % of the flows reach no server (dropped: no route 79, dropped'
    )


def test_flows_that_have_a_server_again_get_a_column() -> None:
    back = Fates(kept=60, back=40)
    text = shown(flow_table(report(*(effect("up x", mechanism, udp=back, tcp=back) for mechanism in Mechanism))))
    assert "again" in text
    assert "80  40.0 %" in text
    none = Fates(back=40)
    lines = shown(flow_table(report(*(effect("up x", one, udp=none, tcp=none) for one in Mechanism)))).splitlines()
    (line,) = (line.split() for line in lines if "all three alike" in line)
    assert line[-5:] == ["%", "-", "120", "to", "1,180"]  # no stream was there to be broken


def test_a_server_that_waits_for_buckets_is_named() -> None:
    loads = dict.fromkeys(Mechanism, (("dns@a", 100), ("dns@b", 50), ("dns@far", 0)))
    loads[Mechanism.RESILIENT] = (("dns@a", 150), ("dns@b", 0), ("dns@far", 0))
    effects = [effect("up dns@b", mechanism, load=loads[mechanism]) for mechanism in Mechanism]
    words = list(in_words(report(*effects)))[-1]
    assert words.startswith('Resilient groups after "up dns@b": no flow goes to dns@b while every bucket is in use')


def test_json_and_csv_say_the_same_as_the_table() -> None:
    data = json.loads(json.dumps(flow_data(report())))
    first = data["effects"][0]
    assert (first["event"], first["mechanism"], first["tcp"]["moved"]) == ("down dns@c", "plain hashing", 50)
    assert first["load"] == {"dns@a": 120, "dns@b": 1180}
    assert data["throughout"][2] == {"mechanism": "resilient", "tcp": 100, "unbroken": 75}
    rows = list(csv.DictReader("".join(csv_lines(report())).splitlines()))
    assert len(rows) == 6
    assert (rows[0]["protocol"], rows[0]["kept"], rows[1]["protocol"], rows[1]["kept"]) == ("udp", "125", "tcp", "25")
    assert float(rows[1]["broken"]) == 0.75
