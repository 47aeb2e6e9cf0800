"""The page of a timeline: its text by reading it, its look and its hands in a headless Chromium."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.chromium import CHROMIUM, WHY_NOT, Page, chromium
from tests.report.picture import pixels
from tests.results.seoul import TIMELINE

from catchment.report.timeline_page import timeline_page
from catchment.results.timeline import Flow, Timeline

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
EVIL = "</script><img src=x onerror=\"document.title='owned'\">{{style}}\u202e\n&amp;"


def test_the_page_names_no_other_file_or_host() -> None:
    page = timeline_page(TIMELINE)
    assert set(re.findall(r"\w+://[^/\s\"']*", page)) == set()
    assert re.findall(r"<(?:link|img|iframe|script[^>]* src|base)", page) == []
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r'<[^>]+ style="', page)  # the policy would refuse it


def evil() -> Timeline:
    steps = tuple(
        replace(one, name=EVIL, did=(EVIL,), checks=tuple(replace(check, sentence=EVIL) for check in one.checks))
        for one in TIMELINE.steps
    )
    flows = (Flow(client=EVIL, service=EVIL, address="203.0.113.53"), *TIMELINE.flows[1:])
    spans = tuple(replace(one, server=one.server and EVIL, words=EVIL) for one in TIMELINE.spans)
    moves = tuple(replace(one, router=EVIL) for one in TIMELINE.moves)
    return replace(TIMELINE, name=EVIL, steps=steps, flows=flows, spans=spans, moves=moves, ended=EVIL, streams=())


def test_foreign_text_never_becomes_markup() -> None:
    page = timeline_page(evil())
    assert "<img" not in page
    assert page.count("</script>") == 1
    assert page.count("<style>") == 1


def test_it_says_in_words_what_the_lanes_show() -> None:
    page = timeline_page(TIMELINE)
    assert "<b>1</b> of 3 expectations held" in page
    assert "2 expectations did not hold" in page
    assert '<b class="bad">broken</b>no answer is lost' in page
    assert "korea (IPv4): TCP stream to dns@seoul was reset" in page
    assert "everything held" in timeline_page(replace(TIMELINE, steps=()))


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with chromium() as page:
        yield page


@pytest.fixture
def shown(browser: Page, tmp_path: Path) -> Page:
    browser.size(1000, 800)
    browser.prefer(prefers_color_scheme="light")
    browser.complaints.clear()
    file = tmp_path / "page.html"
    file.write_text(timeline_page(TIMELINE), encoding="utf-8")
    browser.open(file)
    return browser


def middle(browser: Page, selector: str) -> tuple[float, float]:
    box = browser.ask(f"(() => {{ const b = document.querySelector('{selector}').getBoundingClientRect();"
                      " return [b.x + b.width / 2, b.y + b.height / 2]; })()")  # fmt: skip
    return box[0], box[1]


def card(browser: Page) -> str | None:
    told = browser.ask("document.getElementById('card').hidden ? null : document.getElementById('card').textContent")
    return None if told is None else str(told)


@in_chromium
def test_it_draws_without_complaint_and_asks_for_nothing(shown: Page) -> None:
    assert shown.complaints == []
    assert [one for one in shown.requests if not one.startswith("file:")] == []
    assert shown.ask("document.querySelectorAll('.row').length") == 6 + 2  # lanes, and routers folded away


@in_chromium
def test_hovering_tells_what_a_mark_is_and_leaving_lets_go(shown: Page) -> None:
    shown.mouse("mouseMoved", *middle(shown, ".chart rect.lost"))
    assert card(shown) == "korea (IPv4)\n2.00 to 2.20 s: 2 lost\nconnection refused"
    shown.mouse("mouseMoved", *middle(shown, "h1"))
    assert card(shown) is None


@in_chromium
def test_a_click_holds_the_card_and_escape_lets_go(shown: Page) -> None:
    shown.click(*middle(shown, "g.lane rect.s1"))
    assert "dns@tokyo answers" in (card(shown) or "")
    shown.mouse("mouseMoved", *middle(shown, "h1"))
    assert "dns@tokyo answers" in (card(shown) or "")
    shown.key("Escape")
    assert card(shown) is None


@in_chromium
def test_plus_stretches_the_time_and_minus_gives_it_back(shown: Page) -> None:
    wide = "document.getElementById('inner').clientWidth"
    before = shown.ask(wide)
    shown.click(*middle(shown, "#in"))
    assert shown.ask(wide) == pytest.approx(2 * before, abs=2)
    shown.click(*middle(shown, "#out"))
    assert shown.ask(wide) == before
    assert shown.ask("document.getElementById('out').disabled") is True


@in_chromium
def test_on_a_phone_nothing_is_wider_than_the_screen(shown: Page) -> None:
    shown.size(360, 700, 2, phone=True)
    assert shown.ask("document.documentElement.scrollWidth") <= 360
    assert shown.ask("document.querySelector('.row > svg').getBoundingClientRect().width") > 200


@in_chromium
def test_it_follows_a_dark_screen(shown: Page) -> None:
    light = pixels(shown.picture()).mean()
    shown.prefer(prefers_color_scheme="dark")
    assert pixels(shown.picture()).mean() < light / 2


@in_chromium
def test_hostile_words_do_nothing(browser: Page, tmp_path: Path) -> None:
    file = tmp_path / "evil.html"
    file.write_text(timeline_page(evil()), encoding="utf-8")
    browser.open(file)
    assert "owned" not in str(browser.ask("document.title")).split("<")[0]
    assert browser.ask("document.querySelectorAll('img').length") == 0
