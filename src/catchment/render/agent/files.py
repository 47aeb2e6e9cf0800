"""agent.yaml: the file of the agent at a router, as a person could have written it."""

from collections.abc import Iterator

from catchment.model.agent import SpeakerKind, SpeakerSpec, route_names
from catchment.model.agent_config import AgentConfig
from catchment.model.agent_words import written
from catchment.model.network import Daemon, Igp
from catchment.render.agent.gated import Gated, gated, policy, ungated
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile
from catchment.results.yaml_text import as_yaml

TARGET = "/etc/catchment/agent.yaml"
KINDS = {Daemon.BIRD: SpeakerKind.BIRD, Daemon.FRR: SpeakerKind.FRR}
"""The daemons that are both written here and known to the agent."""


def has_agent(view: View, options: RenderOptions) -> bool:
    """Whether an agent runs at this router: the design wants it, it has something to watch, and a daemon to tell."""
    return daemon_of(view, options) in KINDS and bool(gated(view))


def agent_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """The file of the agent; () where there is none."""
    config = agent_config(view, options)
    if config is None:
        return ()
    notes = tuple(_notes(view))
    text = heading(view.design, view.name, (*_said(view), *notes)) + as_yaml(written(config))
    path = f"{view.name}/agent.yaml"
    return (ConfigFile(path=path, text=text, target=TARGET, checker=Checker.AGENT, notes=notes),)


def agent_config(view: View, options: RenderOptions) -> AgentConfig | None:
    """What the agent of a router runs by; None where there is none."""
    decides = policy(view)
    kind = KINDS.get(daemon_of(view, options))
    if decides is None or kind is None or view.agent is None or view.speaker is None:
        return None
    routes = {key: name for one in decides.announcements for key, name in route_names(one).items()}
    return AgentConfig(
        policy=decides,
        speaker=SpeakerSpec(kind=kind, asn=view.speaker.asn, routes=routes),
        host=view.name,
        control=view.agent.control,
        gossip=view.agent.gossip,
        store=view.agent.store,
        records=view.agent.records,
        router_view=view.agent.router_view,
    )


def _said(view: View) -> Iterator[str]:
    yield "The agent runs beside this router's daemon, which announces none of these prefixes by itself."
    for one in gated(view):
        servers = [server for server in one.stands_for[0].servers if server in _here(view)]
        where = "asked as clients ask, for none of its servers is here" if not servers else " and ".join(servers)
        yield f"{one.announcement.name}: {_prefixes(one)}, while {where}"


def _here(view: View) -> list[str]:
    return [one.server.name for one in view.services]


def _prefixes(one: Gated) -> str:
    return " and ".join(map(str, one.announcement.prefixes))


def _notes(view: View) -> Iterator[str]:
    """What the agent does not see to."""
    for one in ungated(view):
        if one.servers:
            prefix = one.origination.prefix
            yield f"{prefix} is announced always: no check of {' or '.join(one.servers)} can be asked from {view.name}"
    for held in gated(view):
        for announced in held.stands_for:
            far = [server for server in announced.servers if server not in _here(view)]
            if far and len(far) < len(announced.servers):
                prefix = announced.origination.prefix
                yield f"{prefix} stands for the server here alone; by the design {' or '.join(far)} would do, too"
    if view.network.igp is not Igp.STATIC:
        for service in view.services:
            yield f"the IGP tells {service.name} while that interface is up, whatever the agent finds"
