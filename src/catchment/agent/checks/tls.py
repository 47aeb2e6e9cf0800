"""Checks a TLS handshake: that the certificate is trusted, has the name, and still holds for some days. [I/O]"""

import os
import ssl
from functools import lru_cache

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.certificate import ends_s
from catchment.agent.checks.sockets import Stream, stream
from catchment.agent.clock import wall_s
from catchment.model.probes import TlsProbe

DAY_S = 86_400.0


async def tls(probe: TlsProbe, attempt: Attempt) -> str:
    """See Kind. One handshake; nothing is sent afterwards."""
    async with stream(probe.address, probe.port, context(verify=probe.verify), probe.name) as line:
        return lasting(line, probe.days_left) or "handshake done"


def lasting(line: Stream, days_left: float | None) -> str:
    """How long the certificate of a connection holds, in words; "" when nobody asks. Raises Wrong."""
    if days_left is None:
        return ""
    shown = line[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
    try:
        left = (ends_s(shown or b"") - wall_s()) / DAY_S
    except ValueError as error:
        raise Wrong(f"the end of its certificate cannot be read: {error}") from error
    if left < 0:
        raise Wrong(f"its certificate ended {-left:.1f} days ago")
    if left < days_left:
        raise Wrong(f"its certificate ends in {left:.1f} days, less than {days_left:g}")
    return f"its certificate holds for {left:.0f} days"


def context(*, verify: bool, protocol: str = "") -> ssl.SSLContext:
    """How the other side is looked at. Made once (some 20 ms), and anew when the system's CAs change.

    protocol : asked for by ALPN; "": none
    """
    paths = ssl.get_default_verify_paths()
    return _context(verify, protocol, tuple((path, _changed(path)) for path in (paths.cafile, paths.capath)))


def _changed(path: str | None) -> int:
    try:
        return os.stat(path or "").st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _context(verify: bool, protocol: str, _: tuple[tuple[str | None, int], ...]) -> ssl.SSLContext:
    if verify:
        made = ssl.create_default_context()
    else:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if protocol:
        made.set_alpn_protocols([protocol])
    return made
