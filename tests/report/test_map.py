"""The map page: its text by reading it, its drawing in a headless Chromium by looking, hovering and clicking."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.report.chromium import CHROMIUM, WHY_NOT, Page, chromium
from tests.report.picture import hue_shares, pixels
from tests.report.sample import as_names, sample

from catchment.report.map import map_page
from catchment.report.page.words import DECIDED_BY, KNOWN, ROUTE_CLASS
from catchment.results.catchment import Catchment, DecidedBy, Known, RouteClass, Target

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
EVIL = "</script><img src=x onerror=\"document.title='owned'\">{{data}}\u202e\n\ud800&amp;"


def test_the_page_names_no_other_file_or_host() -> None:
    page = map_page(sample(np.random.default_rng(1), 50))
    assert set(re.findall(r"\w+://[^/\s\"']*", page)) == {"http://www.w3.org"}  # the SVG namespace, never fetched
    assert re.findall(r"<(?:link|img|iframe|script[^>]* src|base)", page) == []
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]


def evil_catchment() -> Catchment:
    c = sample(np.random.default_rng(1), 40)
    evil = Target(name=EVIL, latitude_deg=0.0, longitude_deg=0.0, asn=64500)
    return replace(c, title=EVIL, targets=(evil, *c.targets[1:]), notes=(EVIL,))


def test_foreign_text_never_becomes_markup() -> None:
    page = map_page(evil_catchment(), names=[EVIL] * 40)
    page.encode("utf-8")
    assert "<img" not in page
    assert page.count("</script>") == 3
    facts = re.search(r'id="facts">(.*?)</script>', page)
    assert facts is not None
    assert json.loads(facts[1])["title"].startswith("</script><img src=x")


def test_eighty_thousand_clients_with_names_fit_into_four_megabytes() -> None:
    c = sample(np.random.default_rng(1), 80_000)
    assert len(map_page(c, names=as_names(c)).encode()) < 4_000_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with chromium() as page:
        yield page


def shown(browser: Page, folder: Path, page: str, **media: str) -> Page:
    """The page opened in the browser at 1400 x 800, drawn."""
    file = folder / "map.html"
    file.write_text(page, encoding="utf-8")
    browser.complaints.clear()
    browser.requests.clear()
    browser.size(1400, 800)
    browser.prefer(**{"prefers_color_scheme": "light", **media})
    browser.open(file)
    browser.ask("catchmentMap.ready")
    return browser


def calm(page: Page) -> None:
    """Nothing was complained of, and nothing but the file itself was asked for."""
    assert page.complaints == []
    assert [url for url in page.requests if not url.endswith("/map.html")] == []


@in_chromium
def test_every_client_is_drawn_in_the_colour_of_its_site_and_fast(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 80_000)
    page = shown(browser, tmp_path, map_page(c, names=as_names(c)))
    counts = page.ask("catchmentMap.counts()")
    for i, target in enumerate(c.targets):
        assert counts[target.name] == (c.target == i).sum()
    assert counts[""] == (c.target < 0).sum()
    assert page.ask("catchmentMap.recolourMs()") < 16  # one frame; 0.5 was seen
    calm(page)


@in_chromium
def test_hovering_a_client_tells_everything_about_it(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 3000)
    page = shown(browser, tmp_path, map_page(c, names=as_names(c)))
    choice = np.flatnonzero((np.diff(c.share_ptr.astype(int)) > 1) & (c.target == 7) & (c.known == Known.NEIGHBOURS))
    row = int(choice[0])
    asn = int(c.asn[row])
    page.ask(f"document.getElementById('search').value = '{asn}'")
    at = page.ask(f"catchmentMap.whereIs({asn})")
    page.mouse("mouseMoved", at["x"], at["y"])
    card = page.ask("document.getElementById('card').innerText")
    heading = re.match(r"AS(\d+)", card)
    assert heading is not None
    row = c.row(int(heading[1])) or 0  # the nearest of those that lie on one another
    (first, probability), (second, other) = c.shares_of(row)[0], (*c.shares_of(row), (7, 0.0))[1]
    assert as_names(c)[int(c.asn[row])] in card
    assert f"{c.targets[first].name}" in card
    assert f"Certainty\n{round(probability * 100)} %" in card
    assert other == 0.0 or f"{c.targets[second].name} {round(other * 100)} %" in card
    assert f"RTT\n{c.rtt_ms[row]:.1f} ms" in card
    assert f"{c.targets[c.best[row]].name} {c.best_rtt_ms[row]:.1f} ms" in card
    assert DECIDED_BY[DecidedBy(int(c.decided_by[row]))] in card
    assert ROUTE_CLASS[RouteClass(int(c.route_class[row]))] in card
    assert KNOWN[Known(int(c.known[row]))] in card
    assert [int(asn) for asn in re.findall(r"^AS(\d+)", card.rsplit("AS path", 1)[1], re.M)] == list(c.path_of(row))
    calm(page)


@in_chromium
def test_the_search_box_pins_a_client_by_keyboard_alone(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 3000)
    page = shown(browser, tmp_path, map_page(c, names=as_names(c)))
    page.ask("document.getElementById('search').focus()")
    for key in (*f"AS{c.asn[17]}", "Enter"):
        page.key(key)
    card = "document.getElementById('card')"
    assert page.ask(f"{card}.innerText").startswith(f"AS{c.asn[17]}")
    assert page.ask("catchmentMap.state.zoom") > 4
    page.key("Escape")
    assert page.ask(f"{card}.hidden")
    calm(page)


@in_chromium
def test_before_and_after_and_only_who_moved(browser: Page, tmp_path: Path) -> None:
    before = sample(np.random.default_rng(2), 4000)
    after = sample(np.random.default_rng(2), 4000, down=("frankfurt",))
    page = shown(browser, tmp_path, map_page(after, before=before))
    page.ask("document.querySelector('button[data-view=before]').click()")
    assert page.ask("catchmentMap.counts().frankfurt") == (before.target == 3).sum()
    assert page.ask("document.getElementById('title').textContent") == before.title
    page.ask("document.getElementById('moved').click()")
    moved = after.target != before.target
    counts = page.ask("catchmentMap.counts()")
    assert sum(counts.values()) == moved.sum()
    assert counts["frankfurt"] == (moved & (before.target == 3)).sum()
    page.ask("document.querySelector('button[data-view=now]').click()")
    assert page.ask("catchmentMap.counts().london") == (moved & (after.target == 4)).sum()
    calm(page)


@in_chromium
def test_a_hijacker_at_an_unknown_place_has_no_circle_and_breaks_nothing(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 3000, hijacker=True)
    lost = replace(c.targets[8], latitude_deg=np.nan, longitude_deg=np.nan)
    page = shown(browser, tmp_path, map_page(replace(c, targets=(*c.targets[:8], lost))))
    assert page.ask("catchmentMap.counts().AS65551") == int((c.target == 8).sum())


@in_chromium
def test_a_click_on_a_site_shows_it_alone(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 3000, hijacker=True)
    page = shown(browser, tmp_path, map_page(c))
    button = "document.querySelector('tr[data-target=\"8\"] button')"
    page.ask(f"{button}.click()")
    assert page.ask("catchmentMap.counts()") == {"AS65551": int((c.target == 8).sum())}
    assert page.ask(f"{button}.getAttribute('aria-pressed')") == "true"
    page.key("Escape")
    assert sum(page.ask("catchmentMap.counts()").values()) == 3000
    calm(page)


@in_chromium
def test_the_picture_has_the_colours_of_the_sites_in_light_and_dark(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 20_000)
    page = shown(browser, tmp_path, map_page(c))
    clip = {"x": 0.0, "y": 150.0, "width": 1020.0, "height": 560.0, "scale": 0.5}
    light = pixels(page.picture(clip))
    page.ask("document.getElementById('theme').click()")
    dark = pixels(page.picture(clip))
    assert np.median(light) > 225
    assert np.median(dark) < 40
    for picture, brown in ((light, "orange"), (dark, "yellow")):
        shares = hue_shares(picture)
        assert shares["blue"] > 0.1
        assert shares["green"] > 0.02
        assert shares["pink"] > 0.02
        assert shares[brown] > 0.05
        assert shares["red"] < 0.02  # kept for hijackers
    page.ask("document.querySelector('tr[data-target=\"2\"] button').click()")
    assert hue_shares(pixels(page.picture(clip)))["green"] > 0.9
    calm(page)


@in_chromium
def test_a_hostile_name_stays_text_in_the_browser(browser: Page, tmp_path: Path) -> None:
    c = evil_catchment()
    page = shown(browser, tmp_path, map_page(c, names=[EVIL] * 40))
    page.ask("document.getElementById('search').focus()")
    for key in (*str(c.asn[3]), "Enter"):
        page.key(key)
    assert "</script><img src=x" in page.ask("document.getElementById('card').innerText")
    assert page.ask("document.images.length") == 0
    assert "owned" not in page.ask("document.title").split("<")[0]
    calm(page)


@in_chromium
def test_a_phone_scrolls_in_one_direction_only(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 3000)
    page = shown(browser, tmp_path, map_page(c, before=c, names=as_names(c)))
    page.size(390, 844, 3.0, phone=True)
    page.picture()
    assert page.ask("document.documentElement.scrollWidth") == 390
    assert page.ask("document.getElementById('points').width") == 3 * 390
    calm(page)


@in_chromium
@pytest.mark.parametrize("sites", [0, 1, 400])
def test_no_client_and_any_number_of_sites_still_make_a_page(browser: Page, tmp_path: Path, sites: int) -> None:
    c = sample(np.random.default_rng(1), 30, max(sites, 1))
    none = np.zeros(0, np.int64)
    empty = replace(
        c,
        targets=c.targets[:sites],
        **{name: getattr(c, name)[none] for name in ("asn", "weight", "target", "route_class", "length", "tied")},
        **{name: getattr(c, name)[none] for name in ("decided_by", "latitude_deg", "longitude_deg", "known")},
        **{name: getattr(c, name)[none] for name in ("rtt_ms", "best_rtt_ms", "best", "country")},
        **{name: getattr(c, name)[none] for name in ("share_target", "share", "path")},
        share_ptr=np.zeros(1, np.uint32),
        path_ptr=np.zeros(1, np.uint32),
    )
    page = shown(browser, tmp_path, map_page(empty, before=empty))
    assert page.ask("catchmentMap.size().clients") == 0
    shown(browser, tmp_path, map_page(c if sites else empty, before=empty))
    calm(page)


@in_chromium
def test_the_projection_keeps_areas(browser: Page, tmp_path: Path) -> None:
    """An equal-area projection has (dx / dlon)(dy / dlat) = cos(lat): parallels are straight and evenly divided."""
    page = shown(browser, tmp_path, map_page(sample(np.random.default_rng(1), 10)))
    for lat in (-85, -40, 0, 23, 60, 80):
        [x, south], [_, north] = page.ask(f"[equalEarth(90, {lat - 0.01}), equalEarth(90, {lat + 0.01})]")
        stretch = x / (np.pi / 2) * (north - south) / np.radians(0.02)
        assert stretch == pytest.approx(np.cos(np.radians(lat)), abs=2e-4)
    assert page.ask("equalEarth(180, 0)") == pytest.approx([2.70663, 0.0], abs=1e-4)


@in_chromium
def test_the_map_can_be_saved_as_a_picture(browser: Page, tmp_path: Path) -> None:
    page = shown(browser, tmp_path, map_page(sample(np.random.default_rng(1), 10)))
    page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.ask("document.getElementById('save').click()")
    saved = tmp_path / "catchment.png"
    for _ in range(100):
        if saved.exists():
            break
        page.ask("new Promise((done) => setTimeout(done, 50))")
    assert saved.read_bytes().startswith(b"\x89PNG")
    calm(page)


@in_chromium
def test_without_scripts_the_table_still_stands(browser: Page, tmp_path: Path) -> None:
    c = sample(np.random.default_rng(1), 500)
    file = tmp_path / "map.html"
    file.write_text(map_page(c), encoding="utf-8")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(file)
        text = browser.ask("document.body.innerText")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert "Scripts are off" in text
    assert "Drawing" not in text
    assert f"{float(c.weight[c.target == 0].sum() / c.weight.sum()) * 100:.1f} %" in text
