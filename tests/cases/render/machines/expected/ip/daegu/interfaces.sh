#!/bin/sh
# Made by catchment 0.1.0 from the design machines for daegu: change the design, not this file.
# Ports are called as in the design: ip link set eth0 name seoul
set -e
ip link set lo up
ip addr replace 192.0.2.3/32 dev lo
ip addr replace 2001:db8::3/128 dev lo
ip link set busan mtu 1500 up
ip addr replace 198.51.100.3/31 dev busan
ip addr replace 2001:db8:ffff:1::3/127 dev busan
ip link set busan-2 mtu 1500 up
ip addr replace 198.51.100.5/31 dev busan-2
ip addr replace 2001:db8:ffff:1::5/127 dev busan-2
ip link show dev counted >/dev/null 2>&1 || ip link add counted mtu 1468 type gre local 192.0.2.3 remote 192.0.2.20 key 9 seq ttl inherit
ip link set counted mtu 1468 up
ip addr replace 10.99.3.2/30 dev counted
ip addr replace 2001:db8:ffff:1::13/127 dev counted
ip link set users up
ip addr replace 198.18.7.1/24 dev users
ip addr replace 2001:db8:7::1/64 dev users
ip link show dev svc-dns >/dev/null 2>&1 || ip link add svc-dns type dummy
ip addr replace 203.0.113.53/32 dev svc-dns
ip addr replace 2001:db8:53::53/128 dev svc-dns
ip link set svc-dns up
