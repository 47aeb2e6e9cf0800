"""A page in one file."""

import base64
import hashlib

from catchment.report.page.inlined import asset, filled, policy


def test_a_policy_names_exactly_this_script_and_this_style() -> None:
    found = policy("let a;", "b {}")
    digest = base64.b64encode(hashlib.sha256(b"let a;").digest()).decode()
    assert f"script-src 'sha256-{digest}';" in found
    assert found.startswith("default-src 'none'; ")
    assert policy("let a;", "c {}") != found


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert filled("{{a}} {{b}} {{a}}", a="{{b}}", b="x") == "{{b}} x {{b}}"


def test_pages_are_shipped() -> None:
    assert asset("page.html").startswith("<!doctype html>")
