#!/bin/sh
# Installs the programs that tests drive (routing daemons, name servers, tshark, Chromium) without letting a service start.
#
# As root on Debian or Ubuntu it installs what is missing; elsewhere, or without a network, it says what to install. It
# never fails for that: tests whose programs are missing skip and say so. It fails when a service runs that did not before.
#
# Packages start their services, and this machine may be somebody's: so while they are installed there is a policy-rc.d
# that forbids it (invoke-rc.d(8), deb-systemd-invoke(1p)), made only where there is none, and taken away again however
# this ends. What was installed here is not started at the next boot either.
set -u

POLICY=${POLICY:-/usr/sbin/policy-rc.d}
MARK="made by catchment's tests"
PATH="$PATH:/usr/sbin:/sbin:/usr/lib/frr"

# A file or program that tests look for, its package, the unit it brings, and its processes.
needed() {
	cat <<-END
		bird bird2 bird bird
		vtysh frr frr watchfrr,zebra,staticd,bgpd,ospfd,ospf6d,isisd,pimd,bfdd,eigrpd
		package frr-rpki-rtrlib - -
		stayrtr stayrtr stayrtr stayrtr
		nsd nsd nsd nsd
		knotd knot knot knotd
		smcrouted smcroute smcroute smcrouted
		tshark tshark - -
		iperf3 iperf3 iperf3 iperf3
		nft nftables - -
		ip iproute2 - -
		ping iputils-ping - -
		netplan netplan.io - -
		xmllint libxml2-utils - -
		chromium chromium - -
		nsenter util-linux - -
		sysctl procps - -
		gobgpd gobgpd gobgpd gobgpd
		exabgp exabgp exabgp exabgp
		etcd etcd-server etcd etcd
		promtool prometheus prometheus prometheus
		dpkg-buildpackage dpkg-dev - -
		dh debhelper - -
		openssl openssl - -
	END
}

there() { # program package
	if [ "$1" = package ]; then
		[ "$(dpkg-query -W -f '${Status}' "$2" 2>/dev/null)" = "install ok installed" ]
	else
		command -v "$1" >/dev/null 2>&1
	fi
}

missing() {
	needed | while read -r program package _; do there "$program" "$package" || echo "$package"; done
}

# Programs of the list that run now, each with its number; not those of labs, which have networks of their own.
running() {
	home=$(readlink /proc/self/ns/net)
	names=",$(needed | while read -r _ _ _ processes; do printf '%s,' "$processes"; done)"
	for entry in /proc/[0-9]*; do
		name=$(cat "$entry/comm" 2>/dev/null) || continue
		[ "$(readlink "$entry/ns/net")" = "$home" ] || continue
		case "$names" in *",$name,"*) echo "${entry#/proc/} $name" ;; esac
	done | sort
}

forbid_services() {
	[ -e "$POLICY" ] && return # whoever wrote it decides; what it lets start is found below
	printf '#!/bin/sh\n# %s; remove it when no test is being prepared\nexit 101\n' "$MARK" >"$POLICY" || return
	chmod 755 "$POLICY"
}

allow_services() {
	if grep -qs "$MARK" "$POLICY"; then rm -f "$POLICY"; fi
}

install() { # packages; one by one when not all of them can be had
	DEBIAN_FRONTEND=noninteractive timeout 900 apt-get install -y -qq --no-install-recommends \
		-o Dpkg::Options::=--force-confold "$@" >"$LOG" 2>&1
}

not_at_boot() { # packages
	command -v systemctl >/dev/null || return
	needed | while read -r _ package unit _; do
		case " $* " in *" $package "*) [ "$unit" = - ] || systemctl disable "$unit" >/dev/null 2>&1 ;; esac
	done
}

wanted=$(missing | tr '\n' ' ')
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "not installed, so their tests skip: $wanted"
	echo "on Debian or Ubuntu: sudo apt-get install $wanted (they start services), or run make test as root, which lets none start"
	exit 0
fi

LOG=$(mktemp) || exit 1
before=$(running)
trap 'allow_services; rm -f "$LOG"' EXIT
trap 'exit 130' INT TERM HUP
forbid_services
echo "installing for the tests, without starting services: $wanted"
if ! timeout 180 apt-get update -qq >"$LOG" 2>&1; then
	echo "the package lists cannot be fetched ($(tail -n 1 "$LOG")): going on with what is known"
fi
# shellcheck disable=SC2086  # a list of words
if ! install $wanted; then
	for package in $wanted; do
		install "$package" || echo "$package cannot be installed, so its tests skip: $(tail -n 1 "$LOG")"
	done
fi
# shellcheck disable=SC2086
not_at_boot $wanted

began=$(running | while read -r line; do printf '%s\n' "$before" | grep -qx "$line" || echo "$line"; done)
if [ -n "$began" ]; then
	echo "these run now and did not before; stop them:" >&2
	echo "$began" >&2
	exit 1
fi
