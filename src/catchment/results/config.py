"""Configuration for real daemons: files with their text, and how each is checked."""

from dataclasses import dataclass
from enum import StrEnum


class Checker(StrEnum):
    """The program that tells whether a daemon would take a file; NONE: there is none, and that is said."""

    BIRD = "bird -p"
    FRR = "vtysh -C"
    NETPLAN = "netplan generate"
    NFT = "nft -c"
    NSD = "nsd-checkconf"
    NSD_ZONE = "nsd-checkzone"
    KNOT = "knotc conf-check"
    XML = "xmllint"
    SHELL = "sh -n"
    SMCROUTE = "smcrouted -F"
    AGENT = "catchment agent validate"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """One file, as text that does not change while the design does not.

    path   : below the folder that is written to: `seoul/bird.conf`
    text   : ends with a newline
    target : where it goes on the machine: `/etc/bird/bird.conf`; "" when it is to be read or merged by a person
    mode   : permissions; 0o600 for what holds a secret
    notes  : what the daemon does otherwise than the design says, or what a person has to know; one sentence each
    """

    path: str
    text: str
    target: str = ""
    checker: Checker = Checker.NONE
    mode: int = 0o644
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a file's checker said. accepted: None: it was not asked, and `words` say why."""

    accepted: bool | None
    words: str = ""
