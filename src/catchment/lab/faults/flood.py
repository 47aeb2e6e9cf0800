"""Who sends how much in a flood: every client its share, so that all together are as many as was asked for."""

from collections.abc import Iterator, Mapping, Sequence

from catchment.lab.nodes import Process
from catchment.model.address import Address
from catchment.model.fault import Flooded

PROGRAM = "flood"


def shares(clients: Sequence[str], packets_per_s: int) -> dict[str, int]:
    """Client -> packets a second; whole numbers that add up, the first ones a packet more."""
    each, left = divmod(packets_per_s, len(clients)) if clients else (0, 0)
    return {client: each + (number < left) for number, client in enumerate(clients)}


def senders(
    fault: Flooded, spaces: Mapping[str, int], aims: Mapping[str, Sequence[Address]], python: str
) -> Iterator[Process]:
    """The programs of a flood.

    spaces : for each client that sends the number of its namespace
    aims   : the addresses that each can ask
    """
    for client, rate in shares(list(spaces), fault.packets_per_s).items():
        if rate:
            numbers = (str(rate), str(fault.seconds))
            words = (python, "-m", "catchment.lab.faults.flooding", str(spaces[client]), *numbers)
            yield Process(node=client, name=f"{PROGRAM}-{fault.service}", words=(*words, *map(str, aims[client])))
