"""DNS messages, as little as a lab needs to find out who answers (RFC 1035 4.1, RFC 4892 id.server, RFC 5001 NSID)."""

import struct
from dataclasses import dataclass
from ipaddress import ip_address

WHO = "id.server"
WHO_WORDS = (WHO, "hostname.bind")  # RFC 4892 3; the second is what BIRD 9 called it first
TXT, OPT = 16, 41
INTERNET, CHAOS = 1, 3
NSID = 3  # of EDNS options, RFC 5001 2.3
EDNS_BYTES = 1232
ADDRESSES = {1: "192.0.2.1", 28: "2001:db8::1"}
"""What is answered for A and AAAA; for documentation, nobody is there."""

HEAD = struct.Struct(">HHHHHH")
ANSWER, AUTHORITATIVE, RECURSION_DESIRED, FORMAT_ERROR = 0x8000, 0x0400, 0x0100, 1
NAME_OF_QUESTION = b"\xc0\x0c"  # a pointer to the name behind the header (RFC 1035 4.1.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a question or an answer says.

    name     : lower case, without the last dot
    question : the bytes of the question section, to be sent back
    texts    : of TXT records in the answer
    nsid     : of the OPT record; None: there is none
    edns     : there is an OPT record
    """

    number: int
    is_answer: bool
    name: str
    kind: int
    of_class: int
    question: bytes
    texts: tuple[str, ...] = ()
    nsid: str | None = None
    edns: bool = False


def question(number: int, name: str = WHO, kind: int = TXT, of_class: int = CHAOS) -> bytes:
    """A question that asks for the server's name twice: by its question, and by NSID."""
    edns = b"\0" + struct.pack(">HHIH", OPT, EDNS_BYTES, 0, 4) + struct.pack(">HH", NSID, 0)
    labels = b"".join(bytes((len(label),)) + label.encode("ascii") for label in name.split("."))
    return HEAD.pack(number, 0, 1, 0, 0, 1) + labels + b"\0" + struct.pack(">HH", kind, of_class) + edns


def answer(asked: Message, server: str) -> bytes:
    """The answer of a server that says its name to everything; NSID when it was asked for.

    Who asks for an address, as a health check does, gets one too: the name comes behind it then.
    """
    text = server.encode("utf-8")[:255]
    data = bytes((len(text),)) + text
    record = NAME_OF_QUESTION + struct.pack(">HHIH", TXT, asked.of_class, 0, len(data)) + data
    address = ADDRESSES.get(asked.kind) if asked.of_class == INTERNET else None
    if address is not None:
        held = ip_address(address).packed
        record = NAME_OF_QUESTION + struct.pack(">HHIH", asked.kind, INTERNET, 0, len(held)) + held + record
    edns = b""
    if asked.edns:
        option = b"" if asked.nsid is None else struct.pack(">HH", NSID, len(text)) + text
        edns = b"\0" + struct.pack(">HHIH", OPT, EDNS_BYTES, 0, len(option)) + option
    records = 1 if address is None else 2
    head = HEAD.pack(asked.number, ANSWER | AUTHORITATIVE, 1, records, 0, int(asked.edns))
    return head + asked.question + record + edns


def read(data: bytes) -> Message:
    """Take a message with one question apart. Raises ValueError for anything else."""
    try:
        number, flags, questions, answers, authorities, additional = HEAD.unpack_from(data)
        if questions != 1:
            raise ValueError(f"a message with {questions} questions")
        name, at = _name(data, HEAD.size)
        kind, of_class = struct.unpack_from(">HH", data, at)
        texts: list[str] = []
        nsid, edns = None, False
        place = at + 4
        for _ in range(answers + authorities + additional):
            _, place = _name(data, place)
            of_kind, _, _, size = struct.unpack_from(">HHIH", data, place)
            place += 10
            held = data[place : place + size]
            if len(held) != size:
                raise ValueError("a record that is cut off")
            if of_kind == TXT and held:
                texts.append(held[1 : 1 + held[0]].decode("utf-8", "replace"))
            elif of_kind == OPT:
                edns, nsid = True, _nsid(held)
            place += size
    except struct.error as error:
        raise ValueError("a message that is cut off") from error
    return Message(
        number=number, is_answer=bool(flags & ANSWER), name=name, kind=kind, of_class=of_class,
        question=data[HEAD.size : at + 4], texts=tuple(texts), nsid=nsid, edns=edns,
    )  # fmt: skip


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A name and where it ends; a pointer ends it, and is not followed: nobody here needs where it leads."""
    labels: list[str] = []
    while True:
        if at >= len(data):
            raise ValueError("a name that is cut off")
        size = data[at]
        if size >= 0xC0:
            return ".".join(labels), at + 2
        if size == 0:
            return ".".join(labels), at + 1
        if size > 63:
            raise ValueError("a label of an unknown kind")
        labels.append(data[at + 1 : at + 1 + size].decode("ascii", "replace").lower())
        at += 1 + size


def _nsid(options: bytes) -> str | None:
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(">HH", options, at)
        if code == NSID:
            return options[at + 4 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return None
