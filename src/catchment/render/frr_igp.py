"""OSPF, IS-IS and EIGRP as FRR writes them: what each interface speaks and costs, and what the router tells.

An area is said at the interface, never by `network` statements: the two must not be mixed in FRR.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.model.network import Igp, Interface, Level, Told
from catchment.render.frr_outside import outside, route_maps, told_default
from catchment.render.frr_parts import FAMILY_WORD, Part, Section
from catchment.render.view import LOOPBACK, View
from catchment.simulate_numbers import numbers
