"""Which tests can run here is found by trying, and what is missing is named with what to install."""

import os

import pytest
from tests.tiers import found, lab_lacks, no_namespaces, not_installed


def test_what_is_missing_is_named_with_its_package() -> None:
    assert not_installed(["sh"]) == ""
    assert not_installed(["sh", "/usr/lib/frr/no-such-daemon", "no-such-program"]) == (
        "not installed: /usr/lib/frr/no-such-daemon no-such-program (apt-get install frr no-such-program)"
    )


def test_programs_of_the_system_are_found_without_its_folders_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    where = found("ip")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert found("ip") in (where, "/usr/sbin/ip", "/sbin/ip", None)


def test_without_root_no_lab_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    no_namespaces.cache_clear()
    try:
        assert lab_lacks("sh") == "needs root"
    finally:
        no_namespaces.cache_clear()
