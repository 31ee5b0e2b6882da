"""Handing a message to the mail server, over a connection that is kept while there is more to hand over."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from service.notices.rules import IN_DOUBT, REFUSED
from service.settings import LOOPBACK

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@dataclass(frozen=True, slots=True)
class Route:
    """The way to the mail server: `smtp` turns to TLS where the server offers it, `smtps` begins with it."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool

    @classmethod
    def of(cls, url: str, password: str = "") -> "Route":
        """smtp://user:password@host:587; a `password` given here counts. Raises ValueError for any other address."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("RIDGEWAY_SMTP_URL must be smtp://HOST:PORT or smtps://HOST:PORT")
        is_tls = parts.scheme == "smtps"
        words = password or unquote(parts.password or "")
        return cls(parts.hostname, parts.port or (465 if is_tls else 25), unquote(parts.username or ""), words, is_tls)


class HandOverError(Exception):
    """The message was not accepted, as far as we know. `code` is one of ours, for `rules.after_failure`; it is in doubt
    once its words were on their way and no answer came.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Line(smtplib.SMTP):
    """`begin` is asked before the words of a message go out; False keeps them here."""

    begin: Callable[[], bool] = staticmethod(lambda: True)
    has_begun = False

    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        if not self.begin():
            raise HandOverError("too_late")
        self.has_begun = True
        return super().data(msg)


class _SealedLine(_Line, smtplib.SMTP_SSL):
    pass


class Carrier:
    """One connection to the mail server. `name` is what we say we are; `patience`, seconds for each of its answers."""

    def __init__(self, route: Route, name: str, patience: float = 30) -> None:
        self._route, self._name, self._patience = route, name, patience
        self._open: _Line | None = None

    def hand_over(
        self, message: EmailMessage, sender: str, address: str, begin: Callable[[], bool] = lambda: True
    ) -> None:
        """Returns once the server has taken the message. `begin` is asked when the server wants it and before a word of
        it goes out: up to then nothing can have arrived. Raises HandOverError."""
        connection = None
        try:
            connection = self._open = self._open or self._connect()
            connection.begin, connection.has_begun = begin, False
            connection.send_message(message, sender, [address])
        except (smtplib.SMTPException, OSError) as error:
            code = code_of(error)
            # After a refusal the server listens on, unless it hung up with it.
            if connection is self._open and (connection is None or connection.sock is None or code not in REFUSED):
                self.drop()
            is_in_doubt = connection is not None and connection.has_begun and code not in REFUSED
            raise HandOverError(IN_DOUBT if is_in_doubt else code) from None
        except Exception:
            # It was announced and is not sent: the server waits for words on this connection.
            self.drop()
            raise

    def close(self) -> None:
        """Says goodbye: a server ends connections that lie idle, and the next letter would find out."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self.drop()

    def drop(self) -> None:
        """Lets go of the connection at once; whoever waits for an answer on it gets none."""
        connection, self._open = self._open, None
        if connection is not None:
            with suppress(OSError):
                if connection.sock is not None:
                    connection.sock.shutdown(2)
            connection.close()

    def _connect(self) -> _Line:
        route, trusted = self._route, ssl.create_default_context()
        if route.is_tls:
            connection = _SealedLine(route.host, route.port, self._name, timeout=self._patience, context=trusted)
        else:
            connection = _Line(route.host, route.port, self._name, timeout=self._patience)
        try:
            self._introduce(connection, trusted)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        connection.ehlo()
        if not self._route.is_tls and connection.has_extn("starttls"):
            connection.starttls(context=trusted)
        elif self._route.user and not self._route.is_tls and self._route.host not in LOOPBACK:
            raise ssl.SSLError("a password is not sent in the open")
        if self._route.user:
            connection.login(self._route.user, self._route.password)


def code_of(error: Exception) -> str:
    """What went wrong, without a word of what the server said: that may repeat an address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(min(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPDataError):
        return _refused(error.smtp_code)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code
    return "no_connection"


def _refused(code: int) -> str:
    return "refused_for_good" if 500 <= code < 600 else "refused_for_now"


_CODES: dict[type[Exception], str] = {
    smtplib.SMTPAuthenticationError: "login",
    smtplib.SMTPSenderRefused: "sender_refused",
    smtplib.SMTPNotSupportedError: "not_supported",
    smtplib.SMTPServerDisconnected: "disconnected",
    TimeoutError: "timeout",
    ssl.SSLError: "tls",
}
