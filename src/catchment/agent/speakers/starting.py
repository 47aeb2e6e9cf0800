"""Starts ExaBGP for an agent where no routing daemon is installed. [I/O]

The operator's file has the neighbours, each with `api { processes [ catchment ]; }`; the process itself, our relay, is
written in front of it. ExaBGP outlives the agent: the next one finds it at its socket. It ends a while after the last
of agent and guardian, by its relay.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import catchment
from catchment.agent.clock import now_s
from catchment.agent.speakers.speaker import SpeakerSilent

AGAIN_S = 2.0
"""After an attempt to start it, before the next."""

ENDS_S = 20.0
"""Without agent and guardian, ExaBGP goes on for so long."""

ENVIRONMENT = {
    "exabgp_daemon_daemonize": "false",
    "exabgp_api_ack": "true",
    "exabgp_api_cli": "false",
    "exabgp_api_respawn": "true",
    "exabgp_log_level": "WARNING",
    "exabgp_log_destination": "stderr",
}
"""Of ExaBGP 4 and 5. The relay is started again when it dies."""


class Starting:
    """file: the operator's; socket: the relay's; the configuration that is written lies beside it."""

    def __init__(self, file: str, socket: str) -> None:
        self.file = Path(file)
        self.socket = Path(socket)
        self._process: subprocess.Popen[bytes] | None = None
        self._tried_s = float("-inf")

    def start(self) -> None:
        """Start it, when it does not run and was not tried just now. Raises SpeakerSilent when it cannot be started."""
        if (self._process is not None and self._process.poll() is None) or now_s() - self._tried_s < AGAIN_S:
            return
        self._tried_s = now_s()
        program = shutil.which("exabgp") or shutil.which("exabgp", path=str(Path(sys.executable).parent))
        if program is None:
            raise SpeakerSilent("ExaBGP is not installed: pip install exabgp, or apt-get install exabgp")
        written = self.socket.with_suffix(".conf")
        try:
            text = self.file.read_text(encoding="utf-8")
            written.write_text(f"{process(self.socket)}\n{text}", encoding="utf-8")
            self._process = subprocess.Popen(
                [program, str(written)],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **ENVIRONMENT, "exabgp_daemon_user": _user()},
                start_new_session=True,  # Ctrl-C is the agent's
            )
        except OSError as error:
            raise SpeakerSilent(f"ExaBGP cannot be started: {error}") from error


def process(socket: Path, ends_s: float = ENDS_S) -> str:
    """The section of ExaBGP's configuration that starts the relay. ends_s: see relay."""
    packages = Path(catchment.__file__).parents[1]
    relay = f"{sys.executable} -m catchment.agent.speakers.relay {socket} {ends_s:g}"
    return f"process catchment {{\n  run /usr/bin/env PYTHONPATH={packages} {relay};\n  encoder text;\n}}\n"


def _user() -> str:
    """ExaBGP drops to `nobody` otherwise, who may not make the socket."""
    import pwd  # noqa: PLC0415  only where it is started

    return pwd.getpwuid(os.geteuid()).pw_name
