#!/bin/sh
# Made by catchment 0.1.0 from the design machines for peer: change the design, not this file.
# Ports are called as in the design: ip link set eth0 name seoul
set -e
ip link set lo up
ip addr replace 192.0.2.4/32 dev lo
ip addr replace 2001:db8:ffff::1/128 dev lo
ip link set seoul mtu 1500 up
ip addr replace 198.51.100.11/31 dev seoul
ip addr replace 2001:db8:ffff:1::b/127 dev seoul
