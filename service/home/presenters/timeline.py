"""What has happened to a person, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.conversations.rules import KIND_NAMES as CONVERSATIONS
from service.conversations.rules import State
from service.conversations.rules.steps import SPOKEN, STATE_NAMES
from service.conversations.schemas.record import Held
from service.kit.clock import today
from service.posts.rules import CONTRACT_NAMES, END_REASONS, STAFF_GROUP_NAMES
from service.posts.rules import KIND_NAMES as POSTS
from service.posts.schemas import AssignmentOut
from service.web.presenters import day, moment


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on a timeline."""

    on: date
    title: str
    lines: tuple[str, ...] = ()
    href: str = ""
    link: str = ""
    end_href: str = ""


def held_now(posts: Sequence[AssignmentOut]) -> list[AssignmentOut]:
    return [post for post in posts if post.is_held_on(today())]


def of_post(post: AssignmentOut, may_end: bool = False) -> Event:
    until = f"to {day(post.ended)}" if post.ended else "to now"
    hours = "full time" if post.fte == 1 else f"{post.fte:g} of full time"
    contract = f", {CONTRACT_NAMES[post.contract].lower()}" if post.contract else ""
    lines = [
        f"{POSTS[post.kind]}{contract}, {hours}, {STAFF_GROUP_NAMES[post.staff_group].lower()}",
        f"{post.grade_label}. {post.level_name}",
    ]
    if post.end_reason:
        lines.append(f"Ended: {END_REASONS.get(post.end_reason, post.end_reason).lower()}")
    end = f"/assignments/{post.id}/end" if may_end and not post.end_reason else ""
    return Event(
        post.started, post.job_title, (f"{post.organisation}, {day(post.started)} {until}", *lines), end_href=end
    )


def of_conversation(talk: Held, *, is_mine: bool = False) -> Event:
    due = (f"Next conversation due on {day(talk.next_due_on)}",) if talk.next_due_on else ()
    lines = (f"{_took_place(talk)} {talk.facilitator.name} at {talk.organisation}", *due)
    link = "Read what was agreed" if talk.state in SPOKEN else "See the details"
    if talk.state is State.HELD:
        link = "Read it and say whether you agree" if is_mine else "Read what was written"
    return Event(talk.on, CONVERSATIONS[talk.kind], lines, f"/conversations/{talk.id}", link)


def _took_place(talk: Held) -> str:
    if talk.state in SPOKEN:
        return "Held by"
    if talk.scheduled_at and talk.state in {State.PLANNED, State.PREPARED}:
        return f"Planned for {moment(talk.scheduled_at)} with"
    return f"{STATE_NAMES[talk.state]}. It was to be with"
