"""Other agents in the harness of ours: anycast-healthchecker beside BIRD, and ExaBGP with its healthcheck.

Each is begun at a site as its own documentation says, by its default settings or by the fastest sensible ones, and
checks with dig: a program that people use with them. Both are installed in an environment of their own.
"""

import os
from collections.abc import Callable
from pathlib import Path

from tests.agent.harness.site import Site
from tests.agent.harness.world import ASN, FAR, NEAR, PREFIX, ROUTER_ASN, SERVICE, until

Begin = Callable[[Site, bool], float]
"""Begins an agent, True: as fast as it can; gives the seconds between its checks back."""

DIG = f"dig +time=1 +tries=1 @{SERVICE} probe.example A"

AHC = """[DEFAULT]
interface = lo
[daemon]
pidfile = {home}/ahc.pid
bird_conf = {home}/anycast-prefixes.conf
bird_reconfigure_cmd = birdc -s {home}/bird.ctl configure
log_file = {home}/ahc.log
stderr_file = {home}/ahc.err
ipv6 = false
[dns]
check_cmd = {command}
check_disabled = false
ip_check_disabled = true
ip_prefix = {prefix}
{pace}
"""
AHC_PACE = "check_interval = 0.1\ncheck_timeout = 0.2\ncheck_fail = 1\ncheck_rise = 1\n"
AHC_LIST = "define ACAST_PS_ADVERTISE = [ 10.189.200.255/32 ];\n"

EXABGP = """process watch {{
  run {python} -m exabgp healthcheck --command "{command}" --ip {prefix} --no-ip-setup --no-syslog {pace};
  encoder text;
}}
neighbor {far} {{
  router-id {near}; local-address {near}; local-as {asn}; peer-as {far_asn}; hold-time 9;
  family {{ ipv4 unicast; }}
  api {{ processes [ watch ]; }}
}}
"""
EXABGP_PACE = "--interval 0.1 --fast-interval 0.1 --timeout 1 --rise 1 --fall 1"


def healthchecker(python: Path) -> Begin:
    """anycast-healthchecker: rewrites a list that BIRD includes, and has BIRD read its configuration again."""

    def begin(site: Site, fast: bool) -> float:
        home = site.home
        settings = AHC.format(home=home, command=DIG, prefix=PREFIX, pace=AHC_PACE if fast else "")
        (home / "ahc.conf").write_text(settings, encoding="utf-8")
        (home / "anycast-prefixes.conf").write_text(AHC_LIST, encoding="utf-8")
        (home / "ahc.d").mkdir(exist_ok=True)
        text = site.bird_conf().replace("where source = RTS_STATIC", "where net ~ ACAST_PS_ADVERTISE")
        text += f"protocol static anycast {{ ipv4; route {PREFIX} blackhole; }}\n"
        site.serve()
        site.speak(f'include "{home}/anycast-prefixes.conf";\n{text}')
        program = python.with_name("anycast-healthchecker")
        words = [str(program), "-f", str(home / "ahc.conf"), "-d", str(home / "ahc.d")]
        site.agent = site.world.start(site.name, words, "agent.log")
        site.watcher = site.agent.pid
        return 0.1 if fast else 10.0

    return begin


def exabgp(python: Path) -> Begin:
    """ExaBGP with `healthcheck --withdraw-on-down`; what is killed and stopped is the checker, its child."""

    def begin(site: Site, fast: bool) -> float:
        pace = f"--withdraw-on-down {EXABGP_PACE if fast else ''}"
        text = EXABGP.format(
            python=python, command=DIG, prefix=PREFIX, pace=pace,
            near=NEAR[site.name], far=FAR[site.name], asn=ASN, far_asn=ROUTER_ASN,
        )  # fmt: skip
        (site.home / "exabgp.conf").write_text(text, encoding="utf-8")
        site.serve()
        settings = {"exabgp_daemon_user": "root", "exabgp_daemon_drop": "false", "exabgp_api_cli": "false"}
        words = [str(python.with_name("exabgp")), "server", str(site.home / "exabgp.conf")]
        site.agent = site.world.start(site.name, words, "agent.log", env={**os.environ, **settings})
        until(lambda: bool(_checkers(site)), 20, "ExaBGP's healthcheck")
        site.watcher = _checkers(site)[0]
        return 0.1 if fast else 5.0

    return begin


def _checkers(site: Site) -> list[int]:
    found = []
    for pid in site.world.inside(site.name):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"healthcheck" in words and words[0].rpartition(b"/")[2].startswith(b"python"):
            found.append(pid)
    return sorted(found)
