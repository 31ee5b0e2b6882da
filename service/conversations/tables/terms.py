from datetime import date

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import Topic
from service.kit.db import Base, CodeText, ShortText, code_of


class TermsVersion(Base):
    """One approved edition of the words that conversations are coded in: positions, aspirations, barriers, support."""

    __tablename__ = "terms_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    approved_by: Mapped[ShortText]
    approved_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")


class ConversationTerm(Base):
    """A code of one topic, in one edition. `place` is its order on the page and nothing else: no position is better
    than another.
    """

    __tablename__ = "conversation_terms"

    version: Mapped[int] = mapped_column(ForeignKey("terms_versions.version"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(code_of(Topic), primary_key=True)
    code: Mapped[CodeText] = mapped_column(primary_key=True)
    label: Mapped[ShortText]
    hint: Mapped[str] = mapped_column(server_default="")
    place: Mapped[int] = mapped_column(SmallInteger)
