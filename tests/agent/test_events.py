from dataclasses import FrozenInstanceError

import pytest

from catchment.agent.events import Tick


def test_what_happened_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Tick(at_s=1.0).at_s = 2.0  # type: ignore[misc]
