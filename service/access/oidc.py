"""OpenID Connect as a client: the code flow with PKCE, against the one provider that the settings name.

Followed: OpenID Connect Core 1.0 (3.1.2 and 3.1.3), Discovery 1.0 (4.3), RFC 7636 (S256), RFC 9207 (iss in the answer).
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from service.access.attempt import Attempt
from service.settings import LOOPBACK

# Signatures by a key pair only: with "none" or a shared secret, whoever can write a token could forge one.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
SKEW_SECONDS = 60
METADATA_SECONDS = 3600
# An unknown key identifier may mean that the provider changed its keys, or that somebody makes identifiers up.
KEYS_SECONDS = 60
LONGEST = 200


class ProviderDownError(Exception):
    """The provider does not answer, or not as OpenID Connect says it must. The message is for the log."""


class NotVouchedForError(Exception):
    """The provider's answer does not prove who this is. The message is for the log and holds nothing personal."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `email` is None where it has none or says that it was never verified."""

    issuer: str
    subject: str
    name: str
    email: str | None


class Provider:
    def __init__(
        self, issuer: str, client_id: str, client_secret: str, redirect_uri: str, http: httpx.AsyncClient
    ) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self._http = http
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def address_for(self, attempt: Attempt) -> str:
        """Where to send the browser. Raises ProviderDownError."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid email profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = _endpoint(await self._described(), "authorization_endpoint")
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def identity(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Who the browser that came back with `answer` is. Raises NotVouchedForError and ProviderDownError."""
        described = await self._described()
        _check_answer(answer, attempt, described)
        tokens = await self._redeem(described, answer["code"], attempt)
        claims = await self._verified(described, str(tokens.get("id_token", "")))
        _check_claims(claims, self.issuer, self.client_id, attempt.nonce, time.time())
        if not claims.get("email") and "userinfo_endpoint" in described:
            claims = {**await self._userinfo(described, str(tokens.get("access_token", "")), claims["sub"]), **claims}
        return _identity(claims)

    async def _described(self) -> dict[str, Any]:
        """The provider's own description of itself, asked for once an hour."""
        if self._metadata is None or time.monotonic() - self._metadata[0] > METADATA_SECONDS:
            address = _safe(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            described = await self._ask("GET", address)
            if described.get("issuer") != self.issuer:
                raise ProviderDownError("its metadata names another issuer")
            self._metadata = time.monotonic(), described
        return self._metadata[1]

    async def _redeem(self, described: dict[str, Any], code: str, attempt: Attempt) -> dict[str, Any]:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": attempt.verifier,
        }
        methods = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = None
        if self.client_secret and "client_secret_basic" in methods:
            basic = httpx.BasicAuth(self.client_id, self.client_secret)
        elif self.client_secret:
            given["client_secret"] = self.client_secret
        return await self._ask("POST", _endpoint(described, "token_endpoint"), data=given, auth=basic)

    async def _verified(self, described: dict[str, Any], token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed. An unknown key is looked for once, among fresh keys."""
        try:
            try:
                return _decoded(token, await self._key_set(described))
            except InvalidKeyIdError:
                return _decoded(token, await self._key_set(described, older_than=KEYS_SECONDS))
        except (JoseError, ValueError) as error:
            raise NotVouchedForError(f"the ID token's signature: {type(error).__name__}") from None

    async def _key_set(self, described: dict[str, Any], older_than: float = METADATA_SECONDS) -> KeySet:
        if self._keys is None or time.monotonic() - self._keys[0] > older_than:
            given: Any = await self._ask("GET", _endpoint(described, "jwks_uri"))
            try:
                self._keys = time.monotonic(), KeySet.import_key_set(given)
            except (JoseError, KeyError, TypeError, ValueError):
                raise ProviderDownError("its keys cannot be read") from None
        return self._keys[1]

    async def _userinfo(self, described: dict[str, Any], access_token: str, subject: str) -> dict[str, Any]:
        """Core 5.3.4: what it says counts only if it is about the subject of the ID token."""
        asked = {"Authorization": f"Bearer {access_token}"}
        said = await self._ask("GET", _endpoint(described, "userinfo_endpoint"), headers=asked)
        if said.get("sub") != subject:
            raise NotVouchedForError("userinfo is about somebody else")
        return said

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, address, follow_redirects=False, **more)
            said = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise ProviderDownError(f"{urlsplit(address).path}: {type(error).__name__}") from None
        if not isinstance(said, dict):
            raise ProviderDownError(f"{urlsplit(address).path}: not a JSON object")
        if said.get("error") == "invalid_grant":
            raise NotVouchedForError("the code was refused")
        if answer.status_code != 200:
            raise ProviderDownError(f"{urlsplit(address).path}: status {answer.status_code}")
        return said


def _decoded(token: str, keys: KeySet) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.decode(token, keys, algorithms=ALGORITHMS, registry=registry).claims


def _check_answer(answer: Mapping[str, str], attempt: Attempt, described: Mapping[str, Any]) -> None:
    if not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
        raise NotVouchedForError("the state is not this browser's")
    # RFC 9207: an answer from another provider must not be redeemed at ours.
    announced = described.get("authorization_response_iss_parameter_supported") is True
    if (announced or "iss" in answer) and answer.get("iss") != described["issuer"]:
        raise NotVouchedForError("the answer names another issuer")
    if "error" in answer or not answer.get("code"):
        raise NotVouchedForError("the provider said no")


def _check_claims(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """Core 3.1.3.7, and the bounds of what we can keep."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, issued, starts = (_moment(claims, name) for name in ("exp", "iat", "nbf" if "nbf" in claims else "iat"))
    checks = {
        "issuer": claims.get("iss") == issuer,
        "audience": client_id in audiences,
        "authorised party": claims.get("azp", client_id if len(audiences) == 1 else None) == client_id,
        "expiry": expires > now - SKEW_SECONDS,
        "start": issued < now + SKEW_SECONDS and starts < now + SKEW_SECONDS,
        "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
        "subject": _keepable(claims.get("sub")),
    }
    if failed := [name for name, held in checks.items() if not held]:
        raise NotVouchedForError(f"the ID token's {', '.join(failed)}")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float):
        raise NotVouchedForError(f"the ID token lacks {name}")
    return value


def _identity(claims: Mapping[str, Any]) -> Identity:
    email = claims.get("email")
    vouched = _keepable(email) and claims.get("email_verified") not in (False, "false")
    both = " ".join(str(claims[part]) for part in ("given_name", "family_name") if claims.get(part))
    names = (str(name) for name in (claims.get("name"), both, email) if _keepable(name))
    return Identity(claims["iss"], claims["sub"], next(names, "Somebody"), email if vouched else None)


def _keepable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _endpoint(described: Mapping[str, Any], name: str) -> str:
    return _safe(str(described.get(name, "")))


def _safe(address: str) -> str:
    """Secrets and codes travel only over TLS; a provider on this machine is the one exception."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise ProviderDownError("one of its addresses is not https")
