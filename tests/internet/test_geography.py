"""Where the clients of an AS are."""

import numpy as np
from tests.internet.drawing import one_place


def test_home_is_the_first_point_and_unknown_without_one() -> None:
    geography = one_place(4, 2)
    assert np.isnan(geography.home_deg).all(axis=1).tolist() == [True, True, False, True]
    assert geography.home_deg[2].tolist() == [48.5, 9.25]
    assert geography.home_of(2) == (48.5, 9.25)
    assert np.isnan(geography.home_of(3)).all()
