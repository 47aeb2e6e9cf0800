import ssl
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.agent.checks.certificate import ends_s

PEM = (files("catchment.agent.checks.failing") / "expired.pem").read_text()
DER = ssl.PEM_cert_to_DER_cert(PEM[PEM.index("-----BEGIN CERT") :])


def test_the_end_is_read_from_a_certificate_that_nobody_trusts():
    assert datetime.fromtimestamp(ends_s(DER), UTC) == datetime(2020, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(("year", "kind"), [(2049, "UTCTime"), (2051, "GeneralizedTime")])
def test_both_forms_of_time_are_read(year, kind):
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography makes the certificates")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    end = datetime(year, 5, 6, 7, 8, 9, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2020, 1, 1, tzinfo=UTC), end)
    der = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    assert ends_s(der) == end.timestamp(), kind


@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
def test_a_certificate_with_a_wrong_byte_never_breaks_more_than_itself(at, byte):
    with suppress(ValueError):
        ends_s(DER[:at] + bytes([byte]) + DER[at + 1 :])


@given(st.binary(max_size=60))
def test_anything_else_is_no_certificate(junk):
    with pytest.raises(ValueError):  # noqa: PT011  whichever part is missing
        ends_s(junk)
