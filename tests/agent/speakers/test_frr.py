from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.frr import Frr
from tests.tiers import needs_lab


@needs_lab(*Frr.programs)
class TestFrr(Conformance):
    daemon = Frr
