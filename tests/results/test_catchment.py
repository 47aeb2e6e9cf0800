"""A catchment: rows, paths, probabilities, and that nobody can write into it."""

import numpy as np
import pytest
from tests.results.small import small

from catchment.results.catchment import ARRAYS, Catchment


def test_a_client_is_found_by_its_as_number_and_only_then() -> None:
    catchment = small()
    assert catchment.row(64498) == 2
    assert [catchment.row(asn) for asn in (1, 64495, 64501, 4_294_967_295)] == [None] * 4


def test_paths_lead_from_the_client_to_the_origin() -> None:
    catchment = small()
    assert catchment.path_of(1) == (64497, 64496, 65536)
    assert catchment.path_of(3) == ()


def test_shares_come_most_probable_first_and_equal_ones_in_the_order_of_sites() -> None:
    catchment = small()
    assert catchment.shares_of(1) == ((0, 0.5), (1, 0.5))
    assert catchment.shares_of(4) == ((1, 0.75), (0, 0.25))
    assert catchment.shares_of(3) == ()


def test_certainty_is_the_probability_of_the_site_that_was_named() -> None:
    assert small().certainty.tolist() == [1.0, 0.5, 1.0, 0.0, 0.75]


def test_each_share_knows_its_row() -> None:
    assert small().sharing.tolist() == [0, 1, 1, 2, 4, 4]


@pytest.mark.parametrize("name", ARRAYS)
def test_no_array_can_be_written(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(small(), name)[0] = 0


def test_the_list_of_arrays_names_every_array() -> None:
    catchment = small()
    fields = [name for name in Catchment.__dataclass_fields__ if isinstance(getattr(catchment, name), np.ndarray)]
    assert sorted(ARRAYS) == sorted(fields)


def test_a_catchment_without_clients_answers_too() -> None:
    empty = small([])
    assert empty.row(64496) is None
    assert len(empty.certainty) == 0
