"""The tables of an agent file as nouns: names tied together, numbers held against each other, prefixes told once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catchment.designfile.agentfile.table import Reading
from catchment.designfile.located import Mark, Value
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
from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    IcmpProbe,
    NtpProbe,
    Probe,
    TcpProbe,
    TlsProbe,
)

PROBES: dict[str, type] = {
    "dns": DnsProbe,
    "http": HttpProbe,
    "tcp": TcpProbe,
    "tls": TlsProbe,
    "icmp": IcmpProbe,
    "ntp": NtpProbe,
    "grpc": GrpcProbe,
    "command": CommandProbe,
}
FIELDS = {
    "type": "kind",
    "serial-of": "serial_of",
    "age": "age_s",
    "days-left": "days_left",
    "offset": "offset_s",
}
"""Keys of questions whose field has another name."""

NEEDS_ASN = (SpeakerKind.FRR, SpeakerKind.GOBGP, SpeakerKind.EXABGP)


@dataclass(slots=True)
class Building:
    """Of one file: the tree for places, the reading for what is wrong."""

    tree: Value
    reading: Reading

    def wrong(self, path: tuple[str, ...], rule: str, what: str, todo: str = "") -> None:
        """Something does not fit, at the key at `path` or what holds it."""
        self.reading.add(self.tree.mark_of_key(path) if path else Mark(1, 1), rule, what, todo)

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
        every_s = keys.get("every", 1.0)
        timeout_s = keys.get("timeout", 0.8 * every_s)
        if timeout_s >= every_s:
            what = f"its timeout of {timeout_s:g} s is not shorter than its interval of {every_s:g} s"
            self.wrong(
                (*path, "timeout"), "W007", what, "answers of one question would come after the next was asked"
            )
        scope = Scope.SHARED if keys.get("shared") else Scope.INSTANCE
        numbers = {word: keys[word] for word in ("rise", "fall", "window", "ratio") if word in keys}
        return Check(name=name, probe=probe, interval_s=every_s, timeout_s=timeout_s, scope=scope, **numbers)

    def _probe(self, kind: str, keys: Mapping[str, Any]) -> Probe | None:
        fields = {FIELDS.get(word, word): value for word, value in keys.items()}
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
        words = {word: keys[word] for word in ("up", "degraded", "down", "draining") if word in keys}
        forms = Forms(**words)
        if _only_med(forms) and not keys.get("med-decides"):
            what = "a dead service differs from a live one only in its MED"
            todo = (
                "MED decides nothing between neighbours of different ASes; withdraw, or confirm by med-decides: true"
            )
            self.wrong((*path, "down"), "W009", what, todo)
        return Announcement(
            name=name,
            prefixes=keys["prefixes"],
            need=need,
            forms=forms,
            hold=_of(HoldDown, keys.get("hold-down"), first="base_s", most="most_s", forgive="forgive_s"),
            guard=_of(
                Guard, keys.get("guard"), others="least_others", last="last", unknown="unknown", believed="believed_s",
                withdrawals="most", within="window_s", slot="slot_wait_s",
            ),
            draining=_of(Draining, keys.get("drain"), time="for_s", below="least_pps", most="most_s"),
            splay_s=keys.get("splay", 0.0),
            canary=canary,
        )  # fmt: skip

    # --- the rest

    def timing(self, keys: Mapping[str, Any]) -> Timing:
        """The agent's own times."""
        fields = {
            "decide": "tick_s", "read": "read_s", "lease": "lease_s", "renew": "renew_s", "retry": "retry_s",
            "retry-most": "retry_most_s", "inherit": "inherit_s", "escalate": "escalate",
        }  # fmt: skip
        timing: Timing = _of(Timing, keys, **{word.replace("-", "_"): field for word, field in fields.items()})
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
            control=_of(Control, keys.get("control"), socket="socket", group="group"),
            gossip=self._gossip(keys.get("peers")),
            store=_of(
                Store, keys["store"], etcd="urls", prefix="prefix", ca="ca", cert="cert", key="key", timeout="timeout_s"
            ) if "etcd" in keys.get("store", {}) else None,
            records=_of(
                Records, keys.get("records"), journal="journal", journal_most="journal_most_mib", metrics="metrics",
                textfile="textfile",
            ),
            router_view=keys.get("router-view", False),
        )  # fmt: skip

    def _gossip(self, keys: Mapping[str, Any] | None) -> Gossip | None:
        if keys is None or "key-file" not in keys:
            return None
        if "group" not in keys and "unicast" not in keys:
            self.wrong(("peers",), "W004", "neither a group nor unicast peers", "add group: 239.255.83.1")
        if "group" in keys and not keys["group"].is_multicast:
            self.wrong(("peers", "group"), "W007", f"{keys['group']} is no multicast address", "e.g. 239.255.83.1")
        return Gossip(
            group=keys.get("group"),
            port=keys.get("port", 8353),
            key_file=keys["key-file"],
            interface=keys.get("interface", ""),
            peers=keys.get("unicast", ()),
            every_s=keys.get("every", 1.0),
        )


def _of(noun: Any, keys: Mapping[str, Any] | None, **fields: str) -> Any:
    """A noun from keys of other names (`retry_most` for `retry-most`); what is not written has the noun's default."""
    given = {word.replace("-", "_"): value for word, value in (keys or {}).items()}
    return noun(**{field: given[word] for word, field in fields.items() if word in given})


def _without(need: Need, names: list[str]) -> Need:
    """The need for the others; what was needed of those is not."""
    left = {name: weight for name, weight in need.weights.items() if name not in names}
    gone = sum(need.weights.values()) - sum(left.values())
    return Need(weights=left, least=max(min(1, len(left)), need.least - gone))


def _only_med(forms: Forms) -> bool:
    """Whether nothing but MED tells a dead service from a live one."""
    return forms.down is not None and replace(forms.down, med=None) == replace(forms.up, med=None)
