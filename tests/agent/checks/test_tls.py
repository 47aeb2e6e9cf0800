import os
import ssl

import pytest
from tests.agent.checks.asked import LOOPBACK, asked_at
from tests.agent.checks.papers import DAY_S, Papers, papers

from catchment.agent.checks.failing.servers import connections, says
from catchment.agent.checks.tls import context
from catchment.model.probes import TlsProbe

PROBE = TlsProbe(address=LOOPBACK, port=1, name="dns.example.com")


@pytest.fixture
def own(tmp_path, monkeypatch) -> Papers:
    """A certificate of our own CA, for dns.example.com, for ten days; the CA is trusted in this test."""
    made = papers(tmp_path, "dns.example.com", days=10)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    return made


def at(own: Papers, **changes):
    probe = TlsProbe(**{"address": LOOPBACK, "port": 1, "name": "dns.example.com", **changes})
    return asked_at(connections(says(b""), own.context()), probe)


def test_a_certificate_of_a_trusted_ca_with_the_right_name_passes(own):
    assert at(own).words == "handshake done"
    assert at(own, days_left=7).words == "its certificate holds for 10 days"


def test_one_that_ends_too_soon_fails_before_it_ends(own):
    result = at(own, days_left=14)
    assert (result.passed, result.words[:32]) == (False, "its certificate ends in 10.0 day")


def test_another_name_fails(own):
    result = at(own, name="www.example.com")
    assert not result.passed
    assert "Hostname mismatch" in result.words


def test_a_ca_that_nobody_trusts_fails_unless_it_is_not_looked_at(tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    unknown = papers(tmp_path, "dns.example.com", days=10)
    assert "unable to get local issuer" in at(unknown).words
    assert at(unknown, verify=False).passed
    assert not at(unknown, verify=False, days_left=14).passed, "its days are read all the same"


def test_what_is_not_tls_fails(own):
    result = asked_at(connections(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")), PROBE)
    assert not result.passed
    assert result.words.startswith("TLS: ")


def test_a_ca_that_comes_later_is_read_without_a_restart(own):
    before = context(verify=True)
    assert context(verify=True) is before
    os.utime(own.ca, ns=(0, int(DAY_S * 1e9)))
    after = context(verify=True)
    assert after is not before
    assert after.verify_mode == ssl.CERT_REQUIRED
