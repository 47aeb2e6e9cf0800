"""Multicast as it was counted in a lab, beside what is predicted: packets on each link, and at each receiver."""

from dataclasses import dataclass

from catchment.model.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLink:
    """What one sender's packets do on one link in one direction.

    predicted : packets; a part of one copy where routers split evenly, and then any number of whole packets fits
    """

    sender: str
    link: str
    near: str
    far: str
    kind: str
    predicted: float
    observed: int

    @property
    def agrees(self) -> bool:
        """Whether as many packets were seen as predicted."""
        return fits(self.predicted, self.observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedReceiver:
    """Packets of one sender that one receiver got."""

    sender: str
    receiver: str
    predicted: int
    observed: int

    @property
    def agrees(self) -> bool:
        """Whether it got as many as predicted."""
        return self.predicted == self.observed


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedGroup:
    """One group.

    sent    : packets of each sender
    unicast : packets that are predicted on all wires, if each receiver got its own
    """

    name: str
    address: Address
    mode: str
    sent: int
    links: tuple[CountedLink, ...]
    receivers: tuple[CountedReceiver, ...]
    unicast: float

    @property
    def rows(self) -> tuple[CountedLink | CountedReceiver, ...]:
        """Everything that was counted."""
        return (*self.links, *self.receivers)

    @property
    def agrees(self) -> bool:
        """Whether every link and every receiver is as predicted."""
        return all(row.agrees for row in self.rows)

    @property
    def on_wires(self) -> int:
        """Packets seen on wires; what goes through a tunnel counts on its wires."""
        return sum(one.observed for one in self.links if one.kind == "wire")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedMulticast:
    """A count in a lab.

    settled_s : after which time trees were as predicted; None: they never were
    left_out  : groups that were not played and receivers that were not counted, each with the reason, as sentences
    """

    title: str
    groups: tuple[CountedGroup, ...]
    settled_s: float | None
    left_out: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that was counted is as predicted."""
        return all(group.agrees for group in self.groups)


def fits(predicted: float, observed: int) -> bool:
    """Whether a count is a predicted one; where parts of a copy are, the one flow of a sender goes either way."""
    return observed == predicted if predicted == int(predicted) else observed >= 0
