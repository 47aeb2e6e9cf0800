from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.bird import Bird
from tests.tiers import needs_lab


@needs_lab("bird")
class TestBird(Conformance):
    daemon = Bird
