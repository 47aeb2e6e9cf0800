"""Where tcpdump's own captures lie, with its expected text; tests that need them skip where they are absent."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "pcap" / "tcpdump"


def capture(name: str) -> Path:
    """The path of one of them."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip("tcpdump's captures are not at ../shared/data/pcap")
    return path


def captures() -> list[Path]:
    """All of them, in the order of their names."""
    found = sorted([*FOLDER.glob("*.pcap"), *FOLDER.glob("*.pcapng")])
    if not found:
        pytest.skip("tcpdump's captures are not at ../shared/data/pcap")
    return found
