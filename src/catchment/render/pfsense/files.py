"""A pfSense: its steps in words, frr.conf for its FRR package, and the operator's config.xml merged where given."""

from collections.abc import Mapping
from dataclasses import replace

from catchment.model.network import Daemon
from catchment.render.frr.files import frr_files
from catchment.render.options import RenderOptions
from catchment.render.pfsense.merge import merged
from catchment.render.pfsense.steps import steps
from catchment.render.pfsense.wants import Wants, wants
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile

CONFIG = "config.xml"
UNCHECKED = "xmllint sees that it is XML; no program but pfSense checks what it says: keep the old file"


def pfsense_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """pfsense-steps.md, frr.conf where FRR is wanted, config.xml where the operator's own is given.

    Raises RenderError with what pfSense does not have.
    """
    wanted = wants(view, options)
    guessed = {tunnel.link.name: f"gre{number}" for number, tunnel in enumerate(wanted.tunnels)}
    text = _frr(view, options, guessed)
    files = [ConfigFile(path=f"{view.name}/pfsense-steps.md", text=steps(view, wanted, with_frr=bool(text)))]
    if text:
        files.append(ConfigFile(path=f"{view.name}/frr.conf", text=text, checker=Checker.FRR, mode=0o640))
    if options.pfsense:
        files.append(_config(view, options, wanted))
    return tuple(files)


def _config(view: View, options: RenderOptions, wanted: Wants) -> ConfigFile:
    """Readable by nobody else: it holds the operator's passwords."""
    text, notes = merged(
        options.pfsense, view, wanted, lambda names: _frr(view, options, names), f"{CONFIG} of {view.name}"
    )
    path = f"{view.name}/{CONFIG}"
    return ConfigFile(path=path, text=text, checker=Checker.XML, mode=0o600, notes=(*notes, UNCHECKED))


def _frr(view: View, options: RenderOptions, names: Mapping[str, str]) -> str:
    """frr.conf with pfSense's names of interfaces; "" without FRR.

    Without static routes, which are pfSense's, and without passwords: its package gives those of TCP MD5 to setkey.
    """
    if (
        view.router.daemon is not Daemon.FRR
        and view.speaker is None
        and not any(one.spoken for one in view.interfaces)
    ):
        return ""
    interfaces = {one.name: replace(one, name=names.get(one.link.name, one.name)) for one in view.interfaces}
    renamed = replace(
        view,
        network=replace(view.network, password=""),
        router=replace(view.router, statics=()),
        interfaces=tuple(interfaces.values()),
        neighbours=tuple(
            replace(one, password="", interface=interfaces[one.interface.name] if one.interface else None)
            for one in view.neighbours
        ),
    )
    return frr_files(renamed, options)[0].text
