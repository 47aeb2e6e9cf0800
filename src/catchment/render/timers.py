"""Times that both ends of a link or session have to agree on, so the same in every daemon's file."""

OSPF_HELLO_S, OSPF_DEAD_S = 1, 4
"""Both ends must say the same (RFC 2328 10.5). A link that is lost without a signal is noticed after 4 s."""

OSPF_RETRANSMIT_S = 2

BGP_HOLD_S, BGP_KEEPALIVE_S = 9, 3
"""A third of the hold time, as RFC 4271 10 suggests; three seconds is the least that the protocol allows."""

BFD_INTERVAL_MS, BFD_MULTIPLIER = 300, 3
"""0.9 s until a silent neighbour is given up; 50 ms x 3 was seen to fail falsely on busy machines."""

MOST_PREFIXES = {4: 2_000_000, 6: 500_000}
"""More than the Internet has (1.0 and 0.24 million in 2025): a neighbour that sends more is out of its mind."""

MOST_CUSTOMER_PREFIXES = 1_000
"""A customer that sends more leaks somebody else's routes; a design's customers announce a handful."""
