"""Says at the end which tiers of tests this machine could run, so that nobody takes skipped tests for passed ones."""

import pytest
from tests.tiers import no_namespaces, no_rootless, not_installed

DAEMONS = ("bird", "vtysh", "zebra", "nsd", "knotd", "stayrtr", "nft", "tshark", "netplan", "chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tiers = (
        ("no root", ""),
        ("user namespaces", no_rootless()),
        ("root with namespaces", no_namespaces()),
        ("daemons and other programs", not_installed(DAEMONS)),
    )
    terminalreporter.section("what this machine can run", sep="-")
    for name, why in tiers:
        terminalreporter.line(f"{name}: {why or 'yes'}")
