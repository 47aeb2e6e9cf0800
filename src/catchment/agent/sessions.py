"""Asks the speaker about its BGP sessions now and then, for the metrics, over a connection of its own. [I/O]

In a thread: a speaker that is busy holds up neither decisions nor what the speaker is told.
"""

import threading

from catchment.agent.speakers.speaker import Session, Speaker, SpeakerSilent

EVERY_S = 5.0


class Sessions:
    """last: as the speaker last said; None: it does not say."""

    def __init__(self, speaker: Speaker, every_s: float = EVERY_S) -> None:
        self.speaker = speaker
        self.every_s = every_s
        self.last: tuple[Session, ...] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sessions", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self, wait_s: float = 0.0) -> None:
        """Ask no more; at most wait_s are waited for the question that is under way."""
        self._over.set()
        self._thread.join(wait_s)

    def _run(self) -> None:
        while True:
            try:
                self.last = self.speaker.sessions()
            except SpeakerSilent:
                self.last = None
            if self._over.wait(self.every_s):
                self.speaker.close()
                return
