"""The language of the agent file: every key, what it means, how it is read, an example. The one definition.

Reader, help, JSON Schema and the page docs/guide/agent-file.md come from these tables.
"""

from catchment.designfile.agentfile.questions import CHECK
from catchment.designfile.agentfile.readers import (
    Word,
    addresses,
    amount,
    any_text,
    fallback,
    form,
    form_or_withdraw,
    host_port,
    names,
    number,
    prefixes,
    span,
    span_or_none,
    steps,
    weights,
    words,
)
from catchment.designfile.agentfile.table import Key, Table, key
from catchment.designfile.values import address, asn, name, yes_or_no
from catchment.model.agent import SpeakerKind
from catchment.model.agent_config import LOGS

NEED: Table = {
    "all": key("[dns, tcp]", names, "All of these are needed.", "the other ways"),
    "any": key("[a, b]", names, "One of these is enough.", "the other ways"),
    "of": key("[a, b, c]", names, "`least` of these are needed.", "the other ways"),
    "weights": key("{a: 2, b: 1}", weights, "How much each counts towards `least`.", "the other ways"),
    "least": key("2", number(1, 10**6, "a weight"), "How many, or how much weight, is needed.", "all of it"),
}
SERVICE: Table = {
    **NEED,
    "shared": key("[backbone]", names, "Checks that degrade it while they fail.", "the shared ones among its checks"),
}
HOLD: Table = {
    "first": key("10 s", span, "After the first fall; twice as long after each further one.", "10 s"),
    "most": key("30 min", span, "The longest that it stays withdrawn.", "30 min"),
    "forgive": key("60 min", span, "Without a fall for so long, and the next counts as the first.", "60 min"),
}
GUARD: Table = {
    "others": key(
        "1", number(0, 1000, "a count"), "How many others must be known to announce it before it is withdrawn.", "0"
    ),
    "sites": key(
        "2",
        number(0, 1000, "a count"),
        "At how many sites others must be known to announce it, this one too if another host of it does.",
        "0",
    ),
    "last": key("stay", fallback, "What is done when fewer are known.", "stay"),
    "unknown": key("withdraw", fallback, "What is done when nobody tells.", "withdraw"),
    "believed": key("5 s", span, "How long the word of others is believed.", "5 s"),
    "withdrawals": key(
        "2", number(0, 1000, "a count"), "How many may withdraw it in the whole fleet `within` a time.", "no limit"
    ),
    "within": key("60 s", span, "Within which those are counted.", "60 s"),
    "slot": key("500 ms", span, "How long the store may take to grant a withdrawal.", "500 ms"),
}
DRAIN: Table = {
    "time": key("30 s", span, "How long it is announced in its draining form.", "30 s"),
    "below": key(
        "5",
        amount("packets per second"),
        "Packets per second at which it is taken for drained before that.",
        "only time counts",
    ),
    "most": key("120 min", span, "After which a drain ends by itself.", "it stays"),
    "linger": key("5 s", span_or_none, "How long the service is still needed after the withdrawal.", "5 s"),
}
ANNOUNCEMENT: Table = {
    "prefixes": key('[203.0.113.0/24, "2001:db8:53::/48"]', prefixes, "Prefixes that stand and fall together."),
    "while": Key(
        meaning="The services that it is announced for.",
        example="{all: [resolver]}",
        read=lambda one: {"all": names(one)},
        below=NEED,
        default="needed, but for a canary",
    ),
    "up": key("plain", form, "How it is announced while all is well.", "plain"),
    "degraded": key(
        "{prepend: 3}",
        form,
        "How, while only shared dependencies fail, or a guard degrades it.",
        "{prepend: 3}",
    ),
    "down": key("withdraw", form_or_withdraw, "What is done when its services are dead.", "withdraw"),
    "med-decides": key("true", yes_or_no, "Confirms that every neighbour is one AS, and decides by MED.", "false"),
    "draining": key(
        '{communities: ["65535:0"]}', form, "How it is announced while it drains.", '{communities: ["65535:0"]}'
    ),
    "drain": Key(meaning="How long it drains.", example="{time: 30 s}", below=DRAIN, default="as its keys say"),
    "hold-down": Key(
        meaning="How long it stays withdrawn after a fall.",
        example="{first: 10 s}",
        below=HOLD,
        default="as its keys say",
    ),
    "guard": Key(
        meaning="When a dead service is not withdrawn all the same.",
        example="{others: 1}",
        below=GUARD,
        default="no guard",
    ),
    "splay": key("2 s", span_or_none, "A withdrawal waits a part of this, another part at each site.", "0"),
    "canary": key("true", yes_or_no, "Announced as long as the agent lives, whatever the services do.", "false"),
}
SPEAKER: Table = {
    "kind": key("bird", Word(tuple(one.value for one in SpeakerKind), SpeakerKind), "The routing daemon."),
    "at": key("/run/bird/bird.ctl", any_text, "Its control socket, or host:port.", "where its package puts it"),
    "asn": key("64500", asn, "Our own AS number.", "not told; FRR, GoBGP and ExaBGP need it"),
    "timeout": key("1 s", span, "How long it may take to answer.", "1 s"),
    "file": key(
        "/etc/catchment/exabgp.conf",
        any_text,
        "Its configuration, where the agent itself starts it (ExaBGP).",
        "the agent does not start it",
    ),
}
TIMING: Table = {
    "decide": key("100 ms", span, "How often it decides when nothing happens.", "100 ms"),
    "read": key("1 s", span, "How often the speaker is asked what it exports.", "1 s"),
    "lease": key("2.5 s", span, "How long announcements outlive the agent's last sign of life.", "2.5 s"),
    "renew": key("500 ms", span, "How often it gives one; at most a third of `lease`.", "a fifth of `lease`"),
    "retry": key("250 ms", span, "The first wait before a command is repeated; it doubles.", "250 ms"),
    "retry-most": key("1 s", span, "The longest such wait.", "1 s"),
    "inherit": key(
        "30 s", span, "How long announcements of a former agent stand unconfirmed after `agent restart`.", "30 s"
    ),
    "escalate": key(
        "[{disable-sessions: 3 s}]",
        steps,
        "What is done when a withdrawal is not confirmed, and after how long.",
        "[{disable-sessions: 3 s}]",
    ),
}
CONTROL: Table = {
    "socket": key(
        "/run/catchment-agent/control.sock",
        any_text,
        "Where `agent status` and others ask.",
        "/run/catchment-agent/control.sock",
    ),
    "group": key("operators", any_text, "Who may ask besides root.", "nobody else"),
}
RECORDS: Table = {
    "journal": key(
        "/var/log/catchment-agent/journal.jsonl", any_text, "A file of JSON lines: every event and decision.", "none"
    ),
    "journal-most": key(
        "100",
        amount("MiB", 1.0),
        "MiB after which a new one is begun; the one before is kept.",
        "100",
    ),
    "drains": key(
        "/var/lib/catchment-agent/drains.json",
        any_text,
        "A file that keeps drains over a restart of the machine.",
        "systemd's StateDirectory= of the unit, if any",
    ),
    "metrics": key("127.0.0.1:9179", host_port, "Where Prometheus asks.", "nowhere"),
    "textfile": key(
        "/var/lib/prometheus/node-exporter/catchment.prom",
        any_text,
        "A file for node_exporter's textfile collector.",
        "none",
    ),
    "log": key(
        "json",
        Word(LOGS),
        "How changes are told on stderr: as sentences (text), as JSON, or to systemd's journal with fields.",
        "auto: journald where stderr goes there, else text",
    ),
}
PEERS: Table = {
    "group": key("239.255.83.1", address, "The multicast group of the servers of this site.", "only unicast"),
    "port": key("8353", number(1, 65535, "a port"), "The UDP port of all of them.", "8353"),
    "key-file": key(
        "/etc/catchment/peers.key", any_text, "Holds the secret that signs what they say; readable by the agent only."
    ),
    "interface": key("eth1", any_text, "Over which the group is reached.", "that of the default route"),
    "unicast": key("[198.51.100.2]", addresses, "Peers that are told by unicast besides.", "none"),
    "every": key("1 s", span, "How often they are told.", "1 s"),
}
STORE: Table = {
    "etcd": key("[https://192.0.2.1:2379]", words, "URLs of its members."),
    "prefix": key("/catchment", any_text, "What our keys in it begin with.", "/catchment"),
    "ca": key("/etc/catchment/ca.pem", any_text, "The CA of its certificates.", "the system's"),
    "cert": key("/etc/catchment/agent.pem", any_text, "The certificate that we show it.", "none"),
    "key": key("/etc/catchment/agent.key", any_text, "The key of our certificate.", "none"),
    "timeout": key("1 s", span, "How long it may take to answer.", "1 s"),
}
FILE: Table = {
    "site": key("seoul", name, "The site; unique in the fleet."),
    "host": key("ns1", name, "This machine; unique in the site.", "its host name"),
    "speaker": Key(
        meaning="The routing daemon that is told what to announce.", example="{kind: bird}", below=SPEAKER
    ),
    "checks": Key(
        meaning="Questions that are asked again and again, by name.",
        example="{dns: {dns: {address: 192.0.2.53}}}",
        below=CHECK,
        named=True,
        default="none: only canaries",
    ),
    "services": Key(
        meaning="What checks say together, by name.",
        example="{resolver: {all: [dns]}}",
        below=SERVICE,
        named=True,
        default="one of each check, of its name",
    ),
    "announcements": Key(
        meaning="What is announced for them, by name.",
        example="{anycast: {prefixes: [203.0.113.0/24], while: resolver}}",
        below=ANNOUNCEMENT,
        named=True,
    ),
    "timing": Key(
        meaning="Times of the agent itself.", example="{lease: 2.5 s}", below=TIMING, default="as its keys say"
    ),
    "control": Key(
        meaning="Where and by whom it is asked.",
        example="{group: operators}",
        below=CONTROL,
        default="as its keys say",
    ),
    "records": Key(
        meaning="What it writes down.", example="{metrics: 127.0.0.1:9179}", below=RECORDS, default="nothing"
    ),
    "peers": Key(
        meaning="How the servers of one site tell each other what they announce.",
        example="{group: 239.255.83.1, key-file: peers.key}",
        below=PEERS,
        default="they do not",
    ),
    "store": Key(
        meaning="What all sites share.",
        example="{etcd: [https://192.0.2.1:2379]}",
        below=STORE,
        default="nothing: every site decides alone (RFC 4786 4.7)",
    ),
    "router-view": key("true", yes_or_no, "Whether the speaker's own table says who else announces.", "false"),
}

DESIGN: Table = {
    "checks": Key(
        meaning="How often the checks of all services ask, and what their results mean.",
        example="{every: 1 s, rise: 10, fall: 3}",
        below={word: CHECK[word] for word in ("every", "timeout", "rise", "fall", "window", "ratio")},
        default="as its keys say",
    ),
    **{
        word: ANNOUNCEMENT[word]
        for word in ("degraded", "down", "med-decides", "draining", "drain", "hold-down", "guard", "splay")
    },
    "together": key(
        "true",
        yes_or_no,
        "Whether all prefixes that a router announces for the same servers stand and fall together, IPv4 with IPv6.",
        "false: each stands for the addresses in it",
    ),
    **{word: FILE[word] for word in ("timing", "control", "records", "peers", "store", "router-view")},
}
"""What a design says of all its agents, under `agent`; the rest of each file follows from the design."""
