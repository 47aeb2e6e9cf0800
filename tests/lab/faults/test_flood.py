"""Who sends how much in a flood: all together exactly what was asked for."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.faults.flood import senders, shares
from catchment.model.fault import Flooded

ADDRESS = ip_address("203.0.113.53")


@given(st.lists(st.text(max_size=3), unique=True, min_size=1, max_size=20), st.integers(0, 5000))
def test_all_together_send_what_was_asked_for_and_nobody_much_more(clients: list[str], rate: int) -> None:
    found = shares(clients, rate)
    assert sum(found.values()) == rate
    assert max(found.values()) - min(found.values()) <= 1


def test_without_clients_nobody_sends() -> None:
    assert shares([], 100) == {}


def test_each_client_gets_a_program_with_its_namespace_and_what_it_can_ask() -> None:
    fault = Flooded(service="dns", packets_per_s=3, seconds=7)
    one, other = senders(fault, {"a": 11, "b": 12}, {"a": (ADDRESS,), "b": (ADDRESS,)}, "python")
    assert (one.node, one.words[3:]) == ("a", ("11", "2", "7", str(ADDRESS)))
    assert (other.node, other.words[3:]) == ("b", ("12", "1", "7", str(ADDRESS)))
    assert one.name == "flood-dns"
    fewer = senders(Flooded(service="dns", packets_per_s=1), {"a": 11, "b": 12}, {"a": (), "b": ()}, "python")
    assert [process.node for process in fewer] == ["a"]
