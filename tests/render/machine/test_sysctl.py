"""sysctl: keys that this kernel has, and a check of sources that lets through what the design sends."""

import re
from pathlib import Path

import pytest
from tests.render.golden import EXAMPLES, hold, rendered
from tests.render.programs import in_namespace


def test_every_file_is_the_golden_one() -> None:
    hold("sysctl")


def test_the_kernel_takes_every_line(tmp_path: Path) -> None:
    """Also those of interfaces, which are there here; only the limits of neighbours are the whole machine's."""
    text = rendered("sysctl")["busan/sysctl.conf"].text
    names = sorted(set(re.findall(r"net/ipv[46]/conf/([^/]+)/", text)))
    assert names == ["daegu", "daegu-2", "seoul", "summed", "svc-dns"]
    path = tmp_path / "sysctl.conf"
    path.write_text(re.sub(r"^-", "", re.sub(r"^-.*(neigh|max_size).*\n", "", text, flags=re.M), flags=re.M))
    if not Path("/proc/sys/net/ipv6").exists():
        pytest.skip("this kernel has no IPv6")
    made = "".join(f"ip link add {name} type veth peer name peer{number}\n" for number, name in enumerate(names))
    asked = "cat /proc/sys/net/ipv4/conf/summed/rp_filter /proc/sys/net/ipv4/fib_multipath_hash_policy"
    assert in_namespace(f"{made}sysctl --quiet --load {path}\n{asked}", "sysctl").split() == ["0", "1"]


def test_the_way_back_is_not_asked_for_where_answers_go_another_way() -> None:
    files = rendered("sysctl", EXAMPLES / "gre-announce" / "design.yaml")
    assert "rp_filter 0" in files["cloud-seoul/sysctl.conf"].text
    assert "-net/ipv4/conf/office-gre/rp_filter = 0" in files["cloud-seoul/sysctl.conf"].text
    assert "rp_filter 2" in files["provider-kr/sysctl.conf"].text


def test_clients_are_asked_for_their_way_back() -> None:
    text = rendered("sysctl")["daegu/sysctl.conf"].text
    assert "-net/ipv4/conf/users/rp_filter = 1" in text
    assert "net.ipv4.conf.all.rp_filter = 0" in text


def test_one_way_in_and_out_is_strict() -> None:
    assert "rp_filter 1: there is one way" in rendered("sysctl")["depot/sysctl.conf"].text
