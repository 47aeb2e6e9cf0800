"""Which tests this machine can run: three tiers, decided here, and every skip says what is missing.

1. No root: everything that needs none of the following.
2. Namespaces: root, or a user who may make user namespaces, with iproute2 and util-linux.
3. Daemons: root, namespaces, and the routing daemons, name servers and other programs that a test names.

`make test` as root on Debian or Ubuntu installs what PACKAGES lists.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterable

import pytest

SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/lib/frr"))
"""Where programs are looked for: many a user's path has no sbin, and FRR's daemons are in no path at all."""

LAB = ("ip", "tc", "unshare", "nsenter")

PACKAGES = {
    "bird": "bird2", "birdc": "bird2", "vtysh": "frr", "zebra": "frr", "nsd": "nsd", "knotd": "knot", "kdig": "knot",
    "nft": "nftables", "sysctl": "procps", "ip": "iproute2", "tc": "iproute2", "unshare": "util-linux",
    "nsenter": "util-linux", "setpriv": "util-linux", "netplan": "netplan.io", "xmllint": "libxml2-utils",
    "ping": "iputils-ping", "gobgpd": "gobgpd", "etcd": "etcd-server", "promtool": "prometheus", "dh": "debhelper",
    "dpkg-buildpackage": "dpkg-dev",
}  # fmt: skip
"""Program -> its package in Debian, where the two have other names."""


def found(program: str) -> str | None:
    """Where a program is; None when it is not installed. A path is looked at as it is."""
    return shutil.which(program, path=SEARCHED)


def not_installed(programs: Iterable[str]) -> str:
    """Which of some programs are missing, and what to install; "" when all are there."""
    absent = [one for one in programs if found(one) is None]
    packages = dict.fromkeys("frr" if one.startswith("/usr/lib/frr/") else PACKAGES.get(one, one) for one in absent)
    return f"not installed: {' '.join(absent)} (apt-get install {' '.join(packages)})" if absent else ""


@functools.cache
def no_namespaces() -> str:
    """Why root cannot make network namespaces that `ip netns` knows here; "" when it can. Tried, not guessed."""
    if os.geteuid() != 0:
        return "needs root"
    if why := not_installed(LAB):
        return why
    name = f"catchment-{os.getpid()}-tier"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False, timeout=20)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False, timeout=20)
    return "" if made.returncode == 0 else f"no network namespace can be made: {made.stderr.strip()}"


@functools.cache
def no_rootless() -> str:
    """Why no user namespace with a network of its own can be made here; "" when it can."""
    if why := not_installed(LAB):
        return why
    within = ("unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--fork")
    words = [*within, "ip", "link", "set", "lo", "up"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    return "" if done.returncode == 0 else f"no user namespace can be made: {done.stderr.strip()}"


def lab_lacks(*programs: str) -> str:
    """Why a lab with these programs cannot be made here; "" when it can."""
    return no_namespaces() or not_installed(programs)


def needs_lab(*programs: str) -> pytest.MarkDecorator:
    """Mark of tests of the third tier; without programs of those that need root and namespaces alone."""
    why = lab_lacks(*programs)
    return pytest.mark.skipif(bool(why), reason=why or "runs here")
