"""A network made ready for conversations: sessions by sender, a judge for each speaker."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from catchment.model.address import Address
from catchment.model.speakers import BgpNetwork, Profile, Speaker
from catchment.simulate.network.bgp.decision import Cost, Rules
from catchment.simulate.network.bgp.judge import Judge
from catchment.simulate.network.bgp.sessions import Session, sessions_of

Igp = Callable[[str, Address], int | None]
"""IGP cost from a speaker, by name, to a NEXT_HOP; None: it cannot be reached. Asked once for each pair."""


def rules_of(speaker: Speaker, rules: Mapping[Profile, Rules]) -> Rules:
    """The rules of a speaker: those of its profile, with its own options on MED."""
    known = rules[speaker.profile]
    return replace(
        known,
        always_compare_med=known.always_compare_med or speaker.always_compare_med,
        missing_med_is_worst=known.missing_med_is_worst or speaker.missing_med_is_worst,
    )


class Wiring:
    """judges : by speaker;  outgoing : sessions of a speaker that carry a family, in the order of the peerings.

    silence : the same sessions with nothing to say over any
    """

    def __init__(self, network: BgpNetwork, igp: Igp, rules: Mapping[Profile, Rules]) -> None:
        self.network = network
        self.sessions = sessions_of(network)
        self.outgoing: dict[tuple[str, int], list[Session]] = {
            (speaker.name, version): [] for speaker in network.speakers for version in (4, 6)
        }
        for session in self.sessions:
            for version in session.families:
                self.outgoing[session.sender.name, version].append(session)
        self.silence: dict[tuple[str, int], dict[int, None]] = {
            speaker: dict.fromkeys(session.number for session in sessions)
            for speaker, sessions in self.outgoing.items()
        }
        self.judges = {one.name: Judge(rules_of(one, rules), self._cost(one, igp)) for one in network.speakers}

    def _cost(self, speaker: Speaker, igp: Igp) -> Cost:
        connected = {
            address
            for version in (4, 6)
            for session in self.outgoing[speaker.name, version]
            if session.external
            for address in session.on_link
        }
        known: dict[Address, int | None] = {}

        def cost(next_hop: Address) -> int | None:
            if next_hop not in known:
                answer = igp(speaker.name, next_hop)
                known[next_hop] = 0 if answer is None and next_hop in connected else answer
            return known[next_hop]

        return cost
