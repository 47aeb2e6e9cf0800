#!/bin/sh
# Made by catchment 0.1.0 from the design machines for depot: change the design, not this file.
# Ports are called as in the design: ip link set eth0 name seoul
set -e
ip link set lo up
ip addr replace 192.0.2.22/32 dev lo
ip addr replace 2001:db8::22/128 dev lo
