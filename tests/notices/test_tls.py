"""Handing letters to a mail server that wants TLS and a login: a certificate is checked, and no password goes in the
open."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.notices import carrier
from service.notices.carrier import Carrier, HandOverError, Route
from tests.notices.server import Box, free_port

# aiosmtpd warns that a login without TLS is unwise: that is what is tried.
pytestmark = pytest.mark.filterwarnings("ignore:.*auth_require_tls:UserWarning")
USER, PASSWORD = "ridgeway", "correct horse"


@dataclass(frozen=True)
class Pair:
    """A certificate of 127.0.0.1 that vouches for itself, and its key, as files."""

    certificate: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder, key, now = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.ridgeway.test")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(here, False).add_extension(x509.BasicConstraints(True, None), True)
    pair = Pair(folder / "certificate.pem", folder / "key.pem")
    pair.certificate.write_bytes(signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pair.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return pair


@dataclass
class Door:
    """A mail server that lets in whoever knows the password; `seen` is what was said to it, and whether in secret."""

    box: Box = field(default_factory=Box)
    seen: list[tuple[str, bool]] = field(default_factory=list)

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, said: LoginPassword) -> AuthResult:
        is_secret = server.transport.get_extra_info("ssl_object") is not None
        self.seen.append((said.password.decode(), is_secret))
        is_right = (said.login, said.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


@contextmanager
def server(door: Door, **given: Any) -> Generator[int]:
    """Its port. A login is wanted before anything else."""
    asked: dict[str, Any] = {"authenticator": door.authenticate, "auth_required": True, **given}
    running = Controller(door.box, hostname="127.0.0.1", port=free_port(), **asked)
    running.start()
    try:
        yield running.port
    finally:
        running.stop()


def send(port: int, scheme: str = "smtp", password: str = PASSWORD, host: str = "127.0.0.1") -> str:
    """How it went: the code of what went wrong, or nothing."""
    message = EmailMessage()
    message["Subject"], message["To"] = "There is news", "amara@example.org"
    message.set_content("Sign in to see it.")
    route = Route.of(f"{scheme}://{USER}@{host}:{port}", password)
    line = Carrier(route, "ridgeway.test", patience=5)
    try:
        line.hand_over(message, "no-reply@ridgeway.test", "amara@example.org")
    except HandOverError as error:
        return error.code
    finally:
        line.close()
    return ""


@pytest.fixture
def trusted(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """As if an authority that this machine trusts had signed it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
    return pair


def test_a_letter_goes_over_tls_once_the_server_offers_it_and_the_login_with_it(trusted: Pair) -> None:
    door = Door()
    with server(door, tls_context=trusted.context, require_starttls=True) as port:
        assert send(port) == ""
    assert door.seen == [(PASSWORD, True)]
    assert len(door.box.to("amara@example.org")) == 1


def test_a_server_that_begins_with_tls_is_spoken_to_so(trusted: Pair) -> None:
    door = Door()
    with server(door, ssl_context=trusted.context, auth_require_tls=False) as port:
        assert send(port, "smtps") == ""
    assert door.seen == [(PASSWORD, True)]
    assert len(door.box.to("amara@example.org")) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_letter(pair: Pair, scheme: str) -> None:
    door = Door()
    how = {"tls_context": pair.context} if scheme == "smtp" else {"ssl_context": pair.context}
    with server(door, **how) as port:
        assert send(port, scheme) == "tls"
    assert (door.seen, door.box.taken) == ([], [])


def test_a_certificate_of_another_name_is_none(trusted: Pair) -> None:
    door = Door()
    with server(door, tls_context=trusted.context) as port:
        assert send(port, host="localhost") == "tls"
    assert (door.seen, door.box.taken) == ([], [])


def test_a_password_that_is_wrong_is_told_as_such_and_nothing_is_sent(trusted: Pair) -> None:
    door = Door()
    with server(door, tls_context=trusted.context) as port:
        assert send(port, password="wrong") == "login"
    assert (set(door.seen), door.box.taken) == ({("wrong", True)}, [])


def test_no_password_goes_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to a server that would take it, unless it is on this machine."""
    door = Door()
    with server(door, auth_require_tls=False) as port:
        monkeypatch.setattr(carrier, "LOOPBACK", frozenset[str]())
        assert send(port) == "tls"
        assert (door.seen, door.box.taken) == ([], [])
        monkeypatch.undo()
        assert send(port) == ""
    assert door.seen == [(PASSWORD, False)]
