"""Times and rates carry their units, and are read back as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.designfile.units import RATES_BPS, delay_ms, duration_s, rate_bps, shown_delay, shown_rate
from catchment.designfile.values import Broken


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [("4 ms", 4.0), ("4ms", 4.0), ("0.3 ms", 0.3), ("250 us", 0.25), ("10 µs", 0.01), ("1 s", 1000.0)],
)
def test_delays_are_read_in_milliseconds(written: str, milliseconds: float) -> None:
    assert delay_ms(written) == pytest.approx(milliseconds)


@pytest.mark.parametrize(("written", "seconds"), [("3 s", 3.0), ("500ms", 0.5), ("2 min", 120.0), ("1.5 s", 1.5)])
def test_times_are_read_in_seconds(written: str, seconds: float) -> None:
    assert duration_s(written, 3600.0) == pytest.approx(seconds)


@pytest.mark.parametrize("written", ["3", "3 h", "0 s", "61 min"])
def test_times_without_a_unit_or_out_of_range_are_refused(written: str) -> None:
    with pytest.raises(Broken):
        duration_s(written, 3600.0)


@pytest.mark.parametrize(
    ("written", "bps"),
    [("10 Gbps", 1e10), ("100 Mbps", 1e8), ("64 kbps", 64e3), ("1.544 Mbps", 1.544e6), ("1 Tbps", 1e12)],
)
def test_rates_are_decimal_thousands(written: str, bps: float) -> None:
    assert rate_bps(written) == pytest.approx(bps)


@pytest.mark.parametrize("written", ["4", "ms", "4 m", "-4 ms", "1e3 ms", "4 ms 5", "4 MS", "", "4,5 ms"])
def test_what_could_mean_anything_is_refused(written: str) -> None:
    with pytest.raises(Broken):
        delay_ms(written)


@pytest.mark.parametrize("written", ["10", "10 GB", "10 gbps", "0 Mbps", "10 GBps", "10 Gbit/s"])
def test_a_rate_in_other_units_is_refused(written: str) -> None:
    with pytest.raises(Broken):
        rate_bps(written)


@given(st.integers(1, 10**7), st.sampled_from(sorted(RATES_BPS)))
def test_a_rate_is_shown_as_it_is_read(number: int, unit: str) -> None:
    bps = rate_bps(f"{number} {unit}") if number * RATES_BPS[unit] <= 1e15 else 1e9
    assert rate_bps(shown_rate(bps)) == bps


@given(st.integers(1, 10_000_000))
def test_a_delay_is_shown_as_it_is_read(microseconds: int) -> None:
    milliseconds = delay_ms(f"{microseconds} us")
    assert delay_ms(shown_delay(milliseconds)) == pytest.approx(milliseconds, rel=1e-9)
