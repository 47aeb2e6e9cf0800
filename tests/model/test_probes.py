from ipaddress import ip_address

from catchment.model.probes import DnsProbe


def test_a_dns_probe_asks_for_the_soa_of_the_root_unless_told():
    probe = DnsProbe(address=ip_address("192.0.2.53"))
    assert (probe.port, probe.name, probe.kind, probe.rcodes) == (53, ".", "SOA", ("NOERROR",))
