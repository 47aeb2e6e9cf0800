"""The vector kernel: what `weigh` adds up, what `enter` writes, and that the registers are really used."""

import platform

import numpy as np
import pytest
from numba import config, njit
from tests.simulate.sweeping import plainly_weighed

from catchment.simulate.kernels import sweep as kernel
from catchment.simulate.starts import DOWN

pytestmark = pytest.mark.skipif(
    bool(config.DISABLE_JIT), reason="vectors are values of compiled code: NUMBA_DISABLE_JIT has none"
)


def random_rows(rng: np.random.Generator, rows: int, targets: int) -> np.ndarray:
    answer = np.empty((rows, 2, kernel.LANES), np.uint8)
    answer[:, 1] = rng.integers(0, targets, (rows, kernel.LANES))
    none = rng.random((rows, kernel.LANES)) < 0.1
    answer[:, 0] = np.where(none, 255, rng.integers(0, 254, (rows, kernel.LANES)))
    answer[:, 1][none] = 255
    return answer


@pytest.mark.parametrize("rows", [1, 255, 256, 257, 600])
def test_weights_are_added_up_exactly_around_the_borders_of_a_block(rows: int) -> None:
    rng = np.random.default_rng(rows)
    answer = random_rows(rng, rows, 5)
    units = rng.integers(0, 2**32 // rows, rows).astype(np.uint32)
    base = rng.choice(np.array([0, 1, 2, 3, 4, 255], np.uint8), rows)
    sums = np.full((6, kernel.LANES), 77, np.uint32)
    kernel.weigh(answer.reshape(-1), units, base, 5, sums)
    assert sums.tolist() == plainly_weighed(answer[:, 1], units, base, 5)


def entered(length: int, route_class: int, members: int = 2, rows: int = 3) -> tuple[int, int, int]:
    """(lanes that overflow, route in offered, route in answer) of one start, 3 members and rows before it."""
    offered = np.full((members + 1) * kernel.ROW_BYTES, 7, np.uint8)
    answer = np.full((rows + 1) * kernel.ROW_BYTES, 7, np.uint8)
    lengths = np.full((1, kernel.LANES), length, np.uint16)
    over = kernel.enter(
        lengths,
        np.array([route_class], np.uint8),
        np.array([0x0305], np.uint16),
        0,
        members,
        rows,
        offered,
        answer,
    )
    rows_of = offered if route_class != 3 else answer
    assert rows_of[-kernel.LANES :].tolist() == [5] * kernel.LANES, "the low byte of target 0x0305"
    return int(over), int(offered[members * kernel.ROW_BYTES]), int(answer[rows * kernel.ROW_BYTES])


def test_an_own_start_is_written_as_it_is() -> None:
    assert entered(1, 0) == (0, 1, 7)


@pytest.mark.parametrize("route_class", [1, 2])
def test_customer_and_peer_starts_are_written_as_a_neighbour_would_offer_them(route_class: int) -> None:
    assert entered(4, route_class) == (0, 0b10_000100, 7)


def test_a_provider_start_is_written_as_its_provider_would_have_it() -> None:
    assert entered(4, 3) == (0, 7, 0b11_000011)


def test_a_start_that_is_down_offers_nothing() -> None:
    assert entered(DOWN, 1) == (0, 255, 7)


def test_the_longest_path_fits_and_one_more_is_reported_for_every_lane() -> None:
    assert entered(kernel.LONGEST, 1)[0] == 0
    assert entered(kernel.LONGEST + 1, 1) == (2**64 - 1, 255, 7)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names instructions of x86-64")
def test_the_compiler_made_vector_instructions_of_it() -> None:
    import llvmlite.binding as llvm

    if not llvm.get_host_cpu_features().get("avx512bw"):
        pytest.skip("this CPU has no AVX-512 with bytes: LLVM splits the vectors")
    afresh = njit(error_model="numpy", nogil=True)(kernel._groups.py_func)  # cached code cannot be inspected
    rows = np.zeros(2 * kernel.ROW_BYTES, np.uint8)
    afresh(1, np.array([0, 1], np.uint32), np.array([0], np.uint32), rows)
    (assembly,) = afresh.inspect_asm().values()
    assert "vpcmpltub" in assembly, "compare 64 routes"
    assert "vpminub" in assembly, "the better of 64 routes"
    assert rows[kernel.ROW_BYTES] == 0b11_000001, "and they work"
