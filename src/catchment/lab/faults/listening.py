"""Wait until a program on a node takes connections: what is announced before would be refused there. [I/O]"""

import time
from collections.abc import Sequence
from pathlib import Path

from catchment.model.address import Address

LISTEN = "0A"  # include/net/tcp_states.h
LIMIT_S = 3.0


def until_listening(pid: int, addresses: Sequence[Address], limit_s: float = LIMIT_S) -> bool:
    """Whether something listens on each of the addresses, on any port, before the time is over.

    pid : of any process in the network namespace that is meant
    """
    over = time.monotonic() + limit_s
    while not all(listens(pid, one) for one in addresses):
        if time.monotonic() > over:
            return False
        time.sleep(0.01)
    return True


def listens(pid: int, address: Address) -> bool:
    """Whether some TCP socket listens on exactly this address, in the network namespace of a process (proc(5))."""
    path = Path(f"/proc/{pid}/net/tcp{'6' if address.version == 6 else ''}")
    wanted = _as_kernel(address)
    try:
        lines = path.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    words = [line.split() for line in lines]
    return any(one[1].partition(":")[0] == wanted and one[3] == LISTEN for one in words)


def _as_kernel(address: Address) -> str:
    """Words of 32 bits as the machine has them in memory; all that Linux runs labs on have the low byte first."""
    packed = address.packed
    return "".join(f"{int.from_bytes(packed[at : at + 4], 'little'):08X}" for at in range(0, len(packed), 4))
