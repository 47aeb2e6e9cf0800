"""The steps that make a lab, as data: each can be shown before it is done, and says what takes it back."""

from dataclasses import dataclass

from catchment.lab.nodes import Process
from catchment.model.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSpaces:
    """Network namespaces, by name. Taken back: they are removed, with all links that end in them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile:
    """A file below the lab's folder. Taken back: the folder is removed as a whole."""

    path: str
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Give a node its host name, its own /run and configuration folders, and keep it. Taken back: the holder is ended.

    binds : (folder below the node's, where it appears inside)
    owned : (folder below the node's, the user whose it is to be)
    """

    node: str
    binds: tuple[tuple[str, str], ...]
    owned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Lines of `ip` or `tc` in one namespace; "" is the machine's own. They go when the namespaces go.

    Lines for the machine's own namespace only make what stands in namespaces of the lab.
    """

    program: str
    space: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lend:
    """Packets to a service's addresses on a router's interface go on to the server behind it. Goes with the namespace.

    The router's daemons see and announce the addresses as its own, as on a machine that runs the server itself.

    mac : of the server, which is not asked for: who asks would have to ask from the very address
    """

    space: str
    interface: str
    addresses: tuple[Address, ...]
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A program that loads a written file into the kernel, in one namespace; it goes when the namespace goes.

    path : below the lab's folder; the last word of the command
    """

    space: str
    words: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Start a program. Taken back: it is ended, by its number and the time at which it began."""

    process: Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Run a command on a node to its end, once some files are there. What it changes goes when the programs go."""

    node: str
    words: tuple[str, ...]
    after: tuple[str, ...]


Step = MakeSpaces | WriteFile | Hold | Commands | Lend | Load | Start | Tell


def words(step: Step) -> list[str]:
    """A step as lines that a person could type, more or less."""
    match step:
        case MakeSpaces():
            found = [f"ip netns add {name}" for name in step.names]
        case WriteFile():
            found = [f"write {step.path} ({len(step.text.splitlines())} lines)"]
        case Hold():
            found = [f"hold {step.node}: own {', '.join(inside for _, inside in step.binds)}"]
        case Commands():
            within = f" -n {step.space}" if step.space else ""
            found = [f"{step.program}{within} {line}" for line in step.lines]
        case Lend():
            found = [f"ip -n {step.space} {line}" for address in step.addresses for line in lending(step, address)]
        case Load():
            found = [f"ip netns exec {step.space} {' '.join(step.words)} {step.path}"]
        case Start():
            one = step.process
            found = [f"start on {one.node or 'the machine'}: {' '.join((*one.words, one.file)).strip()}"]
        case Tell():
            found = [f"run on {step.node}: {' '.join(step.words)}"]
    return found


def lending(step: Lend, address: Address) -> tuple[str, str, str]:
    """The lines of `ip` for one address; the first takes away what makes the kernel keep the packets itself."""
    where = f"dev {step.interface}"
    return (
        f"route del local {address} {where} table local",
        f"route replace {address} {where} table local",
        f"neighbour replace {address} lladdr {step.mac} {where} nud permanent",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """A program that was started: whoever has its number now is it only when it began at the same time.

    began : clock ticks after boot, field 22 of /proc/PID/stat
    """

    node: str
    name: str
    pid: int
    began: int
