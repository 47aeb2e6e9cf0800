"""How the nouns of an agent are called in its file, both ways: the reader takes these words, the writer gives them."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from catchment.model.agent import (
    Announcement,
    Check,
    Form,
    Forms,
    Need,
    Scope,
    Service,
    Step,
    Timing,
)
from catchment.model.agent_config import AgentConfig, Gossip
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
from catchment.model.watching import Watching

Data = dict[str, Any]
Words = Mapping[str, str]
"""Key of the file -> field of the noun. A field whose name ends with _s is a span of time."""

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
QUESTION: Words = {
    "type": "kind",
    "serial-of": "serial_of",
    "age": "age_s",
    "days-left": "days_left",
    "offset": "offset_s",
}
"""Keys of questions whose field has another name."""

PACE: Words = {
    "every": "interval_s", "timeout": "timeout_s", "rise": "rise", "fall": "fall", "window": "window", "ratio": "ratio",
}  # fmt: skip
HOLD: Words = {"first": "base_s", "most": "most_s", "forgive": "forgive_s"}
GUARD: Words = {
    "others": "least_others", "sites": "least_sites", "last": "last", "unknown": "unknown", "believed": "believed_s",
    "withdrawals": "most", "within": "window_s", "slot": "slot_wait_s",
}  # fmt: skip
DRAIN: Words = {"time": "for_s", "below": "least_pps", "most": "most_s", "linger": "linger_s"}
TIMING: Words = {
    "decide": "tick_s", "read": "read_s", "lease": "lease_s", "renew": "renew_s", "retry": "retry_s",
    "retry-most": "retry_most_s", "inherit": "inherit_s", "escalate": "escalate",
}  # fmt: skip
CONTROL: Words = {"socket": "socket", "group": "group"}
RECORDS: Words = {
    "journal": "journal", "journal-most": "journal_most_mib", "metrics": "metrics", "textfile": "textfile",
    "drains": "drains", "log": "log",
}  # fmt: skip
PEERS: Words = {
    "group": "group", "port": "port", "key-file": "key_file", "interface": "interface", "unicast": "peers",
    "every": "every_s",
}  # fmt: skip
STORE: Words = {
    "etcd": "urls", "prefix": "prefix", "ca": "ca", "cert": "cert", "key": "key", "timeout": "timeout_s",
}  # fmt: skip
SPEAKER: Words = {"kind": "kind", "at": "where", "asn": "asn", "timeout": "timeout_s", "file": "file"}
FORMS = ("up", "degraded", "down", "draining")
WITHDRAW = "withdraw"


def only_med(forms: Forms) -> bool:
    """Whether nothing but MED tells a dead service from a live one."""
    return forms.down is not None and replace(forms.down, med=None) == replace(forms.up, med=None)


def written(config: AgentConfig) -> Data:
    """A configuration as the data of its file, without what holds anyway; read again it is the same.

    What the file cannot say is left out: names of routes, which follow from the announcements.
    """
    policy = config.policy
    data: Data = {"site": policy.site, "host": config.host, "speaker": _differing(config.speaker, SPEAKER)}
    if policy.checks:
        data["checks"] = {one.name: _check(one) for one in policy.checks}
    if policy.services:
        data["services"] = {one.name: _service(one) for one in policy.services}
    data["announcements"] = {one.name: _announcement(one) for one in policy.announcements}
    return data | _rest(config, policy.timing)


def watching_written(watching: Watching) -> Data:
    """What a design says of its agents, as the data under its key `agent`."""
    data: Data = {"checks": _differing(watching.pace, PACE), **_forms(watching.forms)}
    data |= {"drain": _differing(watching.draining, DRAIN), "hold-down": _differing(watching.hold, HOLD)}
    data |= {"guard": _differing(watching.guard, GUARD)}
    data |= {"splay": _span(watching.splay_s)} if watching.splay_s else {}
    data |= {"together": True} if watching.together else {}
    return {key: value for key, value in data.items() if value != {}} | _rest(watching, watching.timing)


def _rest(held: AgentConfig | Watching, timing: Timing) -> Data:
    said = {"timing": _timing(timing), "control": _differing(held.control, CONTROL)}
    said |= {"records": _differing(held.records, RECORDS)}
    if held.gossip is not None:
        said["peers"] = _differing(held.gossip, PEERS)
    if held.store is not None:
        said["store"] = _differing(held.store, STORE)
    found: Data = {key: value for key, value in said.items() if value}
    return found | ({"router-view": True} if held.router_view else {})


def _timing(timing: Timing) -> Data:
    """renew follows from lease where it is not said: then it is said where it does not follow."""
    data = _differing(timing, TIMING)
    data.pop("renew", None)
    return data if timing.renew_s == timing.lease_s / 5 else data | {"renew": _span(timing.renew_s)}


def _check(one: Check) -> Data:
    kind = next(kind for kind, noun in PROBES.items() if isinstance(one.probe, noun))
    pace = _differing(one, {word: field for word, field in PACE.items() if field != "timeout_s"})
    if one.timeout_s != 0.8 * one.interval_s:  # what holds without it
        pace["timeout"] = _span(one.timeout_s)
    return {kind: _question(one.probe), **pace} | ({"shared": True} if one.scope is Scope.SHARED else {})


def _question(probe: Probe) -> Data:
    names = {field: word for word, field in QUESTION.items()}
    words = {names.get(one.name, one.name.replace("_", "-")): one.name for one in fields(probe)}
    return _differing(probe, words)


def _service(one: Service) -> Data:
    return _need(one.need) | ({"shared": list(one.shared)} if one.shared else {})


def _need(need: Need) -> Data:
    weights, names = set(need.weights.values()), list(need.weights)
    if weights == {1} and need.least == len(names):
        return {"all": names}
    if weights == {1}:
        return {"any": names} if need.least == 1 else {"of": names, "least": need.least}
    return {"weights": dict(need.weights), "least": need.least}


def _announcement(one: Announcement) -> Data:
    data: Data = {"prefixes": [str(prefix) for prefix in one.prefixes]}
    data |= {"canary": True} if one.canary else {"while": _need(one.need)}
    data |= _forms(one.forms)
    more = {"drain": _differing(one.draining, DRAIN), "hold-down": _differing(one.hold, HOLD)}
    more |= {"guard": _differing(one.guard, GUARD)}
    data |= {key: value for key, value in more.items() if value}
    return data | ({"splay": _span(one.splay_s)} if one.splay_s else {})


def _forms(forms: Forms) -> Data:
    usual = Forms()
    found: Data = {
        word: form_written(getattr(forms, word)) for word in FORMS if getattr(forms, word) != getattr(usual, word)
    }
    return found | ({"med-decides": True} if only_med(forms) else {})


def form_written(form: Form | None) -> str | Data:
    """A form as it is written; `plain` for one that adds nothing, `withdraw` for none."""
    if form is None:
        return WITHDRAW
    data: Data = {"prepend": form.prepend} if form.prepend else {}
    data |= {"communities": list(form.communities)} if form.communities else {}
    data |= {"med": form.med} if form.med is not None else {}
    return data or "plain"


def _differing(noun: Any, words: Words) -> Data:
    """The fields of a noun that are not as they would be without a word, as they are written."""
    usual = {one.name: one.default for one in fields(noun)}
    found: Data = {}
    for word, field in words.items():
        value = getattr(noun, field)
        if usual[field] is MISSING or value != usual[field]:
            found[word] = _plain(field, value)
    if isinstance(noun, Gossip) and noun.group is None:
        found.pop("group", None)
    return found


def _plain(field: str, value: Any) -> Any:
    if field == "escalate":
        return _steps(value)
    if field.endswith("_s"):
        return _span(value)
    if isinstance(value, tuple):
        return [_plain("", one) for one in value]
    if isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network):
        return str(value)
    return getattr(value, "value", value)


def _span(seconds: float) -> str:
    if 0 < seconds < 1 and f"{seconds * 1000:.6f}".endswith(".000000"):
        return f"{seconds * 1000:.0f} ms"
    return f"{f'{seconds:.9f}'.rstrip('0').rstrip('.')} s"


def _steps(steps: Iterable[tuple[Step, float]]) -> Any:
    return [{step.value: _span(after_s)} for step, after_s in steps] or "none"
