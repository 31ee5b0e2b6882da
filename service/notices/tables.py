from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText, code_of
from service.kit.ids import new_id
from service.notices.rules import LONGEST_LINK, Mailing, MailState


class Notice(Base):
    """One thing that one person was told. A trusted function writes it and knows when their e-mail is due; the person
    alone reads it and marks it as read.
    """

    __tablename__ = "notices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[CodeText]
    headline: Mapped[str] = mapped_column(String(400))
    link: Mapped[str] = mapped_column(String(LONGEST_LINK))
    mail: Mapped[ShortText] = mapped_column(comment="the only sentence an e-mail says of it")
    is_urgent: Mapped[bool]
    told_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    told_by: Mapped[UUID | None] = mapped_column(comment="the account that told; none where the service did")
    read_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(comment="when it is to be e-mailed; none where it is not")
    letter_id: Mapped[UUID | None] = mapped_column(comment="the e-mail that told of it; letters are kept for a month")

    __table_args__ = (
        CheckConstraint(r"link ~ '^/($|[^/\\])' AND link !~ '[[:cntrl:]]'", name="a_path_of_ours"),
        Index("ix_notices_unread", "person_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notices_due", "due_at", postgresql_where=text("read_at IS NULL AND letter_id IS NULL")),
        Index("ix_notices_letter", "letter_id", postgresql_where=text("letter_id IS NOT NULL")),
        Index("ix_notices_told_at", "told_at", postgresql_using="brin"),
    )


class NoticeKind(Base):
    """What a notice may say: filled from the rules of the rooms, and read by the function that tells."""

    __tablename__ = "notice_kinds"

    code: Mapped[CodeText] = mapped_column(primary_key=True)
    headline: Mapped[ShortText]
    mail: Mapped[ShortText]
    is_urgent: Mapped[bool]


class Asking(Base):
    """That an account asked somebody by their address: for a day, so that addresses are not tried out. Trusted
    functions alone read and write it.
    """

    __tablename__ = "askings"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class NoticeChoice(Base):
    """How somebody wants to be told by e-mail, where it is not as everybody is. Times are UK times of day."""

    __tablename__ = "notice_choices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[Mailing] = mapped_column(code_of(Mailing))
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]

    __table_args__ = (CheckConstraint("num_nulls(quiet_from, quiet_to) <> 1", name="both_or_neither"),)


class Letter(Base):
    """The outbox: one e-mail to one person about one notice or several. No address and no words: both are looked up
    when it is sent. `due_at` is when it is to be tried; while it is being sent, when somebody else may.
    """

    __tablename__ = "letters"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    message_id: Mapped[ShortText] = mapped_column(comment="the same however often it is sent")
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[MailState] = mapped_column(code_of(MailState), server_default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    last_error: Mapped[CodeText | None] = mapped_column(comment="a code, never what a server said")
    handed_at: Mapped[datetime | None] = mapped_column(
        comment="when its words began to go to the server; none once the answer is known"
    )
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_letters_due", "due_at", postgresql_where=text("state IN ('waiting', 'sending', 'failed')")),
        Index("ix_letters_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
        Index("ix_letters_person", "person_id"),
    )
