"""Multicast inside our own networks: who joins where, the trees that PIM builds, and copies on each link.

members --membership--> last-hop routers --rpf, pim--> joins hop by hop --forwarding--> where one packet goes
"""
