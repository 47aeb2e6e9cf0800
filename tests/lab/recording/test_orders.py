"""What a recorder is told."""

from catchment.lab.recording.orders import Caller, Orders, Watched, read, written
from catchment.model.rehearsal import Asking
from catchment.results.timeline import Flow

ORDERS = Orders(
    zero_s=12.5,
    asking=Asking(every_s=0.05, wait_s=2.0, ports=3),
    callers=(Caller(flow=Flow(client="korea", service="dns", address="192.0.2.53"), space="run/netns/a"),) * 2,
    routers=(Watched(router="r1", space="run/netns/r1", behind=(("eth0", "r2"), ("svc-dns", "dns@r1"))),),
    prefixes=("192.0.2.0/24",),
)


def test_orders_are_read_as_they_were_written() -> None:
    assert read(written(ORDERS)) == ORDERS
    assert "\n" not in written(ORDERS)


def test_each_flow_asks_over_both_transports() -> None:
    assert ORDERS.per_s == 2 * (20 + 10)
