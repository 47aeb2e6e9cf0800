"""How a web server, or one of TLS, can be broken: its status, its body, its certificate. [I/O]"""

from dataclasses import replace

from catchment.agent.checks.failing.servers import says, untrusted
from catchment.agent.checks.failing.way import Way, talking
from catchment.model.probes import HttpProbe, TlsProbe

REASONS = {503: "Service Unavailable", 500: "Internal Server Error", 404: "Not Found"}


def http_ways(probe: HttpProbe) -> list[Way]:
    """What is broken in one thing only."""
    tls = probe.url.startswith("https:")
    trusting = replace(probe, verify=False, days_left=None)
    status = next((one for one in REASONS if one not in probe.statuses), 0)
    ways = []
    if status:
        what = f"a server that answers {status} {REASONS[status]}"
        ways.append(talking(what, trusting, says(answer(status, probe.body)), untrusted() if tls else None))
    if probe.body and probe.method != "HEAD":
        says_other = says(answer(probe.statuses[0], "another text"))
        ways.append(talking("a server with another text", trusting, says_other, untrusted() if tls else None))
    if tls:
        ways += _certificate_ways(probe, answer(probe.statuses[0], probe.body))
    return ways


def tls_ways(probe: TlsProbe) -> list[Way]:
    """What is broken in one thing only."""
    return _certificate_ways(probe, b"")


def _certificate_ways(probe: HttpProbe | TlsProbe, words: bytes) -> list[Way]:
    ways = []
    if probe.verify:
        ways.append(talking("a server whose certificate nobody signed", probe, says(words), untrusted()))
    if probe.days_left is not None:
        aged = replace(probe, verify=False)
        ways.append(talking("a server whose certificate ended in 2020", aged, says(words), untrusted()))
    return ways


def answer(status: int, body: str) -> bytes:
    """A response of HTTP."""
    held = body.encode()
    head = (
        f"HTTP/1.1 {status} {REASONS.get(status, 'OK')}\r\nContent-Length: {len(held)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + held
