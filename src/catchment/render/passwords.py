"""Passwords in files: while a file is made, checked and compared, a stand-in is where the password will be.

A design names the file that holds a password; what is in it is read when files are written, and by nobody else. So no
text that is shown, kept as a golden file, run in a lab or sent to a checker has it.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from catchment.model.inside import Inside
from catchment.model.network import Daemon, Igp, Network

LONGEST_KEY = 16  # what OSPF takes with MD5 (RFC 2328 D.3), and so no stand-in is longer
KEY_ID = 1  # of the only key; both ends must say the same
LONGEST_TCP = 80  # of Linux (TCP_MD5SIG_MAXKEYLEN), and of Cisco

_BEFORE = (
    r'\bpassword "',
    r"^\s*neighbor \S+ password ",
    r"message-digest-key \d+ md5 ",
    r"authentication key-id \d+ hash-algo \S+ key ",
    r"^\s*isis password md5 ",
    r"^\s*(?:area|domain)-password md5 ",
)
_HELD = re.compile(rf"({'|'.join(_BEFORE)})([^\"\n]+)", re.MULTILINE)


def stand_in(name: str) -> str:
    """What stands in a file for the password that is in the file `name`: 15 characters that every daemon takes."""
    return f"SECRET-{sha256(name.encode()).hexdigest()[:8]}"


def password_files(inside: Inside) -> dict[str, int]:
    """The files that a design names -> how long a password may be where it is used."""
    found: dict[str, int] = {}
    for peering in inside.bgp.peerings:
        if peering.password:
            found.setdefault(peering.password, LONGEST_TCP)
    return found | {one.password: LONGEST_KEY for one in inside.networks if one.password}


def has_key(network: Network, version: int) -> bool:
    """Whether the IGP of a family is written with the network's key.

    OSPFv3 only where every router says one and the same daemon: what FRR 8.4.4 makes of RFC 7166 is "wrong
    authentication code" to BIRD 2.0.12, and the other way about (measured).
    """
    daemons = {router.daemon for router in network.routers}
    alike = len(daemons) == 1 and daemons <= {Daemon.BIRD, Daemon.FRR}
    return bool(network.password) and (version == 4 or network.igp is not Igp.OSPF or alike)


def key_notes(network: Network) -> tuple[str, ...]:
    """What a person has to know of the key of an IGP."""
    six = any(address.version == 6 for router in network.routers for address in router.loopbacks)
    if not network.password or not six or has_key(network, 6):
        return ()
    return (
        "OSPFv3 has no key: BIRD and FRR take each other's for wrong; with one daemon said at every router it has",
    )


def needed(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of the files a text needs."""
    return tuple(name for name in names if stand_in(name) in text)


def filled(text: str, passwords: Mapping[str, str]) -> str:
    """The text with passwords, by the name of their file, where their stand-ins were."""
    for name, password in passwords.items():
        text = text.replace(stand_in(name), password)
    return text


def masked(text: str, passwords: Mapping[str, str]) -> str:
    """The text fit to be shown, with words where passwords stand: the one that belongs to a file, or another one."""
    words = {stand_in(name): f"<password of {name}>" for name in passwords}
    words |= {password: f"<password of {name}>" for name, password in passwords.items() if password}
    return _HELD.sub(lambda found: found[1] + words.get(found[2].rstrip(), "<another password>"), text)
