"""The page's columns hold what the catchment holds, before and after side by side."""

from dataclasses import replace

import numpy as np
from tests.report.page.test_columns import unpacked
from tests.report.sample import as_names, sample

from catchment.report.page.clients import ABSENT_CODE, NOWHERE_CODE, add_clients, all_targets, moved_rows
from catchment.report.page.columns import Columns
from catchment.results.catchment import ARRAYS, Catchment


def only_rows(c: Catchment, rows: list[int]) -> Catchment:
    """The catchment of some of its clients."""
    wanted = {name: getattr(c, name)[rows] for name in ARRAYS if not name.startswith(("share", "path"))}
    for name, parts in (("share", ("share", "share_target")), ("path", ("path",))):
        ptr = getattr(c, f"{name}_ptr").astype(int)
        take = np.concatenate([np.arange(ptr[row], ptr[row + 1]) for row in rows])
        wanted[f"{name}_ptr"] = np.cumsum([0, *(ptr[row + 1] - ptr[row] for row in rows)]).astype(np.uint32)
        wanted |= {part: getattr(c, part)[take] for part in parts}
    return replace(c, **wanted)


def test_columns_hold_what_the_catchment_holds() -> None:
    c = sample(np.random.default_rng(7), 400)
    columns = Columns()
    countries = add_clients(columns, c, None, as_names(c))
    page = unpacked(columns)
    assert page["asn"].tolist() == c.asn.tolist()
    target = page["now.target"].astype(int)
    assert np.where(target == NOWHERE_CODE, -1, target).tolist() == c.target.tolist()
    assert [countries[i] for i in page["country"]] == c.country.astype(str).tolist()
    known = ~np.isnan(c.longitude_deg)
    assert np.abs(page["lon"][known] / 65534 * 360 - 180 - c.longitude_deg[known]).max() < 0.003
    assert (page["lat"][~known] == 0xFFFF).all()
    reached = c.target >= 0
    assert np.abs(page["now.rtt"][reached] / 10 - c.rtt_ms[reached]).max() < 0.0501
    names = dict(zip(page["as.asn"].tolist(), page["as.name"], strict=True))
    assert names[int(c.asn[5])] == as_names(c)[int(c.asn[5])]


def test_alternatives_are_the_shares_of_rows_with_a_choice() -> None:
    c = sample(np.random.default_rng(7), 200)
    columns = Columns()
    add_clients(columns, c, None, None)
    page = unpacked(columns)
    start = 0
    for row in range(200):
        count = int(page["now.alt.count"][row])
        expected = c.shares_of(row) if len(c.shares_of(row)) > 1 else ()
        targets = page["now.alt.target"][start : start + count].tolist()
        shares = page["now.alt.share"][start : start + count] / 255
        assert targets == [target for target, _ in expected]
        assert np.allclose(shares, [share for _, share in expected], atol=0.002)
        start += count


def test_before_is_told_by_as_number_and_by_the_name_of_the_site() -> None:
    both = sample(np.random.default_rng(7), 60)
    now = only_rows(both, list(range(0, 60, 2)))
    turned = replace(  # the same sites in the opposite order, and clients that are only partly the same
        only_rows(both, [row for row in range(60) if row % 4 == 0 or row % 2]),
        targets=both.targets[::-1],
    )
    turned = replace(
        turned,
        target=np.where(turned.target < 0, -1, 7 - turned.target).astype(np.int16),
        best=np.where(turned.best < 0, -1, 7 - turned.best).astype(np.int16),
        share_target=(7 - turned.share_target.astype(int)).astype(np.uint16),
    )
    columns = Columns()
    add_clients(columns, now, turned, None)
    page = unpacked(columns)
    there = np.arange(0, 60, 2) % 4 == 0
    for name in ("target", "best", "certainty", "rtt", "path", "length"):
        assert page[f"before.{name}"][there].tolist() == page[f"now.{name}"][there].tolist()
    assert (page["before.target"][~there] == ABSENT_CODE).all()
    assert not moved_rows(now, turned).any()
    assert page["before.alt.target"].tolist() == [
        target
        for row in range(30)
        if there[row] and len(now.shares_of(row)) > 1
        for target, _ in sorted(now.shares_of(row), key=lambda pair: (-pair[1], pair[0]))
    ]


def test_a_site_that_only_before_has_comes_last() -> None:
    before = sample(np.random.default_rng(7), 10)
    now = replace(before, targets=before.targets[1:], target=(before.target - 1).clip(-1).astype(np.int16))
    assert all_targets(now, before)[-1] == ("seoul", False)
    assert moved_rows(now, before).tolist() == (before.target == 0).tolist()
