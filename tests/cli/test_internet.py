"""catchment internet: info, prepare, synthesize, near, and fetch from a server on this machine."""

import bz2
from pathlib import Path

import pytest
from tests.cli.conftest import Shell
from tests.internet.sources.webserver import File, serve

RELATIONS = "# a comment\n64496|64497|-1|bgp\n64496|64498|0|mlp\n" + "".join(
    f"64496|{asn}|-1|bgp\n" for asn in range(65536, 65552)
)
NAME = "20261101.as-rel2.txt.bz2"


@pytest.fixture
def relations(folder: Path) -> Path:
    (folder / NAME).write_bytes(bz2.compress(RELATIONS.encode()))
    (folder / "attributes.csv").write_text("asn,country,weight,name\n64497,KR,5,Example\n65551,NO,2,\n")
    (folder / "locations.csv").write_text("asn,lat,lon,asn2\n64496,37.5,127,\n64496,35.2,129.1,64497\n")
    return folder / NAME


def test_info_tells_what_the_synthetic_internet_is_made_of(small: Shell) -> None:
    done = small("internet", "info")
    facts = small("internet", "info", "-o", "json").json
    assert facts["networks"] == 1000
    assert facts["provider cycles"] == "none"
    assert facts["transit links"] > 1000
    assert f"networks  {'':{len('networks with customers') - len('networks')}}1,000" in done.out
    assert sum(facts[name] for name in ("places given", "from neighbours", "from the country", "unknown")) == 1000


def test_prepared_files_are_used_instead_of_the_sources(shell: Shell, relations: Path, folder: Path) -> None:
    words = ("--attributes", "attributes.csv", "--locations", "locations.csv", "--to", "small.internet")
    done = shell("internet", "prepare", NAME, *words)
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[-1] == "prepared small.internet: 19 networks"
    facts = shell("internet", "info", "--internet", "small.internet", "-o", "json").json
    assert (facts["networks"], facts["transit links"], facts["peer links"]) == (19, 17, 1)
    assert (facts["interconnections"], facts["client weight"]) == (1, "24")
    assert any(NAME in line for line in facts["sources"])
    (folder / "design.yaml").write_text(
        "name: demo\nasn: 64500\nprefixes: 203.0.113.0/24\nsites: {seoul: {at: ICN, transit: [64497]}}\n"
    )
    predicted = shell("predict", "design.yaml", "--internet", "small.internet", "-o", "json")
    assert predicted.err == ""
    raw = shell("predict", "design.yaml", "--internet", NAME, "-o", "json")
    assert "`catchment internet prepare` once makes this instant" in raw.err
    sites = [[client["site"] for client in one.json["clients"]] for one in (predicted, raw)]
    assert sites[0] == sites[1]


def test_a_synthetic_internet_can_be_kept_as_a_file(shell: Shell, folder: Path) -> None:
    for name in ("one", "two"):
        assert shell("internet", "synthesize", "--ases", "300", "--seed", "4", "--to", name).code == 0
    assert (folder / "one").read_bytes() == (folder / "two").read_bytes()
    kept = shell("predict", "design.yaml", "--internet", "one", "-o", "csv")
    built_in = shell("predict", "design.yaml", "--ases", "300", "--seed", "4", "-o", "csv")
    assert kept.lines[1:] == built_in.lines[1:]


def test_networks_near_a_place_are_listed_the_largest_first(small: Shell) -> None:
    table = small("internet", "near", "ICN", "--most", "3")
    assert table.code == 0
    near = small("internet", "near", "Seoul, KR", "--within", "300", "-o", "json").json
    assert near
    assert [one["customers"] for one in near] == sorted((one["customers"] for one in near), reverse=True)
    assert all(one["distance_km"] <= 300 for one in near)
    assert "within 100 km of Incheon" in table.err
    kinds = {one["kind"] for one in small("internet", "near", "ICN", "--kind", "tier-1", "-o", "json").json}
    assert kinds <= {"tier-1"}


def test_a_place_that_nobody_knows_is_a_wrong_call(small: Shell) -> None:
    done = small("internet", "near", "Soeul")
    assert (done.code, done.out) == (64, "")
    assert "did you mean" in done.err
    assert "Seoul" in done.err
    nothing = small("internet", "near", "QQQ")
    assert nothing.err.splitlines()[-1].strip() == 'give an IATA code, or "City, CC"'


def test_fetch_takes_the_newest_of_a_folder_and_prints_where_it_is(shell: Shell, folder: Path) -> None:
    row = f'<tr><td><a href="{NAME}">{NAME}</a></td><td>2026-11-02 10:00</td></tr>'
    page = f"<html><title>Index of /</title><table>{row}</table></html>".encode()
    packed = bz2.compress(RELATIONS.encode())
    files = {"/d/": File(data=page, content_type="text/html"), f"/d/{NAME}": File(data=packed)}
    with serve(files) as site:
        done = shell("internet", "fetch", "serial-2", "--url", f"{site.url}/d/", "--to", "data")
        assert (done.code, done.lines) == (0, [f"data/{NAME}"])
        assert "sound: " in done.err
        assert (folder / "data" / NAME).read_bytes() == packed
        again = shell("internet", "fetch", "--url", f"{site.url}/d/", "--to", "data")
        assert "was there already" in again.err
    assert [path.name for path in (folder / "data").iterdir()] == [NAME]
    assert shell("internet", "info", "--internet", f"data/{NAME}").code == 0


def test_a_download_that_is_not_what_it_should_be_is_refused_and_not_kept(shell: Shell, folder: Path) -> None:
    bad = File(data=b"<html>not what you asked for</html>")
    with serve({f"/{NAME}": bad}) as site:
        for path in (NAME, "20260101.as-rel2.txt.bz2"):
            done = shell("internet", "fetch", "--url", f"{site.url}/{path}", "--to", "data")
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith(f"{site.url}/{path}")
    assert not (folder / "data" / NAME).exists()


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("prepare", "none", "--to", "x"), "none"),
        (("prepare", "design.yaml", "--to", "x"), "design.yaml"),
        (("prepare", ".", "--to", "x"), "."),
        (("prepare", "cut.bz2", "--to", "x"), "cut.bz2"),
        (("prepare", "binary", "--to", "x"), "binary"),
        (("prepare", NAME, "--attributes", "none.csv", "--to", "x"), "none.csv"),
        (("prepare", NAME, "--attributes", "binary", "--to", "x"), "binary"),
        (("prepare", NAME, "--locations", "attributes.csv", "--to", "x"), "attributes.csv"),
        (("prepare", NAME, "--to", "design.yaml/x"), "design.yaml/x"),
        (("synthesize", "--ases", "50", "--to", "design.yaml/x"), "design.yaml/x"),
        (("info", "--internet", "none"), "none"),
        (("info", "--internet", "binary"), "binary"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_an_error_with_its_place_and_nothing_is_written(
    shell: Shell, relations: Path, folder: Path, words: tuple[str, ...], where: str
) -> None:
    (folder / "binary").write_bytes(bytes(range(256)) * 9)
    (folder / "cut.bz2").write_bytes(relations.read_bytes()[:60])
    before = sorted(folder.iterdir())
    done = shell("internet", *words)
    assert (done.code, done.out) == (1, "")
    problems = [line for line in done.err.splitlines() if not line.startswith((" ", "reading "))]
    assert problems, done.err
    assert all(line.startswith(where) for line in problems), done.err
    assert sorted(folder.iterdir()) == before
