import subprocess
import time

from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.daemon import DRAINING, LONGER, P4, PLAIN, Daemon
from tests.agent.speakers.daemons.frr import Frr
from tests.agent.speakers.neighbour import Neighbour
from tests.tiers import needs_lab

from catchment.agent.speakers.frr import FrrSpeaker, _form, route_map
from catchment.agent.speakers.speaker import Speaker
from catchment.model.agent import Form


@needs_lab(*Frr.programs, "vtysh")
class TestFrr(Conformance):
    daemon = Frr

    def test_loading_the_file_again_leaves_what_is_announced_and_writes_nothing(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        """`vtysh -b`, as frrinit does it; the file has nothing of the agent's, before and after."""
        assert isinstance(running, Frr)
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)
        since, file = len(neighbour.heard), running.run / "bgpd.conf"
        text = file.read_text()
        subprocess.run(["vtysh", "-N", running.place.near, "-f", file], check=True, capture_output=True, timeout=20)
        time.sleep(0.3)
        assert speaker.exports()[P4] == LONGER
        assert neighbour.heard[since:] == []
        assert file.read_text() == text
        assert "agent" not in text

    def test_route_maps_that_are_there_already_are_no_trouble(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        """An agent that starts again writes them again; none of it makes an UPDATE."""
        speaker.announce(P4, DRAINING)
        neighbour.wait_form(P4, DRAINING)
        since = len(neighbour.heard)
        with running.speaker() as another:
            another.announce(P4, DRAINING)
        time.sleep(0.3)
        assert neighbour.heard[since:] == []

    def test_somebody_in_the_configuration_holds_up_nothing(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        with running.speaker() as operator:
            assert isinstance(operator, FrrSpeaker)
            operator._ask("configure terminal")
            operator._ask("router bgp 64500")
            speaker.announce(P4, PLAIN)
            neighbour.wait_form(P4, PLAIN)
            speaker.withdraw(P4)
            neighbour.wait_form(P4, None)


def test_the_name_of_a_route_map_says_what_it_sets():
    assert route_map(Form()) == "plain"
    assert route_map(DRAINING) == "64500:1:2_65535:0_med50"
    assert route_map(LONGER) == "prepend3"
    assert route_map(Form(prepend=3, med=0)) != route_map(LONGER)


def test_communities_that_have_a_name_are_read_as_numbers():
    route = {"community": {"string": "blackhole no-export 64500:1"}, "largeCommunity": {"string": "64500:1:2"}}
    assert _form(route).communities == ("64500:1", "64500:1:2", "65535:65281", "65535:666")
