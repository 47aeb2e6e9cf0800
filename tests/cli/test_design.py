"""catchment check, show, schema, explain-key, as a user meets them."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.cli.conftest import DESIGN, Shell

BROKEN = DESIGN.replace("ICN", "QQQ").replace("64515", "x").replace("name: demo", "nmae: demo")


def test_a_sound_design_has_facts_and_advice(shell: Shell) -> None:
    done = shell("check", "design.yaml")
    assert done.code == 0
    facts = dict(line.split("  ", 1) for line in done.lines if "  " in line and not line.startswith(" "))
    assert facts["sites"].strip() == "3"
    assert facts["origin"].strip() == "AS64500"
    assert "design.yaml is sound; " in done.err


def test_a_broken_design_has_all_its_errors_with_their_places(shell: Shell, folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    done = shell("check", "broken.yaml")
    assert done.code == 1
    places = [line.split(" ")[0] for line in done.lines if line.startswith("broken.yaml:")]
    assert len(places) >= 3
    assert all(place.count(":") == 3 for place in places), "file:line:column:"
    assert done.err == f"{len(places)} errors in broken.yaml\n"


def test_check_as_json_has_the_same(shell: Shell, folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    sound, broken = shell("check", "design.yaml", "-o", "json"), shell("check", "broken.yaml", "-o", "json")
    assert (sound.code, broken.code) == (0, 1)
    assert sound.json["problems"] == []
    assert sound.json["facts"]["sites"] == "3"
    assert {"where", "what", "todo", "rule"} == set(broken.json["problems"][0])
    assert broken.json["needs_bgp"] is None


def test_roas_are_checked_when_given(shell: Shell, folder: Path) -> None:
    vrps = {"roas": [{"asn": 64511, "prefix": "203.0.113.0/24", "maxLength": 24}]}
    (folder / "vrps.json").write_text(json.dumps(vrps))
    assert "AS64511" in shell("check", "design.yaml", "--roas", "vrps.json").out


def test_show_expanded_is_a_design_that_means_the_same(shell: Shell, folder: Path) -> None:
    expanded = shell("show", "--expanded", "design.yaml")
    assert expanded.code == 0
    long = YAML(typ="safe").load(expanded.out)["sites"]["seoul"]
    assert long["asn"] == 64500  # said once for all sites in the short form
    (folder / "long.yaml").write_text(expanded.out)
    assert shell("show", "--expanded", "long.yaml").out == expanded.out
    assert shell("show", "long.yaml").out == shell("show", "design.yaml").out


def test_show_of_a_broken_design_has_its_errors_on_stderr(shell: Shell, folder: Path) -> None:
    (folder / "broken.yaml").write_text(BROKEN)
    done = shell("show", "broken.yaml")
    assert (done.code, done.out) == (1, "")
    assert "D017" in done.err


def test_the_schema_accepts_the_design(shell: Shell) -> None:
    schema = shell("schema").json
    Draft202012Validator.check_schema(schema)
    design = YAML(typ="safe").load(DESIGN)
    assert list(Draft202012Validator(schema).iter_errors(design)) == []


def test_keys_are_explained_one_by_one_or_listed(shell: Shell) -> None:
    one = shell("explain-key", "sites.transit.prepend")
    assert one.code == 0
    assert one.lines[0] == "sites.*.transit[].prepend"
    every = shell("explain-key").lines
    assert len(every) > 20
    assert any(line.startswith("sites.*.transit[].prepend ") for line in every)


def test_a_key_that_is_not_there_is_a_wrong_call(shell: Shell) -> None:
    done = shell("explain-key", "sites.trasnit")
    assert (done.code, done.out) == (64, "")
    assert "did you mean sites.*.transit" in done.err
