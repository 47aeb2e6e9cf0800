from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.daemon import LONGER, P4, PLAIN, Daemon
from tests.agent.speakers.daemons.gobgp import Gobgp
from tests.agent.speakers.neighbour import Neighbour
from tests.agent.speakers.places import FAR6
from tests.tiers import needs_lab

from catchment.agent.speakers.attributes import attributes
from catchment.agent.speakers.gobgp import GobgpSpeaker, _path
from catchment.agent.speakers.protobuf import encoded
from catchment.agent.speakers.speaker import OTHER, Speaker
from catchment.model.agent import Step


@needs_lab(*Gobgp.programs)
class TestGobgp(Conformance):
    daemon = Gobgp

    def test_a_path_that_somebody_put_in_by_hand_is_told_and_withdrawn(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        by_hand(speaker, 0)
        neighbour.wait_form(P4, LONGER)
        assert speaker.exports()[P4] == LONGER
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        assert speaker.exports()[P4] == PLAIN
        by_hand(speaker, 7)
        assert speaker.exports()[P4] == OTHER
        speaker.withdraw(P4)
        neighbour.wait_form(P4, None)
        assert speaker.exports()[P4] is None

    def test_harsher_steps_leave_alone_what_an_operator_had_disabled(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        assert isinstance(speaker, GobgpSpeaker)
        speaker._call("DisablePeer", encoded((1, FAR6)))
        try:
            neighbour.wait(lambda seen: seen.sessions == 1, 5, "one session")
            speaker.escalate(Step.SESSIONS)
            assert [one.words for one in speaker.sessions()] == ["disabled", "disabled"]
            speaker.restore(Step.SESSIONS)
            assert {one.name for one in speaker.sessions() if one.words == "disabled"} == {FAR6}
        finally:
            speaker._call("EnablePeer", encoded((1, FAR6)))
            running.ready()


def by_hand(speaker: Speaker, identifier: int) -> None:
    assert isinstance(speaker, GobgpSpeaker)
    speaker._call("AddPath", encoded((3, _path(P4, attributes(P4, LONGER, 64500), identifier))))
