"""Everything the environment decides, in one frozen object. Each field is documented in the README's table (a test
compares).
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RIDGEWAY_", frozen=True, extra="ignore", secrets_dir=None)

    database_url: str = Field(
        default="", description="PostgreSQL 15 to 18 for the service. Unset: an embedded one is started."
    )
    admin_database_url: str = Field(
        default="", description="Login used to migrate and to make roles. Unset: the same as the service's."
    )
    analyst_database_url: str = Field(
        default="", description="Login used to copy facts out. Unset: the same as the service's."
    )
    courier_database_url: str = Field(
        default="", description="Login used to send email. Unset: the same as the service's."
    )
    folder: Path = Field(
        default=Path(".ridgeway"),
        description="Where the embedded database, snapshots, uploads and built assets are kept.",
    )
    notes_keys_file: Path | None = Field(
        default=None,
        description="Keys that seal private notes, readable by the service's account alone. Unset: FOLDER/notes.keys.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve requests.")
    public_url: str = Field(
        default="", description="The address people type. Unset: http://HOST:PORT. Must be https unless it is loopback."
    )
    demo: bool = Field(
        default=False, description="Offer made-up people to sign in as. Refused on any address that is not loopback."
    )
    oidc_issuer: str = Field(
        default="", description="OpenID Connect issuer. Unset: signing in is offered only in the demo."
    )
    oidc_client_id: str = Field(default="ridgeway", description="Client identifier at the issuer.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret at the issuer, if it gave one."
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server: smtp://USER:PASSWORD@HOST:PORT (TLS where offered) or smtps://. Unset: no email.",
    )
    smtp_password_file: Path | None = Field(
        default=None, description="Its password, in a file instead of in the address."
    )
    mail_from: str = Field(default="", description="Address that email comes from. Needed with RIDGEWAY_SMTP_URL.")
    session_idle_minutes: int = Field(
        default=30, ge=1, le=240, description="A session ends after this long without a request."
    )
    session_hours: int = Field(default=12, ge=1, le=24, description="A session ends after this long, whatever happens.")
    upload_megabytes: int = Field(default=20, ge=1, le=200, description="Largest file that can be imported.")
    disclosure_floor: int = Field(
        default=10, ge=5, description="Counts of people below this are withheld. Never below 5."
    )
    release_days: int = Field(
        default=28, ge=0, description="Days that the facts of two standing releases must be apart."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    pool_size: int = Field(default=10, ge=1, le=100, description="Database connections for each process.")

    @model_validator(mode="after")
    def demo_stays_at_home(self) -> Self:
        if self.demo and self.host not in LOOPBACK:
            raise ValueError(
                "RIDGEWAY_DEMO lets anyone sign in as anyone, so it only starts on 127.0.0.1, ::1 or localhost."
            )
        if not (self.address.startswith("https://") or self.is_loopback):
            raise ValueError(
                "RIDGEWAY_PUBLIC_URL must start with https:// unless the service is on a loopback address."
            )
        return self

    @model_validator(mode="after")
    def mail_has_a_sender(self) -> Self:
        if not (url := self.smtp_url.get_secret_value()):
            return self
        if not url.startswith(("smtp://", "smtps://")):
            raise ValueError("RIDGEWAY_SMTP_URL must start with smtp:// or smtps://.")
        if "@" not in self.mail_from:
            raise ValueError("RIDGEWAY_MAIL_FROM must be the address that email comes from.")
        return self

    @property
    def address(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        host = self.address.split("://", 1)[-1].split("/")[0]
        return host.rsplit(":", 1)[0].strip("[]") in LOOPBACK

    @property
    def notes_keys(self) -> Path:
        return self.notes_keys_file or self.folder / "notes.keys"

    @property
    def admin_url(self) -> str:
        return self.admin_database_url or self.database_url

    @property
    def analyst_url(self) -> str:
        return self.analyst_database_url or self.database_url

    @property
    def courier_url(self) -> str:
        return self.courier_database_url or self.database_url
