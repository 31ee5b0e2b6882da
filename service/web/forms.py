"""Reading a posted form into the same `XIn` that the JSON door takes, and showing it again with what to put right."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from litestar import Request
from litestar.datastructures import FormMultiDict
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

from service.kit.errors import Invalid, Problem

Given = TypeVar("Given", bound=BaseModel)
_OURS = frozenset({"csrf_token"})


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, word for word, with the problems found in it: `form.value("kind")`, `form.error("kind")`."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def version(self) -> int:
        """The version that the form was opened at; 0, which is never current, where it names none."""
        text = self.value("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def error(self, name: str) -> dict[str, str] | None:
        """In the shape the NHS components take; None when there is nothing wrong with the field."""
        return next(({"text": problem.message} for problem in self.problems if problem.field == name), None)

    def refused(self, refusal: Invalid) -> "Form":
        return Form(self.values, refusal.problems)

    @property
    def summary(self) -> list[dict[str, str]]:
        """The links of the error summary, each to its field."""
        return [{"text": problem.message, "href": f"#{problem.field}"} for problem in self.problems]


async def posted(request: Request[Any, Any, Any]) -> Form:
    """The text fields of the posted form. A date given as three fields (x-day, x-month, x-year) is joined into x."""
    data: FormMultiDict = await request.form()
    # items(), not multi_items(): in the order of the page.
    fields = {name: value for name, value in data.items() if isinstance(value, str) and name not in _OURS}
    return Form(_with_dates(fields))


def read(model: type[Given], form: Form, **more: object) -> Given:
    """Raises Invalid, with one problem for each field, when the form cannot be used. An empty field is one not
    given. `more` is what several fields of the form make together.
    """
    values = {name: value for name, value in form.values.items() if value.strip() and name in model.model_fields}
    try:
        return model.model_validate(values | more)
    except ValidationError as error:
        raise Invalid(*problems_of(error.errors(), model)) from None


def attempt(session: AsyncSession) -> AbstractAsyncContextManager[AsyncSessionTransaction]:
    """A savepoint around a form's action: if it refuses, nothing of it stays, and the page can be shown again."""
    return session.begin_nested()


def problems_of(errors: list[ErrorDetails], model: type[BaseModel] | None = None) -> list[Problem]:
    """One plain sentence for each thing pydantic found wrong."""
    return [Problem(_field(error), _sentence(error, model)) for error in errors]


def _field(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"]) or "body"


_SENTENCES: Mapping[str, str] = {
    "missing": "{Label} is missing. Add it.",
    "extra_forbidden": "{Label} is not a field we know. Remove it.",
    "string_too_long": "{Label} must be {max_length} characters or fewer.",
    "string_too_short": "Enter {label}.",
    "enum": "{Label} must be one of: {expected}.",
    "literal_error": "{Label} must be one of: {expected}.",
    "uuid_parsing": "Choose {label} from the list.",
    "date_from_datetime_parsing": "{Label} must be a real date, such as 27 3 2026.",
    "date_parsing": "{Label} must be a real date, such as 27 3 2026.",
    "date_type": "{Label} must be a real date, such as 2026-03-27.",
    "value_error": "{Label}: {error}.",
}


def _sentence(error: ErrorDetails, model: type[BaseModel] | None) -> str:
    label = _label(_field(error), model)
    facts = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    template = _SENTENCES.get(error["type"])
    if template is None:
        return f"{label[:1].upper()}{label[1:]}: {error['msg'][:1].lower()}{error['msg'][1:]}."
    return template.format_map(
        {"label": label, "Label": label[:1].upper() + label[1:], "expected": "", "error": "", **facts}
    )


def _label(name: str, model: type[BaseModel] | None) -> str:
    described = model.model_fields.get(name) if model else None
    title = described.title if described else None
    return title or name.removesuffix("_id").removesuffix("_on").replace("_", " ")


def _with_dates(fields: dict[str, str]) -> dict[str, str]:
    joined = dict(fields)
    for name in [key.removesuffix("-year") for key in fields if key.endswith("-year")]:
        parts = [fields.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
        if any(parts):
            joined[name] = "-".join(part.zfill(width) for part, width in zip(parts, (4, 2, 2), strict=True))
    return joined
