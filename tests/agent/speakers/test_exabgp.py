import os
from pathlib import Path

import pytest
from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.exabgp import Exabgp
from tests.tiers import needs_lab


@needs_lab(*Exabgp.programs)
class TestExabgp(Conformance):
    """The version that is installed."""

    daemon = Exabgp


ANOTHER = os.environ.get("CATCHMENT_EXABGP", "")


class Another(Exabgp):
    program = ANOTHER


@pytest.mark.skipif(not Path(ANOTHER).is_file(), reason="CATCHMENT_EXABGP names no other ExaBGP to test")
@needs_lab(*Exabgp.programs)
class TestAnother(Conformance):
    daemon = Another
