"""catchment predict, explain, compare on the synthetic Internet: every form, every kind of scenario, every bad word."""

import csv
import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import DESIGN, Shell

SITES = ["seoul", "frankfurt", "sao-paulo"]


def stub_of(shell: Shell, *, site: str = "seoul") -> int:
    """A network that goes there by a provider's route, and the largest number of these: a stub."""
    rows = shell("predict", "design.yaml", "-o", "json").json["clients"]
    return max(row["asn"] for row in rows if row["site"] == site and row["class"] == "provider")


def by_asn(rows: list[dict[str, object]]) -> dict[object, object]:
    return {row["asn"]: row["site"] for row in rows}


def test_the_table_has_a_row_for_each_site_and_the_whole(small: Shell) -> None:
    done = small("predict", "design.yaml")
    assert done.code == 0
    assert done.lines[0] == "demo: 203.0.113.0/24, undisturbed"
    first = [line.split()[0] for line in done.lines if line.split()]
    assert [name for name in first if name in [*SITES, "all"]] == [*SITES, "all"]
    assert (
        sum(int(line.split()[1]) for line in done.lines if line.split() and line.split()[0] in SITES)
        + int(
            re.search(r"unreachable: ([0-9,]+) network", done.out)[1]  # type: ignore[index]
        )
        == 1000
    )
    assert "share of seoul at most 1 %" in done.out
    assert "BROKEN" in done.out
    assert "evidence level 0" in done.err


def test_every_form_has_the_same_clients(small: Shell) -> None:
    document = small("predict", "design.yaml", "-o", "json").json
    head, *records = [json.loads(line) for line in small("predict", "design.yaml", "-o", "jsonl").lines]
    comment, *table = small("predict", "design.yaml", "-o", "csv").lines
    assert document["clients"] == records
    assert len(records) == head["client_count"] == 1000
    rows = list(csv.DictReader(table))
    assert [row["asn"] for row in rows] == [str(record["asn"]) for record in records]
    assert [row["site"] for row in rows] == [record["site"] or "" for record in records]
    assert comment.startswith("# {")
    assert [target["name"] for target in head["targets"]] == SITES
    assert head["provenance"]["sources"][0]["name"] == "design.yaml"


def test_every_form_can_be_saved_and_read_again(shell: Shell, small: Shell, folder: Path) -> None:
    pytest.importorskip("pyarrow", reason="Parquet is an extra")
    names = ["a.json", "a.jsonl", "a.csv", "a.parquet"]
    done = small("predict", "design.yaml", *(word for name in names for word in ("--save", name)))
    assert done.code == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "design.yaml"])
    for one, two in (("a.json", "a.jsonl"), ("a.jsonl", "a.parquet"), ("a.parquet", "a.json")):
        compared = shell("compare", one, two, "-o", "json")
        assert compared.code == 0
        assert (compared.json["compared"], compared.json["rerouted_clients"]) == (1000, 0)


def test_the_map_is_one_page_that_needs_no_network(small: Shell, folder: Path) -> None:
    done = small("predict", "design.yaml", "--down", "seoul", "--map", "out/map.html")
    assert done.code == 0
    page = (folder / "out" / "map.html").read_text()
    assert page.startswith("<!doctype html>")
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)


def test_strict_exits_with_2_when_an_intent_is_broken(small: Shell, folder: Path) -> None:
    assert small("predict", "design.yaml", "--strict").code == 2
    (folder / "kind.yaml").write_text(
        DESIGN.replace("at most 1 %", "at most 100 %").replace("  - every client is served\n", "")
    )
    assert small("predict", "kind.yaml", "--strict").code == 0


def test_a_site_that_is_down_gets_nobody_and_the_change_is_told(small: Shell) -> None:
    done = small("predict", "design.yaml", "--down", "seoul")
    assert "against the undisturbed case: " in done.out
    (row,) = [line for line in done.lines if line.startswith("seoul (down)")]
    assert row.split()[2:4] == ["0", "0"]
    plain = by_asn(small("predict", "design.yaml", "-o", "json").json["clients"])
    down = by_asn(small("predict", "design.yaml", "--down", "seoul", "-o", "json").json["clients"])
    assert "seoul" not in down.values()
    assert {asn for asn in plain if plain[asn] != down[asn]} <= {asn for asn in plain if plain[asn] == "seoul"}


def test_a_session_that_is_down_and_prepends_are_scenarios_too(small: Shell) -> None:
    plain = by_asn(small("predict", "design.yaml", "-o", "json").json["clients"])
    for words in (("--down", "seoul:64512"), ("--prepend", "seoul=3"), ("--prepend", "frankfurt:AS64512=2")):
        done = small("predict", "design.yaml", *words, "-o", "json")
        assert done.code == 0
        assert by_asn(done.json["clients"]) != plain, words
        title = done.json["title"]
        assert title.startswith("demo: 203.0.113.0/24, ")
        assert "undisturbed" not in title


def test_a_hijacker_of_the_same_prefix_draws_some_and_of_a_more_specific_most(small: Shell) -> None:
    asn = stub_of(small)
    drawn = {}
    for word in (f"{asn}", f"AS{asn}:203.0.113.128/25"):
        done = small("predict", "design.yaml", "--hijack", word, "-o", "json")
        assert done.code == 0, done.err
        drawn[word] = sum(row["site"] == f"hijacker AS{asn}" for row in done.json["clients"])
    same, specific = drawn.values()
    assert 0 < same < specific
    assert specific > 990


def test_origin_validation_stops_a_hijack_the_more_networks_do_it(small: Shell, folder: Path) -> None:
    asn = stub_of(small)
    (folder / "everyone.txt").write_text("\n".join(f"AS{row['asn']}  # validates" for row in small(
        "predict", "design.yaml", "-o", "json").json["clients"]))  # fmt: skip
    (folder / "loose.json").write_text(json.dumps({"roas": [
        {"asn": asn, "prefix": "203.0.113.0/24", "maxLength": 25},
        {"asn": 64500, "prefix": "203.0.113.0/24", "maxLength": 24},
    ]}))  # fmt: skip

    def drawn(*words: str) -> int:
        done = small("predict", "design.yaml", "--hijack", f"{asn}:203.0.113.128/25", *words, "-o", "json")
        assert done.code == 0, done.err
        return sum(row["site"] == f"hijacker AS{asn}" for row in done.json["clients"])

    none, half, everyone = drawn(), drawn("--rov", "0.5"), drawn("--rov", "everyone.txt")
    assert none > half > everyone == 1
    assert drawn("--rov", "0") == none
    assert drawn("--rov", "1") == everyone
    assert drawn("--rov", "1", "--roas", "loose.json") == none


def test_another_prefix_and_other_options_are_other_questions(small: Shell) -> None:
    six = small("predict", "design.yaml", "--prefix", "2001:DB8:53::/48", "-o", "jsonl")
    assert json.loads(six.lines[0])["title"] == "demo: 2001:db8:53::/48, undisturbed"
    lowest = small("predict", "design.yaml", "--tie-break", "lowest-asn", "-o", "json").json
    assert {row["decided_by"] for row in lowest["clients"]}.isdisjoint({"nearest-exit"})
    assert ["tie-break", "lowest-asn"] in lowest["provenance"]["options"]
    fast = small("predict", "design.yaml", "--rtt-base", "0", "--rtt-stretch", "1", "-o", "json").json["clients"]
    slow = small("predict", "design.yaml", "-o", "json").json["clients"]
    for a, b in zip(fast, slow, strict=True):
        if a["rtt_ms"] is not None:
            assert b["rtt_ms"] == pytest.approx(21 + 1.5 * a["rtt_ms"], abs=0.01)


WRONG = {
    "a design that is not there": (1, ["predict", "none.yaml"], "none.yaml"),
    "a folder for a design": (1, ["predict", "."], "."),
    "a broken design": (1, ["predict", "broken.yaml"], "broken.yaml:3:12"),
    "an Internet that is not there": (1, ["predict", "design.yaml", "--internet", "none"], "none"),
    "an Internet that is a design": (1, ["predict", "design.yaml", "--internet", "design.yaml"], "design.yaml"),
    "a binary Internet": (1, ["predict", "design.yaml", "--internet", "binary"], "binary"),
    "an empty Internet": (1, ["predict", "design.yaml", "--internet", "empty"], "empty"),
    "contradicting links": (1, ["predict", "design.yaml", "--internet", "links"], "links:2"),
    "a prepared Internet cut short": (1, ["predict", "design.yaml", "--internet", "cut"], "cut"),
    "a site that is not there": (1, ["predict", "design.yaml", "--down", "lima"], "--down lima"),
    "a session that is not there": (1, ["predict", "design.yaml", "--down", "seoul:1"], "--down seoul:1"),
    "no session at all": (64, ["predict", "design.yaml", "--down", "seoul:x"], "--down seoul:x"),
    "no number of prepends": (64, ["predict", "design.yaml", "--prepend", "seoul=x"], "--prepend seoul=x"),
    "too many prepends": (1, ["predict", "design.yaml", "--prepend", "seoul=901"], "--prepend seoul"),
    "a hijacker that is not there": (1, ["predict", "design.yaml", "--hijack", "65551"], "--hijack 65551"),
    "a hijacker that is no AS": (64, ["predict", "design.yaml", "--hijack", "x"], "--hijack x"),
    "a hijack of other space": (
        1, ["predict", "design.yaml", "--hijack", "64530:198.51.100.0/24"], "--hijack 64530:198.51.100.0/24"),
    "a prefix of others": (64, ["predict", "design.yaml", "--prefix", "198.51.100.0/24"], "--prefix"),
    "no prefix": (64, ["predict", "design.yaml", "--prefix", "x"], "--prefix"),
    "no share": (64, ["predict", "design.yaml", "--rov", "1.5"], "--rov"),
    "not a number": (64, ["predict", "design.yaml", "--rov", "nan"], "--rov"),
    "no AS numbers": (1, ["predict", "design.yaml", "--rov", "design.yaml"], "design.yaml:1"),
    "binary AS numbers": (1, ["predict", "design.yaml", "--rov", "binary"], "binary"),
    "ROAs that are not there": (1, ["predict", "design.yaml", "--roas", "none.json"], "none.json"),
    "ROAs that are none": (1, ["predict", "design.yaml", "--roas", "design.yaml"], "design.yaml"),
    "a form that nobody knows": (64, ["predict", "design.yaml", "--save", "a.txt"], "--save a.txt"),
    "a client that is no AS": (64, ["explain", "design.yaml", "--client", "x"], "--client"),
    "a client that is not there": (1, ["explain", "design.yaml", "--client", "65551"], "--client 65551"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_bad_input_is_one_clear_error_and_nothing_is_written(
    small: Shell, folder: Path, cache: Path, what: str
) -> None:
    (folder / "broken.yaml").write_text(DESIGN.replace("203.0.113.0/24", "203.0.113.0/33"))
    (folder / "binary").write_bytes(bytes(range(256)) * 9)
    (folder / "empty").write_bytes(b"")
    (folder / "links").write_text("64496|64497|-1\n64497|64496|-1\n")
    small("internet", "info")
    prepared = next((cache / "catchment").glob("synthetic-*-1000-1.internet")).read_bytes()
    (folder / "cut").write_bytes(prepared[: len(prepared) // 2])
    before = sorted(folder.iterdir())
    code, words, where = WRONG[what]
    done = small(*words)
    assert (done.code, done.out) == (code, "")
    problems = [line for line in done.err.splitlines() if not line.startswith((" ", "reading "))]
    assert problems[0].startswith(f"{where}:"), done.err
    assert len(problems) == 1 or "no AS numbers" in what, done.err
    assert done.err.splitlines()[-1].startswith("    "), "it says what to do"
    assert sorted(folder.iterdir()) == before


def test_all_that_is_wrong_with_a_scenario_is_told_at_once(small: Shell) -> None:
    done = small("predict", "design.yaml", "--down", "lima", "--prepend", "oslo=1", "--down", "seoul:65551")
    places = [line.split(": ")[0] for line in done.err.splitlines() if not line.startswith(" ")]
    assert (done.code, places) == (1, ["--down lima", "--down seoul:65551", "--prepend oslo"])


@pytest.mark.parametrize("option", ["--save", "--map"])
def test_a_place_that_cannot_be_written_is_told(small: Shell, folder: Path, option: str) -> None:
    done = small("predict", "design.yaml", option, "design.yaml/a.json")
    assert done.code == 1
    assert "design.yaml/a.json: cannot write it" in done.err
    assert [path.name for path in folder.iterdir()] == ["design.yaml"]


def test_an_explanation_leads_from_the_client_to_the_site(small: Shell) -> None:
    asn = stub_of(small)
    table = small("explain", "design.yaml", "--client", f"AS{asn}")
    assert table.code == 0
    assert table.lines[1].startswith(f"AS{asn} reaches seoul ")
    assert "chosen" in table.out
    (told,) = small("explain", "design.yaml", "--client", str(asn), "-o", "json").json
    (predicted,) = [row for row in small("predict", "design.yaml", "-o", "json").json["clients"] if row["asn"] == asn]
    assert told["target"] == predicted["site"] == "seoul"
    assert [decision["asn"] for decision in told["decisions"]] == predicted["path"][:-1]
    assert told["decisions"][0]["decided_by"] == predicted["decided_by"]
    assert told["decisions"][-1]["offers"][0]["path"][-1] == 64500
    assert told["decisions"][0]["offers"][0]["fate"] == "chosen"


def test_several_clients_are_explained_in_their_order_under_the_scenario(small: Shell) -> None:
    told = small(
        "explain", "design.yaml", "--client", "64530", "--client", "64512", "--down", "seoul", "-o", "json"
    ).json
    assert [one["asn"] for one in told] == [64530, 64512]
    assert all(one["title"].endswith("seoul down") for one in told)
    assert "seoul" not in [one["target"] for one in told]
    both = small("explain", "design.yaml", "--client", "65551", "--client", "65550")
    assert both.err.count("is not among the client networks") == 2


def test_comparing_exits_with_0_when_nobody_moved_and_2_when_somebody_did(shell: Shell, small: Shell) -> None:
    small("predict", "design.yaml", "--save", "a.json")
    small("predict", "design.yaml", "--down", "seoul", "--save", "b.jsonl")
    same = shell("compare", "a.json", "a.json")
    assert same.code == 0
    moved = shell("compare", "a.json", "b.jsonl", "--most", "3")
    assert moved.code == 2
    assert "seoul" in moved.out
    table = list(csv.DictReader(shell("compare", "a.json", "b.jsonl", "--most", "3", "-o", "csv").lines))
    assert len(table) == 3
    assert {row["before"] for row in table} == {"seoul"}
    document = shell("compare", "a.json", "b.jsonl", "-o", "json")
    assert document.code == 2
    assert [str(mover["asn"]) for mover in document.json["movers"][:3]] == [row["asn"] for row in table]
    assert document.json["moved_clients"] == sum(move["clients"] for move in document.json["moves"])


def test_movers_that_are_lost_have_an_empty_time_in_csv(shell: Shell, small: Shell) -> None:
    small("predict", "design.yaml", "--save", "a.json")
    everything = [word for site in SITES for word in ("--down", site)]
    small("predict", "design.yaml", *everything, "--save", "b.json")
    table = list(csv.DictReader(shell("compare", "a.json", "b.json", "-o", "csv").lines))
    assert {(row["after"], row["rtt_after_ms"]) for row in table} == {("(unreachable)", "")}
    assert all(float(row["rtt_before_ms"]) > 0 for row in table)


@pytest.mark.parametrize("name", ["none.json", "design.yaml", "empty.json", "other.json", "a.csv"])
def test_what_cannot_be_compared_is_one_clear_error(shell: Shell, small: Shell, folder: Path, name: str) -> None:
    small("predict", "design.yaml", "--save", "a.json", "--save", "a.csv")
    (folder / "empty.json").write_text("")
    (folder / "other.json").write_text("{}")
    for words in (("a.json", name), (name, "a.json")):
        done = shell("compare", *words)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"{name}: ")
        assert len(done.err.splitlines()) == 2


INSIDE = """
networks:
  core:
    igp: isis
    routers: [seoul, frankfurt, middle]
    links: [{between: [seoul, middle], delay: 20 ms}, {between: [middle, frankfurt], delay: 30 ms, cost: 20}]
services: {dns: {address: 203.0.113.53, at: [seoul, middle, sao-paulo]}}
"""


def test_both_fields_show_who_answers_in_every_form(small: Shell, folder: Path) -> None:
    with (folder / "design.yaml").open("a") as file:
        file.write(INSIDE)
    table = small("predict", "design.yaml")
    lines = [" ".join(line.split()) for line in table.lines]
    assert "inside: dns 203.0.113.53" in lines
    assert any(line.startswith("frankfurt frankfurt 2 ") and line.endswith("dns@middle 60 ms") for line in lines)
    assert any(line.startswith("sao-paulo - 1 ") and line.endswith("dns@sao-paulo 0 ms") for line in lines)
    assert "note: sites are where clients enter our network" in table.err
    data = small("predict", "design.yaml", "-o", "json").json
    (service,) = data["inside"]["services"]
    assert [server["name"] for server in service["servers"]] == ["dns@seoul", "dns@middle", "dns@sao-paulo"]
    served = sum(server["share"] for server in service["servers"])
    assert served == pytest.approx(sum(c["weight"] for c in data["clients"] if c["site"])
                                   / sum(c["weight"] for c in data["clients"]))  # fmt: skip
    one = next(client for client in data["clients"] if client["site"] == "frankfurt")
    assert (one["entered_router"], one["served_by"], one["inside_rtt_ms"]) == ("frankfurt", {"dns@middle": 1.0}, 60)
    rows = list(csv.DictReader(line for line in small("predict", "design.yaml", "-o", "csv").lines if line[0] != "#"))
    assert next(row for row in rows if row["asn"] == str(one["asn"]))["served_by"] == "dns@middle=1.0"


def test_what_is_saved_of_both_fields_is_compared_by_its_doors(shell: Shell, small: Shell, folder: Path) -> None:
    with (folder / "design.yaml").open("a") as file:
        file.write(INSIDE)
    for name in ("a.json", "a.jsonl", "a.parquet"):
        assert small("predict", "design.yaml", "--save", name, "--down", "dns@middle").code == 0
    assert small("predict", "design.yaml", "--save", "b.json", "--map", "map.html").code == 0
    for name in ("a.json", "a.jsonl", "a.parquet"):
        done = shell("compare", name, "b.json")
        assert done.code == 0  # nobody enters elsewhere
        assert "note: compared is where clients enter" in done.err
    assert "sites are where clients enter our network" in (folder / "map.html").read_text()


def test_a_sweep_says_that_it_ends_at_the_door(small: Shell, folder: Path) -> None:
    with (folder / "design.yaml").open("a") as file:
        file.write(INSIDE)
    done = small("sweep", "design.yaml", "--tie-break", "lowest-asn")
    assert done.code == 0
    assert "which server answers them inside is not followed" in done.err


def test_an_explanation_goes_on_inside(small: Shell, folder: Path) -> None:
    with (folder / "design.yaml").open("a") as file:
        file.write(INSIDE)
    clients = small("predict", "design.yaml", "-o", "json").json["clients"]
    asn = next(client["asn"] for client in clients if client["site"] == "frankfurt")
    text = small("explain", "design.yaml", "--client", str(asn)).out
    assert "inside: it enters at frankfurt over the transit session with AS" in text
    assert "ends: dns@middle; delay 30 ms" in text
    assert re.search(r"RTT to dns 203\.0\.113\.53: \d+ ms to frankfurt and 60 ms inside, \d+ ms together", text)
    (told,) = small("explain", "design.yaml", "--client", str(asn), "-o", "json").json
    assert told["entrance"]["router"] == "frankfurt"
    assert [hop["router"] for hop in told["inside"][0]["hops"]] == ["frankfurt", "middle"]
