"""A frame taken apart in one call, for tests: what it holds in a few words."""

from catchment.packet import record
from catchment.packet.crc import Code
from catchment.packet.dissect import dissect
from catchment.packet.fcs import Fcs
from catchment.packet.walk import Dissection

NONE = Fcs(code=None, said=True, why="told by the test")


def apart(
    data: bytes, link_type: int = record.ETHERNET, code: Code | None = None, *, is_cut: bool = False
) -> Dissection:
    """Taken apart, with a check sequence of this code or none."""
    return dissect(data, link_type, Fcs(code=code, said=True, why="told by the test"), is_cut=is_cut)


def names(found: Dissection) -> str:
    """The names of the layers."""
    return " ".join(layer.name for layer in found.layers)


def verdicts(found: Dissection) -> dict[str, str]:
    """What each check says, by name; of several of one name the last."""
    return {check.name: check.verdict.value for check in found.checks}


def trailers(found: Dissection) -> list[tuple[str, int]]:
    """Kind and size of each trailer."""
    return [(one.kind, one.end - one.start) for one in found.trailers]
