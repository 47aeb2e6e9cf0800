"""The tables of an agent file as nouns: names tied together, numbers held against each other, prefixes told once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from catchment.designfile.values import did_you_mean
from catchment.model.agent import (
    Announcement,
    Check,
    Draining,
    Form,
    Forms,
    Guard,
    HoldDown,
    Need,
    Policy,
    Scope,
    Service,
    SpeakerKind,
    SpeakerSpec,
    Timing,
    route_names,
)
from catchment.model.agent_config import AgentConfig, Control, Gossip, Records, Store
from catchment.model.agent_words import (
    CONTROL,
    DRAIN,
    GUARD,
    HOLD,
    PACE,
    PEERS,
    PROBES,
    QUESTION,
    RECORDS,
    STORE,
    TIMING,
    Words,
    only_med,
)
from catchment.model.probes import Probe
from catchment.model.watching import Pace, Watching

Path = tuple[str, ...]
Wrong = Callable[[Path, str, str, str], None]
"""Takes what does not fit: the path of the key, the rule, what, and what to do."""

NEEDS_ASN = (SpeakerKind.FRR, SpeakerKind.GOBGP, SpeakerKind.EXABGP)


@dataclass(slots=True)
class Building:
    """Of one file, or of the part of a design that says the same things. wrong: takes what does not fit."""

    wrong: Wrong

    # --- checks and services

    def checks(self, given: Mapping[str, Mapping[str, Any]]) -> tuple[Check, ...]:
        """Every check that is sound."""
        found = [self._check(name, keys) for name, keys in given.items()]
        return tuple(one for one in found if one is not None)

    def _check(self, name: str, keys: Mapping[str, Any]) -> Check | None:
        path = ("checks", name)
        kinds = [kind for kind in PROBES if kind in keys]
        if len(kinds) != 1:
            what = f'check "{name}" asks {" and ".join(kinds)}' if kinds else f'check "{name}" asks nothing'
            self.wrong(path, "W006", what, f"give it one of {', '.join(PROBES)}")
            return None
        probe = self._probe(kinds[0], keys[kinds[0]])
        if probe is None:
            return None
        scope = Scope.SHARED if keys.get("shared") else Scope.INSTANCE
        return Check(name=name, probe=probe, scope=scope, **asdict(self.pace(path, keys)))

    def pace(self, path: Path, keys: Mapping[str, Any]) -> Pace:
        """How often is asked; the timeout follows from that where it is not said."""
        pace: Pace = _of(Pace, keys, PACE)
        if "timeout" not in keys:
            pace = replace(pace, timeout_s=0.8 * pace.interval_s)
        if pace.timeout_s >= pace.interval_s:
            what = f"its timeout of {pace.timeout_s:g} s is not shorter than its interval of {pace.interval_s:g} s"
            todo = "answers of one question would come after the next was asked"
            self.wrong((*path, "timeout"), "W007", what, todo)
        return pace

    def _probe(self, kind: str, keys: Mapping[str, Any]) -> Probe | None:
        fields = {QUESTION.get(word, word): value for word, value in keys.items()}
        try:
            return PROBES[kind](**fields)  # type: ignore[no-any-return]
        except TypeError:  # a key that is needed is missing or wrong, which was told
            return None

    def services(
        self, given: Mapping[str, Mapping[str, Any]] | None, checks: tuple[Check, ...], known: list[str]
    ) -> tuple[Service, ...]:
        """Every service; without any, one for each check. known: names of checks, also of those that are not sound."""
        shared = {check.name for check in checks if check.scope is Scope.SHARED}
        if given is None:
            own = [check.name for check in checks if check.name not in shared]
            return tuple(
                Service(name=name, need=Need(weights={name: 1}, least=1), shared=tuple(sorted(shared)))
                for name in own
            )
        found = []
        for name, keys in given.items():
            path = ("services", name)
            need = self.need(path, keys, known, "check")
            own_shared = [one for one in need.weights if one in shared]
            if own_shared and len(own_shared) == len(need.weights):
                what = f'service "{name}" depends only on what all sites share'
                self.wrong(path, "W010", what, "name a check of this site's own, or the service never falls")
            told = self._known((*path, "shared"), keys.get("shared", ()), known, "check")
            found.append(Service(name=name, need=_without(need, own_shared), shared=(*told, *own_shared)))
        return tuple(found)

    def need(self, path: tuple[str, ...], keys: Mapping[str, Any], known: list[str], noun: str) -> Need:
        """all, any, least of, or weights."""
        ways = [word for word in ("all", "any", "of", "weights") if word in keys]
        if len(ways) != 1:
            what = f"{' and '.join(ways)} at once" if ways else "it says nothing that is needed"
            self.wrong(path, "W010", what, "give one of all, any, of with least, or weights with least")
            return Need()
        weights = self._weights((*path, ways[0]), keys[ways[0]], known, noun)
        total = sum(weights.values())
        least = {"all": total, "any": min(1, total)}.get(ways[0], keys.get("least", total))
        if not 0 < least <= total and weights:
            self.wrong(path, "W010", f"{least} of {total} can never be met, or always", f"write 1 to {total}")
        return Need(weights=weights, least=least)

    def _weights(self, path: tuple[str, ...], given: Any, known: list[str], noun: str) -> dict[str, int]:
        if not isinstance(given, Mapping):
            return dict.fromkeys(self._known(path, given, known, noun), 1)
        found = {}
        for name, weight in given.items():
            if not str(weight).isdecimal() or int(weight) < 1:
                self.wrong(path, "D016", f'"{weight}" is no weight', "write a whole number from 1 on")
            elif self._known(path, (name,), known, noun):
                found[name] = int(weight)
        return found

    def _known(self, path: tuple[str, ...], names: Iterable[str], known: list[str], noun: str) -> list[str]:
        found = []
        for name in names:
            if name in known:
                found.append(name)
            else:
                todo = did_you_mean(name, known, f"known are {', '.join(known) or 'none'}")
                self.wrong(path, "W005", f'there is no {noun} "{name}"', todo)
        return found

    # --- announcements

    def announcements(
        self, given: Mapping[str, Mapping[str, Any]], services: tuple[Service, ...]
    ) -> tuple[Announcement, ...]:
        """Every announcement that is sound."""
        known = [service.name for service in services]
        found: list[Announcement] = []
        for name, keys in given.items():
            if "prefixes" not in keys:
                continue  # was told
            one = self._announcement(name, keys, known)
            taken = {prefix: other.name for other in found for prefix in other.prefixes}
            for number, prefix in enumerate(one.prefixes):
                if prefix in taken or prefix in one.prefixes[:number]:
                    what = f'{prefix} is announced by "{taken.get(prefix, name)}" already'
                    self.wrong(("announcements", name, "prefixes"), "W008", what, "a prefix has one announcement")
            found.append(one)
        return tuple(found)

    def _announcement(self, name: str, keys: Mapping[str, Any], known: list[str]) -> Announcement:
        path = ("announcements", name)
        canary = keys.get("canary", False)
        if canary == ("while" in keys):
            what = "a canary stands for itself" if canary else f'nothing says what "{name}" is announced for'
            self.wrong(
                path, "W010", what, "remove `while`" if canary else f"add while: {known[0] if known else '...'}"
            )
        need = (
            Need() if canary or "while" not in keys else self.need((*path, "while"), keys["while"], known, "service")
        )
        return Announcement(
            name=name,
            prefixes=keys["prefixes"],
            need=need,
            forms=self.forms(path, keys),
            hold=_of(HoldDown, keys.get("hold-down"), HOLD),
            guard=_of(Guard, keys.get("guard"), GUARD),
            draining=_of(Draining, keys.get("drain"), DRAIN),
            splay_s=keys.get("splay", 0.0),
            canary=canary,
        )

    def forms(self, path: Path, keys: Mapping[str, Any]) -> Forms:
        """How it is announced at each level."""
        forms = Forms(**{word: keys[word] for word in ("up", "degraded", "down", "draining") if word in keys})
        if only_med(forms) and not keys.get("med-decides"):
            what = "a dead service differs from a live one only in its MED"
            todo = (
                "MED decides nothing between neighbours of different ASes; withdraw, or confirm by med-decides: true"
            )
            self.wrong((*path, "down"), "W009", what, todo)
        return forms

    # --- what a design says of all its agents

    def watching(self, keys: Mapping[str, Any]) -> Watching:
        """The part `agent` of a design; paths begin below it."""
        return Watching(
            pace=self.pace(("checks",), keys.get("checks", {})),
            forms=self.forms((), keys),
            hold=_of(HoldDown, keys.get("hold-down"), HOLD),
            guard=_of(Guard, keys.get("guard"), GUARD),
            draining=_of(Draining, keys.get("drain"), DRAIN),
            splay_s=keys.get("splay", 0.0),
            together=keys.get("together", False),
            timing=self.timing(keys.get("timing", {})),
            control=_of(Control, keys.get("control"), CONTROL),
            gossip=self._gossip(keys.get("peers")),
            store=_store(keys.get("store")),
            records=_of(Records, keys.get("records"), RECORDS),
            router_view=keys.get("router-view", False),
        )

    # --- the rest

    def timing(self, keys: Mapping[str, Any]) -> Timing:
        """The agent's own times."""
        timing: Timing = _of(Timing, keys, TIMING)
        if "renew" not in keys:
            timing = replace(timing, renew_s=timing.lease_s / 5)
        if timing.renew_s * 3 > timing.lease_s:
            what = (
                f"a lease of {timing.lease_s:g} s that is renewed each {timing.renew_s:g} s is lost by one late word"
            )
            self.wrong(("timing",), "W007", what, "renew at least three times within the lease")
        if timing.tick_s > timing.renew_s:
            what = f"it decides each {timing.tick_s:g} s, and would renew each {timing.renew_s:g} s"
            self.wrong(("timing",), "W007", what, "the lease is renewed by deciding: decide as often as that")
        return timing

    def speaker(self, keys: Mapping[str, Any], announcements: tuple[Announcement, ...]) -> SpeakerSpec | None:
        """The daemon, and what it calls our prefixes."""
        if "kind" not in keys:
            return None
        if keys["kind"] in NEEDS_ASN and "asn" not in keys:
            self.wrong(("speaker",), "W004", f"{keys['kind'].value} has to be told our AS number", "add asn: 64500")
        routes: dict[tuple[Any, Form], str] = {}
        for one in announcements:
            routes |= route_names(one)
        return SpeakerSpec(
            kind=keys["kind"],
            where=keys.get("at", ""),
            asn=keys.get("asn"),
            timeout_s=keys.get("timeout", 1.0),
            routes=routes,
            file=keys.get("file", ""),
        )

    def config(self, keys: Mapping[str, Any], host: str) -> AgentConfig | None:
        """The whole file; None when a part without which nothing is left is missing or wrong."""
        checks = self.checks(keys.get("checks", {}))
        services = self.services(keys.get("services"), checks, list(keys.get("checks", {})))
        announcements = self.announcements(keys.get("announcements", {}), services)
        timing = self.timing(keys.get("timing", {}))
        speaker = self.speaker(keys.get("speaker", {}), announcements)
        if speaker is None or "site" not in keys:
            return None
        policy = Policy(
            site=keys["site"], checks=checks, services=services, announcements=announcements, timing=timing
        )
        return AgentConfig(
            policy=policy,
            speaker=speaker,
            host=keys.get("host", host),
            control=_of(Control, keys.get("control"), CONTROL),
            gossip=self._gossip(keys.get("peers")),
            store=_store(keys.get("store")),
            records=_of(Records, keys.get("records"), RECORDS),
            router_view=keys.get("router-view", False),
        )

    def _gossip(self, keys: Mapping[str, Any] | None) -> Gossip | None:
        if keys is None or "key-file" not in keys:
            return None
        if "group" not in keys and "unicast" not in keys:
            self.wrong(("peers",), "W004", "neither a group nor unicast peers", "add group: 239.255.83.1")
        if "group" in keys and not keys["group"].is_multicast:
            self.wrong(("peers", "group"), "W007", f"{keys['group']} is no multicast address", "e.g. 239.255.83.1")
        gossip: Gossip = _of(Gossip, {"group": None, "port": 8353, **keys}, PEERS)
        return gossip


def _store(keys: Mapping[str, Any] | None) -> Store | None:
    return _of(Store, keys, STORE) if keys and "etcd" in keys else None


def _of(noun: Any, keys: Mapping[str, Any] | None, words: Words) -> Any:
    """A noun from the keys of its table; what is not written has the noun's default."""
    given = keys or {}
    return noun(**{field: given[word] for word, field in words.items() if word in given})


def _without(need: Need, names: list[str]) -> Need:
    """The need for the others; what was needed of those is not."""
    left = {name: weight for name, weight in need.weights.items() if name not in names}
    gone = sum(need.weights.values()) - sum(left.values())
    return Need(weights=left, least=max(min(1, len(left)), need.least - gone))
