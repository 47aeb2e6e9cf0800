"""Help for keys comes from the language, and no key is without it."""

from pathlib import Path

import pytest

from catchment.designfile.keys import KeyHelp, all_keys, explain_key, key_tree
from catchment.designfile.load import load
from catchment.errors import UsageError

GUIDE = Path(__file__).parents[2] / "docs/guide/design-file.md"


@pytest.mark.parametrize("help_", all_keys(), ids=lambda help_: help_.path)
def test_every_key_has_help(help_: KeyHelp) -> None:
    assert help_.kind
    assert len(help_.meaning) > 15
    assert help_.meaning.endswith(".")
    assert help_.examples


@pytest.mark.parametrize(
    "asked", ["sites.*.transit[].prepend", "sites.transit.prepend", "sites.seoul.transit[0].prepend"]
)
def test_a_key_is_found_as_people_write_it(asked: str) -> None:
    help_ = explain_key(asked)
    assert (help_.path, help_.default, help_.needed) == ("sites.*.transit[].prepend", "0", False)
    assert "prepend: 2" in str(help_)


def test_needed_keys_are_told_as_such() -> None:
    needed = [help_.path for help_ in all_keys() if help_.needed and "[]" not in help_.path]
    inside = ["clients.*.router", "networks.*.routers"]
    inside += ["networks.*.routers.*.rpki.server", "networks.*.rpki.server"]
    inside += ["multicast.*.group", "multicast.*.from", "multicast.*.to", "tunnels.*.ends"]
    agent = ["agent.peers.key-file", "agent.store.etcd"]
    assert needed == ["name", "prefixes", "sites", "sites.*.at", "services.*.address", *inside, *agent]


def test_a_misspelt_key_finds_its_neighbours() -> None:
    with pytest.raises(UsageError, match=r"sites\.\*\.prepend"):
        explain_key("prepnd")


def test_the_tree_has_a_line_for_each_key() -> None:
    assert len(key_tree().splitlines()) == len(all_keys())
    assert "    prepend" in key_tree()


def test_the_guide_lists_every_key() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for help_ in all_keys():
        row = f"| `{help_.path}` | {help_.kind}{' **needed**' if help_.needed else ''} | {help_.default or '-'} |"
        assert (row if help_.built else f"`{help_.path}`") in guide


SITE_KEYS = [help_ for help_ in all_keys() if help_.path.startswith("sites.*.") and help_.path.count(".") == 2]
TOP_KEYS = [help_ for help_ in all_keys() if "." not in help_.path]
TOP = {help_.path: help_ for help_ in TOP_KEYS}
SCAFFOLD = {
    "sites": "{a: {at: ICN, transit: [64496]}}",
    "name": "demo",
    "asn": "64500",
    "prefixes": '["192.0.2.0/24", "2001:db8:53::/48"]',
}


@pytest.mark.parametrize(
    ("key", "example"),
    [(help_.path.rpartition(".")[2], example) for help_ in SITE_KEYS if help_.built for example in help_.examples],
)
def test_every_example_of_a_site_key_is_right(key: str, example: str) -> None:
    at = "" if key == "at" else "at: ICN, "
    sites = f"{{a: {{{at}{key}: {example}}}}}"
    inside = {"networks": f"{{core: {{igp: ospf, routers: [{example}]}}}}"} if key == "router" else {}
    text = "".join(f"{word}: {value}\n" for word, value in {**SCAFFOLD, **inside, "sites": sites}.items())
    assert load(text, "x").problems == ()


@pytest.mark.parametrize(
    ("key", "example"), [(help_.path, example) for help_ in TOP_KEYS if help_.built for example in help_.examples]
)
def test_every_example_of_a_top_level_key_is_right(key: str, example: str) -> None:
    sites = "{seoul: {at: ICN, transit: [64496]}, frankfurt: {at: FRA}}"
    inside = {"networks": TOP["networks"].examples[0]} if key == "multicast" else {}
    if key in ("links", "tunnels", "sessions"):
        names = ["seoul", "isp", "cloud", "office", "collector"]
        inside = {"networks": "{" + ", ".join(f"n-{name}: {{asn: 64500, routers: [{name}]}}" for name in names) + "}"}
        inside["networks"] = inside["networks"].replace("64500, routers: [isp]", "64501, routers: [isp]")
    given = {**SCAFFOLD, "sites": sites, **inside, key: example}
    text = "".join(f"{word}: {value}\n" for word, value in given.items())
    assert load(text, "x").problems == ()
