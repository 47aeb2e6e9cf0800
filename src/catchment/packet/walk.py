"""What was found in a frame: layers with their bytes, checks with verdicts, trailers; and where a walk is."""

from dataclasses import dataclass, field
from enum import StrEnum

from catchment.packet.checksum import Address
from catchment.packet.header import Field, Header


class Verdict(StrEnum):
    """What a check says."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "cannot be known"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: bytes start:end of the frame, its header, who it goes from and to, and what it is about.

    header : None for payload
    """

    name: str
    start: int
    end: int
    header: Header | None = None
    source: str = ""
    destination: str = ""
    what: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields in order, in words; made when asked for, which is for few frames of a capture."""
        return self.header.fields() if self.header else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check sequence or checksum.

    start, end    : bytes of the frame that hold it
    stored        : what they say
    computed      : what they should say; None when it cannot be known
    why           : the reason for UNKNOWN and ABSENT, and for an FCS the evidence that it is there
    """

    name: str
    verdict: Verdict
    start: int
    end: int
    stored: int
    computed: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """Bytes start:end behind what the headers count: "padding", "FCS" or "unknown"."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissection:
    """A frame taken apart.

    data     : the bytes that places count in; those of the capture, but for a frame with HDLC flags without escapes
    problems : what is malformed; () when nothing is
    fcs_why  : how it is known that there is an FCS, or none
    """

    data: bytes
    layers: tuple[Layer, ...]
    checks: tuple[Check, ...]
    trailers: tuple[Trailer, ...]
    problems: tuple[str, ...]
    fcs_why: str

    @property
    def wrong(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.verdict is Verdict.WRONG)


@dataclass(frozen=True, slots=True)
class Next:
    """Which step comes next: the entry `number` of a table of steps, for the bytes at:end."""

    table: str
    number: int
    at: int
    end: int


@dataclass(slots=True, kw_only=True)
class Walk:
    """Where a walk is; steps add to it what they find.

    cut       : why the end of what comes cannot be seen; "" when it can
    fragment  : inside of a part of a packet
    ends      : addresses of the IP packet around; of the final destination, as pseudo-headers want it
    """

    data: bytes
    layers: list[Layer] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    trailers: list[Trailer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cut: str = ""
    fragment: bool = False
    ends: tuple[Address, Address] | None = None

    def add(self, name: str, header: Header, at: int, *, ends: tuple[str, str] = ("", ""), what: str = "") -> int:
        """Note a header at byte `at`; returns where it ends."""
        end = at + len(header.encode())
        source, destination = ends
        self.layers.append(
            Layer(name=name, start=at, end=end, header=header, source=source, destination=destination, what=what)
        )
        return end

    def rest(self, at: int, end: int, what: str = "") -> None:
        """Note bytes that are not looked into."""
        if end > at:
            self.layers.append(Layer(name="payload", start=at, end=end, what=what))

    def narrow(self, layer: str, wanted: int, end: int, kind: str = "unknown") -> int:
        """Where a layer ends that says that it ends at `wanted`, when the bytes around it end at `end`.

        More than there is says that the frame was cut, or lies; less leaves a trailer.
        """
        if wanted > end:
            if not self.cut:
                self.problems.append(f"{layer} tells of {wanted - end} bytes more than there are")
                self.cut = "the packet says that it is longer than it is"
            return end
        if wanted < end:
            self.trailers.append(Trailer(kind=kind, start=wanted, end=end))
        return wanted

    def check(
        self, name: str, place: int, stored: int, computed: int | None, *, size: int = 2, why: str = ""
    ) -> None:
        """Note a check whose field of `size` bytes is at `place`; `computed` None says that it cannot be known."""
        verdict = Verdict.UNKNOWN if computed is None else Verdict.RIGHT if stored == computed else Verdict.WRONG
        self.checks.append(
            Check(
                name=name, verdict=verdict, start=place, end=place + size, stored=stored, computed=computed, why=why
            )
        )  # fmt: skip
