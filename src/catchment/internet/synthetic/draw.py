"""Draws at random, with the same result on every machine and with every release of numpy.

Three habits make it so, and the rest of this folder keeps them:
- only PCG64's raw integers are used: numpy promises their stream (NEP 19), but not that of Generator's methods;
- weights are integers, so that sums do not depend on the order of adding;
- of real arithmetic only + - * / and square roots, which IEEE 754 rounds exactly:
  exp, log and power differ between machines.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Dice:
    """A stream of random numbers; one for each `stage`, so that a change to a stage leaves the others alone."""

    def __init__(self, seed: int, stage: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, stage]))

    def uniform(self, count: int) -> Floats:
        """float64[count] in [0, 1)."""
        whole = np.asarray(self._bits.random_raw(count), np.uint64) >> np.uint64(11)
        return np.asarray(whole * 2.0**-53, np.float64)

    def below(self, bounds: Ints) -> Ints:
        """int64: for each bound b >= 1 an integer in [0, b)."""
        return (self.uniform(len(bounds)) * bounds).astype(np.int64)

    def order(self, count: int) -> Ints:
        """int64[count]: the numbers 0 to count - 1 in random order."""
        return np.argsort(np.asarray(self._bits.random_raw(count), np.uint64), kind="stable").astype(np.int64)

    def chance(self, probability: Floats | float, count: int) -> npt.NDArray[np.bool_]:
        """bool[count]: true with that probability."""
        return self.uniform(count) < probability

    def among(self, running: Ints, first: Ints, end: Ints) -> Ints:
        """int64: for each row a place in [first, end) of a weighted list, -1 where the weights there are all zero.

        running : int64[k+1]  running sum of the weights of the list, from 0
        """
        low, total = running[first], running[end] - running[first]
        at = low + self.below(np.maximum(total, 1))
        place = np.searchsorted(running, at, side="right") - 1
        return np.where(total > 0, place, -1)


def running_sum(weights: Ints) -> Ints:
    """int64[k+1]: 0 and the sums of the first 1, 2, ... weights."""
    answer = np.zeros(len(weights) + 1, np.int64)
    np.cumsum(weights, out=answer[1:])
    return answer


def quantile(at: Floats, knots: tuple[tuple[float, float], ...]) -> Floats:
    """The value of a distribution at each quantile, by straight lines between (quantile, value) knots.

    Written out because np.interp may fuse a product and a sum on machines that can.
    """
    x = np.array([knot[0] for knot in knots])
    y = np.array([knot[1] for knot in knots])
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    step = (at - x[i]) / (x[i + 1] - x[i])
    rise = step * (y[i + 1] - y[i])
    return np.asarray(y[i] + rise)


def flattened(weights: Ints) -> Ints:
    """weights ** (3/4), rounded: large cities have more networks than small ones, but fewer a head."""
    root = np.sqrt(weights.astype(np.float64))
    return np.asarray(np.rint(root * np.sqrt(root)), np.int64)


def spans(start: Ints, count: Ints) -> Ints:
    """start[0], start[0] + 1, ... count[0] of them, then those of 1, and so on."""
    before = np.cumsum(count) - count
    return np.repeat(start - before, count) + np.arange(int(count.sum()))


def first_of_each(key: Ints) -> npt.NDArray[np.bool_]:
    """bool: whether a row is the first with its key."""
    order = np.argsort(key, kind="stable")
    answer = np.zeros(len(key), bool)
    if len(key):
        ordered = key[order]
        answer[order] = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return answer
