"""Three namespaces in a row, end a, router r, end b, to run tunnels and delays in; everything is taken away again.

    a  192.0.2.1 ---- r ---- 198.51.100.1  b        and the same with 2001:db8:1::/64, 2001:db8:2::/64

They are named by process id. Sockets are opened inside a namespace and work from outside from then on.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.tiers import lab_lacks

from catchment.lab.spaces import in_space

A, R, B = "a", "r", "b"
FOUR = {A: "192.0.2.1", B: "198.51.100.1"}
SIX = {A: "2001:db8:1::1", B: "2001:db8:2::1"}
LIMIT_S = 5.0


def lacking() -> str:
    """Why nothing can be run here; "" when it can."""
    if why := lab_lacks():
        return why
    return "" if os.access("/dev/net/tun", os.R_OK | os.W_OK) else "/dev/net/tun cannot be opened"


class Underlay:
    """The namespaces, and programs and sockets in them."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack

    @contextmanager
    def again(self) -> Iterator["Underlay"]:
        """The same namespaces; programs and sockets end with this."""
        with ExitStack() as stack:
            yield Underlay(stack)

    def name(self, space: str) -> str:
        return f"cm-under-{os.getpid()}-{space}"

    def path(self, space: str) -> Path:
        return Path("/run/netns") / self.name(space)

    def ip(self, space: str, *lines: str) -> None:
        done = subprocess.run(
            ["ip", "-n", self.name(space), "-batch", "-"],
            input="\n".join(lines) + "\n", capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
        assert done.returncode == 0, f"{lines}: {done.stderr}"

    def start(self, space: str, *words: str) -> "subprocess.Popen[str]":
        """A program of ours; `ready` reads its first line."""
        inside = [f"--net={self.path(space)}", "--", sys.executable, "-m", *words]
        process = subprocess.Popen(["nsenter", *inside], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.stack.callback(end, process)
        return process

    def run(self, space: str, *words: str) -> None:
        """A program of ours, to its end."""
        inside = [f"--net={self.path(space)}", "--", sys.executable, "-m", *words]
        done = subprocess.run(["nsenter", *inside], capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 0, done.stderr

    def opened(self, space: str, family: int, kind: int, protocol: int = 0) -> socket.socket:
        with in_space(self.path(space)):
            made = socket.socket(family, kind, protocol)
        self.stack.callback(made.close)
        made.settimeout(LIMIT_S)
        return made

    def udp(self, space: str, address: str = "") -> socket.socket:
        """Bound to the address and any port; unbound without."""
        made = self.opened(space, socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        if address:
            made.bind((address, 0))
        return made

    def seen(self, space: str, interface: str) -> socket.socket:
        """Every packet of an interface, without its Ethernet header."""
        made = self.opened(space, socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        with in_space(self.path(space)):
            made.bind((interface, 3))
        return made


def end(process: "subprocess.Popen[str]") -> str:
    """End a program; what it said last."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.communicate(timeout=LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    except ValueError:
        return ""  # it was ended and read before


def ready(*processes: "subprocess.Popen[str]") -> None:
    for process in processes:
        assert process.stdout is not None
        line = process.stdout.readline()
        if line != "ready\n":
            process.kill()
            raise AssertionError(line + process.communicate()[1])


@contextmanager
def underlay() -> Iterator[Underlay]:
    """The namespaces, wired and addressed."""
    with ExitStack() as stack:
        made = Underlay(stack)
        for space in (A, R, B):
            stack.callback(subprocess.run, ["ip", "netns", "del", made.name(space)], capture_output=True, check=False)
            subprocess.run(["ip", "netns", "add", made.name(space)], check=True, timeout=20)
            settings(made, space, "ipv6/conf/all/accept_dad=0", "ipv6/conf/default/accept_dad=0")
            settings(made, space, "ipv4/ip_forward=1", "ipv6/conf/all/forwarding=1")  # as every node of a lab
        for number, one in enumerate((A, B), 101):
            # ends of equal number look like no pair to the kernel, and it tells of their carrier up to 1 s later
            made.ip(R, f"link add name {one} index {number} type veth peer name eth0 netns {made.name(one)}")
            made.ip(one, *_end(one))
            made.ip(R, *(f"address add {_router(text)} dev {one}{_nodad(text)}" for text in (FOUR[one], SIX[one])))
            made.ip(R, f"link set dev {one} up")
        yield made


def _end(one: str) -> Sequence[str]:
    return (
        "link set lo up",
        "link set eth0 up",
        f"address add {FOUR[one]}/24 dev eth0",
        f"address add {SIX[one]}/64 dev eth0 nodad",
        f"route add default via {_router(FOUR[one]).split('/')[0]} dev eth0 onlink",
        f"route add default via {_router(SIX[one]).split('/')[0]} dev eth0 onlink",
    )


def _router(address: str) -> str:
    return f"{address[:-1]}fe/64" if ":" in address else f"{address[:-1]}254/24"


def _nodad(address: str) -> str:
    return " nodad" if ":" in address else ""


def settings(made: Underlay, space: str, *lines: str) -> None:
    """Set what sysctl sets, as `ipv4/ip_forward=1`. /proc/sys/net shows the namespace of the thread."""
    with in_space(made.path(space)):
        for line in lines:
            name, value = line.split("=")
            Path("/proc/sys/net", name).write_text(value, encoding="ascii")
