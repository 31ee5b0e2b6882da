"""What an e-mail says: fixed sentences and the address of the service. Made again it is the same, byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from service.web.presenters import count_of


@dataclass(frozen=True, slots=True)
class Letter:
    """One that a courier took from the outbox. `counts` says how often each of the sentences is meant."""

    id: UUID
    attempt: int
    message_id: str
    made_at: datetime
    address: str | None
    sentences: Sequence[str]
    counts: Sequence[int]


def message_of(letter: Letter, to: Address, sender: Address, service: str) -> EmailMessage:
    """`service` is the address that people type, without a slash at the end."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"You have {_how_many(letter)} in Ridgeway"
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{service}/me/notices>"
    message.set_content(_words(letter, service))
    return message


def _words(letter: Letter, service: str) -> str:
    said = [
        f"- {sentence}{f' ({count} times)' if count > 1 else ''}"
        for sentence, count in zip(letter.sentences, letter.counts, strict=True)
    ]
    return "\n".join(
        [
            f"You have {_how_many(letter)} in Ridgeway.",
            "",
            *said,
            "",
            "Sign in to read more:",
            f"{service}/me/notices",
            "",
            "There you can also choose how often we email you, or that we do not.",
            "",
        ]
    )


def _how_many(letter: Letter) -> str:
    return count_of(sum(letter.counts), "new notice")
