"""What a check asks: DNS, HTTP, TCP, TLS, ICMP, NTP, gRPC or a command; and what it takes as a pass.

address   : of the service; it must be on this host, so that no other site answers in its place
elsewhere : the address is meant to be on another host, as that of something that the service depends on
"""

from dataclasses import dataclass

from catchment.model.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsProbe:
    """A question to a name server.

    port      : also of `serial_of`
    name, kind : asked for, as `example.com` and `A`
    tcp       : over TCP instead of UDP
    rcodes    : those that pass
    answers   : values of which one must be in the answer; (): any, but NOERROR without a record does not pass
    serial_of : the address of another server: the SOA serial must not be more than `behind` below its own; while that
                server is silent, nothing is compared: it is not this one that is broken
    age_s     : a SOA serial that is Unix time must not be older
    secure    : "": not asked; "ad": the answer must have AD set; else a DNSKEY or DS as text that must validate it,
                whose owner is the zone that signed
    """

    address: Address
    port: int = 53
    name: str = "."
    kind: str = "SOA"
    tcp: bool = False
    rcodes: tuple[str, ...] = ("NOERROR",)
    answers: tuple[str, ...] = ()
    serial_of: Address | None = None
    behind: int = 0
    age_s: float | None = None
    secure: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProbe:
    """A request, GET unless told.

    url       : http or https; the name in it is sent as Host and as SNI
    address   : where it is sent, whatever the name in the URL resolves to
    statuses  : that pass
    body      : text that must occur in the first MiB; "": any
    days_left : a certificate that ends sooner fails; None: not looked at
    verify    : whether the certificate must be trusted
    """

    url: str
    address: Address
    method: str = "GET"
    statuses: tuple[int, ...] = (200,)
    body: str = ""
    days_left: float | None = None
    verify: bool = True
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpProbe:
    """A connection; `send` is sent, `expect` must come back ("": nothing is waited for)."""

    address: Address
    port: int
    send: str = ""
    expect: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsProbe:
    """A handshake with the name of the service; see HttpProbe."""

    address: Address
    port: int
    name: str
    days_left: float | None = None
    verify: bool = True
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IcmpProbe:
    """An echo request; the address is elsewhere always: this host would answer for itself."""

    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class NtpProbe:
    """A time server: stratum at most `stratum`, offset from this clock at most offset_s; None: not looked at."""

    address: Address
    port: int = 123
    stratum: int = 15
    offset_s: float | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GrpcProbe:
    """grpc.health.v1.Health/Check of a service name; SERVING passes. tls: its certificate is not looked at."""

    address: Address
    port: int
    service: str = ""
    tls: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandProbe:
    """A program, without a shell, as a user of its own; exit code 0 passes. All that it started ends with it.

    failing : other words, with which it must fail: for `agent check --self-test`; (): it must fail without a network
    """

    words: tuple[str, ...]
    user: str = ""
    failing: tuple[str, ...] = ()


Probe = DnsProbe | HttpProbe | TcpProbe | TlsProbe | IcmpProbe | NtpProbe | GrpcProbe | CommandProbe
