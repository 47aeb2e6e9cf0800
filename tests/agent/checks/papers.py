"""A CA of the test's own, and a certificate that it signed."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Files: of the CA's certificate, of a server's key and certificate."""

    ca: Path
    own: Path

    def context(self, protocol: str = "") -> ssl.SSLContext:
        """A server's side of TLS."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.own)
        if protocol:
            made.set_alpn_protocols([protocol])
        return made


def papers(folder: Path, name: str, days: float) -> Papers:
    """For a name, holding for so many days more. Skips without cryptography."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography makes the certificates")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the test's own CA")])
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def made(subject, public_key, number, end, extension):
        begin = now - timedelta(days=30)
        plain = x509.CertificateBuilder(issuer, subject, public_key, number, begin, end)
        return plain.add_extension(extension, critical=False).sign(ca_key, hashes.SHA256())

    top = made(issuer, ca_key.public_key(), 1, now + timedelta(days=90), x509.BasicConstraints(True, None))
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    own = made(x509.Name([]), key.public_key(), 2, now + timedelta(days=days, minutes=1), names)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(top.public_bytes(pem))
    (folder / "own.pem").write_bytes(secret + own.public_bytes(pem))
    return Papers(ca=folder / "ca.pem", own=folder / "own.pem")
