"""What can be written for a router: a line for each target, which says when it is wanted and which module writes it.

A target is one module with one function (View, RenderOptions) -> ConfigFiles, which raises RenderError with everything
that its daemon cannot do, and a line in TARGETS.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catchment.errors import Problem, RenderError
from catchment.model.design import Design
from catchment.model.network import LINUX, Daemon, Device
from catchment.model.service import Program
from catchment.render.agent.files import agent_files, has_agent
from catchment.render.bird.files import bird_files
from catchment.render.frr.files import frr_files
from catchment.render.ios.files import ios_files
from catchment.render.machine.iproute import iproute_files
from catchment.render.machine.netplan import netplan_files
from catchment.render.machine.networkd import networkd_files
from catchment.render.machine.nftables import nftables_files
from catchment.render.machine.sysctl import sysctl_files
from catchment.render.nameservers import answered_by, dns_services, knot_files, nsd_files
from catchment.render.options import RenderOptions
from catchment.render.pfsense.files import pfsense_files
from catchment.render.providers import provider_files
from catchment.render.running import daemon_of
from catchment.render.stayrtr import stayrtr_files
from catchment.render.view import View
from catchment.results.config import ConfigFile

Writes = Callable[[View, RenderOptions], tuple[ConfigFile, ...]]


def _runs(daemon: Daemon) -> Callable[[View, RenderOptions], bool]:
    return lambda view, options: daemon_of(view, options) is daemon


def _is(*devices: Device) -> Callable[[View, RenderOptions], bool]:
    return lambda view, _: view.router.device in devices


def _serves_dns(program: Program) -> Callable[[View, RenderOptions], bool]:
    """Where something is to answer DNS by this program, or nobody says by which."""
    return lambda view, _: view.router.device in LINUX and bool(dns_services(answered_by(view, program)))


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of file.

    name  : what a user calls it
    wants : whether a router has such files
    """

    name: str
    wants: Callable[[View, RenderOptions], bool]
    writes: Writes


TARGETS: tuple[Target, ...] = (
    Target("bird", _runs(Daemon.BIRD), bird_files),
    Target("frr", _runs(Daemon.FRR), frr_files),
    Target("agent", has_agent, agent_files),
    Target("ip", _is(Device.LINUX), iproute_files),
    Target("netplan", _is(Device.NETPLAN), netplan_files),
    Target("networkd", _is(Device.NETWORKD), networkd_files),
    Target("nftables", _is(*LINUX), nftables_files),
    Target("sysctl", _is(*LINUX), sysctl_files),
    Target("nsd", _serves_dns(Program.NSD), nsd_files),
    Target("knot", _serves_dns(Program.KNOT), knot_files),
    Target("pfsense", _is(Device.PFSENSE), pfsense_files),
    Target("ios", _is(Device.IOS), ios_files),
    Target("provider", lambda view, _: view.router.provider is not None, provider_files),
)
"""In the order in which files are written and shown."""


OF_THE_DESIGN: Mapping[str, Callable[[Design], tuple[ConfigFile, ...]]] = {"stayrtr": stayrtr_files}
"""Files of no router, written when they are asked for by name."""


def config_files(
    views: Iterable[View], options: RenderOptions, names: Sequence[str] = ()
) -> tuple[tuple[ConfigFile, ...], tuple[str, ...]]:
    """(the files of all routers, names of routers for which there are none), in the order of the design.

    names : of targets; (): all. Raises RenderError with the problems of every router at once.
    """
    files: list[ConfigFile] = []
    problems: list[Problem] = []
    without: list[str] = []
    for view in views:
        wanted = [one for one in TARGETS if one.name in (names or [one.name]) and one.wants(view, options)]
        for target in wanted:
            try:
                files += target.writes(view, options)
            except RenderError as error:
                problems += error.problems
        if not wanted:
            without.append(view.name)
    if problems:
        raise RenderError(*problems)
    return tuple(files), tuple(without)
