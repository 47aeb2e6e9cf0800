"""GoBGP over its gRPC API: routes are put into its table, and taken out of it. [I/O]

Paths carry their attributes and prefixes in BGP's own bytes, which the API takes and gives beside its messages
(nlri_binary, pattrs_binary; GoBGP 3.10, api/gobgp.proto). A path of another form takes the place of the one before.
Nothing of it is in gobgpd's configuration: one that starts, starts withdrawn.

Paths of ours have an identifier, by which those of a former agent are found; neighbours do not see it without ADD-PATH.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from catchment.agent.events import Exports
from catchment.agent.speakers.attributes import attributes, form_of, prefix_bytes, prefix_of
from catchment.agent.speakers.grpc import Calls, Refused
from catchment.agent.speakers.protobuf import decoded, encoded
from catchment.agent.speakers.speaker import OTHER, NotRunning, Session, as_wished, readable
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step

WHERE = "127.0.0.1:50051"
SERVICE = "/apipb.GobgpApi/"
OURS = 0x61676E74
"""The identifier of our paths: `agnt`."""

GLOBAL, ADJ_OUT = 0, 3
ESTABLISHED = 6
STATES = ("unknown", "idle", "connect", "active", "open sent", "open confirm", "established")

MOST_PATHS = 20_000
"""A table with more is not searched for what a former agent left."""

NOBODY = (b"", b"<nil>")
"""The neighbour of a path that came by the API."""

ADMIN_DOWN, DISABLED = 1, "disabled"
"""Of a neighbour that somebody disabled."""

Message = Mapping[int, list[int | bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path of gobgpd's table that no neighbour sent."""

    prefix: Prefix
    identifier: int
    form: Form


class GobgpSpeaker:
    """See Speaker. spec.where: host:port, or unix:PATH."""

    name = "gobgp"

    def __init__(self, spec: SpeakerSpec) -> None:
        self.spec = spec
        self._calls = Calls("gobgpd", spec.where or WHERE, spec.timeout_s)
        self._stopped: list[str] = []
        self._strays: set[Prefix] = set()
        self._looked = 0

    @readable("gobgpd")
    def version(self) -> str:
        """See Speaker. Its API does not tell the version, only its own generation."""
        self._call("GetBgp")
        return "GoBGP 3 (API apipb)"

    @readable("gobgpd")
    def exports(self) -> Exports:
        """See Speaker. Paths that somebody put in by hand count; two of one prefix are OTHER."""
        found: dict[Prefix, Form | None] = dict.fromkeys(prefix for prefix, _ in self.spec.routes)
        try:
            found |= dict.fromkeys(self._left_over())
            for version in (4, 6):
                asked = [prefix for prefix in found if prefix.version == version]
                for one in self._local(version, asked) if asked else ():
                    form = as_wished(self.spec, one.prefix, one.form)
                    found[one.prefix] = form if found.get(one.prefix) is None else OTHER
        except NotRunning:
            return dict.fromkeys(found)
        return found

    def announce(self, prefix: Prefix, form: Form) -> None:
        """See Speaker."""
        given = attributes(prefix, form, self.spec.asn or 0)
        self._call("AddPath", encoded((3, _path(prefix, given, OURS))))
        self._delete(prefix, but=OURS)

    def withdraw(self, prefix: Prefix) -> None:
        """See Speaker."""
        with suppress(NotRunning):
            self._delete(prefix)

    @readable("gobgpd")
    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """See Speaker."""
        return {
            one.name: one.up and bool(self._list(ADJ_OUT, prefix.version, [prefix], one.name))
            for one in self.sessions()
        }

    @readable("gobgpd")
    def sessions(self) -> tuple[Session, ...]:
        """See Speaker."""
        found = []
        for answer in self._call("ListPeer"):
            peer = decoded(_bytes(decoded(answer), 1))
            conf, state = decoded(_bytes(peer, 2)), decoded(_bytes(peer, 5))
            name, number = _bytes(conf, 4).decode(), _number(state, 13)
            words = STATES[number] if number < len(STATES) else str(number)
            words = DISABLED if _number(state, 15) == ADMIN_DOWN else words
            found.append(Session(name=name, neighbour=name, up=number == ESTABLISHED, words=words))
        return tuple(found)

    def escalate(self, step: Step) -> None:
        """See Speaker. Its neighbours are disabled, or its BGP ended (StopBgp): its API goes on, without routes."""
        try:
            if step is Step.SESSIONS:
                names = [one.name for one in self.sessions() if one.words != DISABLED]
                self._stopped = list(dict.fromkeys([*self._stopped, *names]))
                for name in names:
                    self._call("DisablePeer", encoded((1, name)))
            elif step is Step.SPEAKER:
                self._call("StopBgp")
        except NotRunning:
            return

    def restore(self, step: Step) -> None:
        """See Speaker."""
        if step is Step.SESSIONS:
            for name in self._stopped:
                self._call("EnablePeer", encoded((1, name)))
            self._stopped = []

    def close(self) -> None:
        """See Speaker."""
        self._calls.close()

    def _asn(self) -> int:
        """0: its BGP was ended, or not configured yet."""
        return _number(decoded(_bytes(decoded(self._call("GetBgp")[0]), 1)), 1)

    def _delete(self, prefix: Prefix, but: int | None = None) -> None:
        given = attributes(prefix, Form(), self.spec.asn or 0)
        for one in self._local(prefix.version, [prefix]):
            if one.identifier != but:
                path = _path(prefix, given, one.identifier)
                self._call("DeletePath", encoded((3, _family(prefix.version)), (4, path)))

    def _left_over(self) -> set[Prefix]:
        """Prefixes under our identifier; asked once for each connection, for none come but by an agent."""
        if self._looked == 0 or self._looked != self._calls.opened:
            found = set()
            for version in (4, 6):
                table = decoded(self._call("GetTable", encoded((2, _family(version))))[0])
                if _number(table, 2) <= MOST_PATHS:
                    found |= {one.prefix for one in self._local(version, []) if one.identifier == OURS}
            self._strays, self._looked = found, self._calls.opened
        return self._strays

    def _local(self, version: int, prefixes: Iterable[Prefix]) -> list[Path]:
        """Paths that came by the API. prefixes: none: all."""
        found = []
        for path in self._list(GLOBAL, version, prefixes):
            if _bytes(path, 15) in NOBODY:
                form = form_of(one for one in path.get(21, []) if isinstance(one, bytes))
                prefix = prefix_of(_bytes(path, 20), version)
                found.append(Path(prefix=prefix, identifier=_number(path, 18), form=form))
        return found

    def _list(self, table: int, version: int, prefixes: Iterable[Prefix], peer: str = "") -> list[Message]:
        fields: list[tuple[int, int | str | bytes]] = [(1, table), (2, peer), (3, _family(version)), (9, 1)]
        fields += [(4, encoded((1, str(prefix)))) for prefix in prefixes]
        destinations = [decoded(_bytes(decoded(answer), 1)) for answer in self._call("ListPath", encoded(*fields))]
        return [decoded(path) for one in destinations for path in one.get(2, []) if isinstance(path, bytes)]

    def _call(self, method: str, request: bytes = b"") -> list[bytes]:
        try:
            return self._calls.call(SERVICE + method, request)
        except Refused as refused:
            if method != "GetBgp" and self._asn() == 0:
                raise NotRunning("gobgpd runs without BGP") from refused
            raise


def _family(version: int) -> bytes:
    return encoded((1, 1 if version == 4 else 2), (2, 1))


def _path(prefix: Prefix, given: list[bytes], identifier: int) -> bytes:
    ours = [(21, one) for one in given]
    return encoded((9, _family(prefix.version)), (18, identifier), (20, prefix_bytes(prefix)), *ours)


def _bytes(message: Message, number: int) -> bytes:
    value = message.get(number, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def _number(message: Message, number: int) -> int:
    value = message.get(number, [0])[-1]
    return value if isinstance(value, int) else 0
