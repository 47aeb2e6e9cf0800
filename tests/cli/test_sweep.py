"""catchment sweep: every subset or a list, to a file or a pipe, by lanes or one by one, on one core or several."""

import csv
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Done, Shell

SUBSETS = [
    "undisturbed", "seoul down", "frankfurt down", "sao-paulo down", "only sao-paulo up", "only frankfurt up",
    "only seoul up",
]  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def figures(text: str) -> list[list[float]]:
    return [[float(value) for name, value in row.items() if "share" in name] for row in rows(text)]


@pytest.mark.parametrize("tie_break", ["lowest-asn", "nearest-exit"])
def test_every_subset_has_its_row_and_shares_sum_to_one(small: Shell, tie_break: str) -> None:
    done = small("sweep", "design.yaml", "--tie-break", tie_break)
    assert done.code == 0
    table = rows(done.out)
    assert [row["name"] for row in table] == SUBSETS
    assert list(table[0]) == [
        "scenario", "name", "share_seoul", "share_frankfurt", "share_sao-paulo", "unreachable_share", "moved_share",
    ]  # fmt: skip
    for row in figures(done.out):
        assert sum(row[:4]) == pytest.approx(1, abs=1e-6)
    assert "7 scenarios" in done.err
    assert small("sweep", "design.yaml", "--subsets", "--tie-break", tie_break).out.splitlines()[2:] == done.lines[2:]


@pytest.mark.parametrize("tie_break", ["lowest-asn", "nearest-exit"])
@pytest.mark.parametrize(
    "words", [["--down", "seoul"], ["--down", "seoul", "--down", "frankfurt"]], ids=["one", "two"]
)
def test_a_row_is_the_prediction_of_that_scenario(small: Shell, words: list[str], tie_break: str) -> None:
    """A sweep counts weights in whole units, so that sums are exact: shares differ by their rounding."""
    predicted = small("predict", "design.yaml", *words, "--tie-break", tie_break, "-o", "json").json
    weight = dict.fromkeys([*(target["name"] for target in predicted["targets"]), None], 0.0)
    for client in predicted["clients"]:
        weight[client["site"]] += client["weight"]
    name = f"{words[1]} down" if len(words) == 2 else "only sao-paulo up"
    swept = rows(small("sweep", "design.yaml", "--tie-break", tie_break).out)
    (found,) = [row for row in swept if row["name"] == name]
    for site, heavy in weight.items():
        share = float(found["unreachable_share" if site is None else f"share_{site}"])
        assert share == pytest.approx(heavy / sum(weight.values()), abs=1e-6), site


def test_a_list_has_its_order_and_its_names(small: Shell, folder: Path) -> None:
    (folder / "list.txt").write_text(
        "# before the maintenance\nas it is:\npush away: --prepend frankfurt=2\n\n--down seoul:64512 --down sao-paulo\n"
    )
    table = rows(small("sweep", "design.yaml", "--scenarios", "list.txt").out)
    assert [row["name"] for row in table] == ["as it is", "push away", "seoul:AS64512 down, sao-paulo down"]
    assert float(table[0]["moved_share"]) == 0
    assert float(table[2]["share_sao-paulo"]) == 0


def test_files_have_the_same_rows_whoever_computes_them(small: Shell, folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
    for tie_break in ("lowest-asn", "nearest-exit"):
        for workers in ("1", "2"):
            words = ("--tie-break", tie_break, "--workers", workers)
            for form in ("csv", "parquet"):
                done = small("sweep", "design.yaml", *words, "--out", f"{workers}.{form}")
                assert (done.code, done.out) == (0, "")
                assert f"wrote {workers}.{form}" in done.err
        one, two = ((folder / f"{workers}.csv").read_text() for workers in "12")
        assert figures(one) == figures(two)
        table = parquet.read_table(folder / "2.parquet").to_pylist()
        assert [row["name"] for row in table] == SUBSETS
        assert [pytest.approx(list(row.values())[2:], abs=1e-8) for row in table] == figures(one)


def test_the_table_carries_its_provenance(small: Shell) -> None:
    done = small("sweep", "design.yaml", "--tie-break", "lowest-asn", "--down", "sao-paulo")
    (line,) = [line for line in done.lines if line.startswith("# provenance: ")]
    made = json.loads(line.removeprefix("# provenance: "))
    assert made["sources"][0]["name"] == "design.yaml"
    assert ["down", "sao-paulo"] in made["options"]
    assert ["tie-break", "lowest-asn"] in made["options"]


def test_what_is_given_holds_in_every_scenario_and_moved_is_counted_against_it(small: Shell) -> None:
    table = rows(small("sweep", "design.yaml", "--hijack", "64530", "--tie-break", "lowest-asn").out)
    assert all(float(row["share_hijacker AS64530"]) > 0 for row in table)
    assert float(table[0]["moved_share"]) == 0
    prepended = rows(small("sweep", "design.yaml", "--prepend", "seoul=3", "--tie-break", "lowest-asn").out)
    plain = rows(small("sweep", "design.yaml", "--tie-break", "lowest-asn").out)
    assert prepended[0]["share_seoul"] < plain[0]["share_seoul"]
    assert prepended[0]["moved_share"] == plain[0]["moved_share"] == "0.00000000"


def test_origin_validation_counts_in_a_sweep_too(small: Shell) -> None:
    words = ("--hijack", "64530:203.0.113.128/25", "--tie-break", "lowest-asn")
    free = rows(small("sweep", "design.yaml", *words).out)
    guarded = rows(small("sweep", "design.yaml", *words, "--rov", "1").out)
    assert float(free[0]["share_hijacker AS64530"]) > 0.9
    assert float(guarded[0]["share_hijacker AS64530"]) < 0.1


def refused(done: Done, code: int, where: str) -> None:
    assert (done.code, done.out) == (code, "")
    assert where in done.err


def test_bad_input_is_one_clear_error_and_nothing_is_written(small: Shell, folder: Path) -> None:
    (folder / "list.txt").write_text("a: --down seoul\nb: --down lima\nc: --down x --nonsense\n")
    (folder / "names.txt").write_text("a: --down seoul\nb: --down lima\n")
    (folder / "binary").write_bytes(bytes(range(256)))
    (folder / "empty.txt").write_text("# nothing\n")
    many = "".join(f"  s{i}: {{at: ICN, transit: [64512]}}\n" for i in range(17))
    (folder / "many.yaml").write_text(f"name: many\nasn: 64500\nprefixes: 203.0.113.0/24\nsites:\n{many}")
    before = sorted(folder.iterdir())
    refused(small("sweep", "design.yaml", "--scenarios", "list.txt", "--subsets"), 64, "exclude each other")
    refused(small("sweep", "design.yaml", "--scenarios", "list.txt"), 1, "list.txt:3: '--nonsense'")
    refused(
        small("sweep", "design.yaml", "--scenarios", "names.txt"), 1, "names.txt:2: --down lima: there is no site"
    )
    refused(small("sweep", "design.yaml", "--scenarios", "none.txt"), 1, "none.txt: ")
    refused(small("sweep", "design.yaml", "--scenarios", "binary"), 1, "binary: ")
    refused(small("sweep", "design.yaml", "--scenarios", "empty.txt"), 1, "empty.txt: ")
    refused(small("sweep", "design.yaml", "--out", "a.txt"), 64, "a.txt: ")
    refused(small("sweep", "design.yaml", "--out", "no/such/folder/a.csv"), 1, "no/such/folder/a.csv: ")
    refused(small("sweep", "many.yaml"), 1, "16 sites")
    refused(small("sweep", "design.yaml", "--workers", "0"), 64, "--workers")
    assert sorted(folder.iterdir()) == before
