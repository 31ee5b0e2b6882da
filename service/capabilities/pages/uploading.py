"""The file of a form: chosen on this page, or carried along in a field from the page before."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from service.capabilities.files.sheets import FIELD, text_of
from service.kit.errors import Invalid, Problem
from service.web.forms import Form


async def with_file(request: Request[Any, Any, Any], form: Form) -> Form:
    """The form with the file's text in its field. Raises Invalid when there is none, or none that can be read."""
    if form.value(FIELD):
        return form
    fields: Mapping[str, Any] = await request.form()
    given = fields.get(FIELD)
    if not isinstance(given, UploadFile) or not given.filename:
        raise Invalid(Problem(FIELD, "Choose a CSV file."))
    text = text_of(await given.read())
    if not text.strip():
        raise Invalid(Problem(FIELD, "The file is empty. Put the column names in its first row."))
    return Form({**form.values, FIELD: text})
