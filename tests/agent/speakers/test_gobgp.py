from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.gobgp import Gobgp
from tests.tiers import needs_lab


@needs_lab(*Gobgp.programs)
class TestGobgp(Conformance):
    daemon = Gobgp
