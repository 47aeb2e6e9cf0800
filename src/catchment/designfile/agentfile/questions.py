"""What the agent file can ask of a service: the keys of checks, and of each kind of question."""

from catchment.designfile.agentfile.readers import (
    amount,
    any_text,
    exact_text,
    many,
    number,
    share,
    span,
    web_url,
    word,
    words,
)
from catchment.designfile.agentfile.table import Key, Table, key
from catchment.designfile.values import address, yes_or_no

PORT = key("53", number(1, 65535, "a port"), "The port.", "the usual one of its kind")
ADDRESS = key(
    "192.0.2.53", address, "Where it is asked: the service's own address, so that clients and check see the same."
)
ELSEWHERE = key(
    "true",
    yes_or_no,
    "The address is meant to be on another host; without that it must be on this one, and whoever else answers for it "
    "is not believed.",
    "false",
)
DAYS = key("7", amount("days"), "Days that a certificate must still hold.", "not looked at")
VERIFY = key("true", yes_or_no, "Whether the certificate must be trusted.", "true")

DNS: Table = {
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "port": PORT,
    "name": key("example.com", any_text, "What is asked for.", "the root"),
    "type": key("A", any_text, "The type of record.", "SOA"),
    "tcp": key("true", yes_or_no, "Over TCP.", "false"),
    "rcodes": key("[NOERROR, NXDOMAIN]", words, "Response codes that pass.", "NOERROR"),
    "answers": key(
        "[192.0.2.7]", words, "Values of which one must be in the answer; without them any record is enough.", "any"
    ),
    "serial-of": key(
        "198.51.100.1",
        address,
        "A server whose SOA serial this one must have; while it is silent, nothing is compared.",
        "not asked",
    ),
    "behind": key("1", number(0, 2**31, "a distance of serials"), "How far the serial may be behind it.", "0"),
    "age": key("30 min", span, "How old a serial that is Unix time may be.", "not looked at"),
    "secure": key(
        "ad", any_text, "ad: the answer must have AD; or the DNSKEY or DS that must validate it.", "not looked at"
    ),
}
HTTP: Table = {
    "url": key("https://www.example.com/health", web_url, "What is asked for."),
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "method": key("HEAD", word("GET", "HEAD"), "GET or HEAD.", "GET"),
    "statuses": key(
        "[200, 204]",
        many(number(100, 599, "a status")),
        "Status codes that pass.",
        "200",
    ),
    "body": key("ok", exact_text, "Text that must be in the answer.", "any"),
    "days-left": DAYS,
    "verify": VERIFY,
}
TCP: Table = {
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "port": key("443", number(1, 65535, "a port"), "The port."),
    "send": key('"QUIT\\r\\n"', exact_text, "Text that is sent first.", "nothing"),
    "expect": key('"220"', exact_text, "Text that must come back.", "nothing is waited for"),
}
TLS: Table = {
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "port": key("853", number(1, 65535, "a port"), "The port."),
    "name": key("dns.example.com", any_text, "The name that the certificate must have."),
    "days-left": DAYS,
    "verify": VERIFY,
}
ICMP: Table = {
    "address": key("198.51.100.1", address, "Who must answer; never this host, which would answer for itself."),
}
NTP: Table = {
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "port": PORT,
    "stratum": key("3", number(1, 15, "a stratum"), "The greatest stratum that passes.", "15"),
    "offset": key("100 ms", span, "How far its time may be from this machine's.", "not looked at"),
}
GRPC: Table = {
    "address": ADDRESS,
    "elsewhere": ELSEWHERE,
    "port": key("50051", number(1, 65535, "a port"), "The port."),
    "service": key("resolver.v1.Lookup", any_text, "The name that must be SERVING.", "the server as a whole"),
    "tls": key("true", yes_or_no, "Over TLS.", "false"),
}
COMMAND: Table = {
    "words": key("[/usr/local/bin/check, --fast]", words, "The program and its arguments; no shell reads them."),
    "user": key("nobody", any_text, "Who it runs as.", "the agent's own user"),
    "failing": key(
        "[/usr/local/bin/check, --of, nothing]",
        words,
        "What must fail in its place: for `agent check --self-test`.",
        "it must fail without a network",
    ),
}
KINDS: dict[str, Table] = {
    "dns": DNS,
    "http": HTTP,
    "tcp": TCP,
    "tls": TLS,
    "icmp": ICMP,
    "ntp": NTP,
    "grpc": GRPC,
    "command": COMMAND,
}


def _kind(kind: str, example: str, meaning: str) -> Key:
    return Key(meaning=meaning, example=example, below=KINDS[kind], default="another kind is asked")


CHECK: Table = {
    "dns": _kind("dns", "{address: 192.0.2.53, name: example.com, type: A}", "A DNS question that must be answered."),
    "http": _kind("http", '{url: "http://www.example.com/", address: 192.0.2.80}', "A URL that must answer."),
    "tcp": _kind("tcp", "{address: 192.0.2.53, port: 53}", "A TCP port that must accept."),
    "tls": _kind("tls", "{address: 192.0.2.53, port: 853, name: dns.example.com}", "A TLS handshake."),
    "icmp": _kind("icmp", "{address: 198.51.100.1}", "An address that must answer an echo request."),
    "ntp": _kind("ntp", "{address: 192.0.2.123}", "A time server."),
    "grpc": _kind("grpc", "{address: 192.0.2.50, port: 50051}", "A gRPC server that must say SERVING."),
    "command": _kind("command", "{words: [/usr/local/bin/check]}", "A program that must end with 0."),
    "every": key("1 s", span, "From one question to the next.", "1 s"),
    "timeout": key("800 ms", span, "How long an answer may take; less than `every`.", "four fifths of `every`"),
    "rise": key("10", number(1, 1000, "a count"), "Passes in a row until it is healthy.", "10"),
    "fall": key("3", number(1, 1000, "a count"), "Failures in a row until it is not.", "3"),
    "window": key("8", number(1, 1000, "a count"), "Of how many last results the share of failures counts.", "8"),
    "ratio": key("50 %", share, "The share of failures in the window at which it is not healthy.", "50 %"),
    "shared": key(
        "true",
        yes_or_no,
        "It asks for something that all sites depend on: it degrades, and never withdraws.",
        "false",
    ),
}
