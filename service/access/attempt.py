"""One browser's attempt to sign in at the provider, from leaving to coming back.

The browser's cookie holds one random secret; state, nonce and verifier are derived from it. So the server keeps nothing
and needs no key, and the provider, which sees the state, the nonce and a hash of the verifier, cannot work back to it.
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

SECONDS = 600
_SECRET_LENGTH = 43
_LONGEST_PATH = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """`onward` is where to go once signed in; whoever uses it checks that it is a path of our own."""

    secret: str
    onward: str

    @classmethod
    def begin(cls, onward: str) -> "Attempt":
        return cls(secrets.token_urlsafe(32), onward if len(onward) <= _LONGEST_PATH else "/")

    @classmethod
    def read(cls, cookie: str | None) -> "Attempt | None":
        """From the cookie's value; None where there is none, or it is not one of ours."""
        secret, _, onward = (cookie or "").partition(".")
        try:
            path = urlsafe_b64decode(onward + "=" * (-len(onward) % 4)).decode()
        except (binascii.Error, ValueError):
            return None
        return cls(secret, path) if len(secret) == _SECRET_LENGTH else None

    def __str__(self) -> str:
        return f"{self.secret}.{_plain(self.onward.encode())}"

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """43 characters: the shortest that RFC 7636 section 4.1 allows, with 256 bits in them."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _plain(sha256(self.verifier.encode()).digest())

    def _derived(self, use: str) -> str:
        return _plain(hmac.new(self.secret.encode(), use.encode(), sha256).digest())


def _plain(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
