"""A speaker from its description; and that description as words, for the guardian that opens one of its own."""

from collections.abc import Mapping
from importlib import import_module
from ipaddress import ip_network
from typing import Any, cast

from catchment.agent.speakers.speaker import Speaker
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

CLASSES = {
    SpeakerKind.BIRD: "bird.BirdSpeaker",
    SpeakerKind.FRR: "frr.FrrSpeaker",
    SpeakerKind.GOBGP: "gobgp.GobgpSpeaker",
    SpeakerKind.EXABGP: "exabgp.ExabgpSpeaker",
    SpeakerKind.FAKE: "fake.FakeSpeaker",
}
"""Imported when asked for: a guardian is small, and gRPC is not."""


def open_speaker(spec: SpeakerSpec, *, starts: bool = False) -> Speaker:
    """The speaker; nothing is connected before the first call.

    starts : start the daemon when it does not run, where spec.file says that it is the agent's to start (ExaBGP)
    """
    if starts and spec.file and spec.kind is SpeakerKind.EXABGP:
        from catchment.agent.speakers import exabgp, starting  # noqa: PLC0415  as above

        where = spec.where or exabgp.SOCKET
        return exabgp.ExabgpSpeaker(spec, starting.Starting(spec.file, where))
    module, name = CLASSES[spec.kind].split(".")
    return cast(Speaker, getattr(import_module(f"catchment.agent.speakers.{module}"), name)(spec))


def to_words(spec: SpeakerSpec) -> dict[str, Any]:
    """As data that JSON can hold; from_words gives the same back."""
    routes = [
        [str(prefix), form.prepend, list(form.communities), form.med, name]
        for (prefix, form), name in spec.routes.items()
    ]
    return {
        "kind": spec.kind.value,
        "where": spec.where,
        "asn": spec.asn,
        "timeout_s": spec.timeout_s,
        "routes": routes,
        "file": spec.file,
    }


def from_words(words: Mapping[str, Any]) -> SpeakerSpec:
    """See to_words."""
    routes = {
        (ip_network(prefix), Form(prepend=prepend, communities=tuple(communities), med=med)): name
        for prefix, prepend, communities, med, name in words["routes"]
    }
    return SpeakerSpec(
        kind=SpeakerKind(words["kind"]),
        where=words["where"],
        asn=words["asn"],
        timeout_s=words["timeout_s"],
        routes=routes,
        file=words["file"],
    )
