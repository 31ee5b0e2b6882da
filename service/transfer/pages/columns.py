"""When a file is not understood: which column holds what, and what its codes mean. Said once, saved for the next."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.transfer import actions, presenters, queries
from service.transfer.columns import COLUMNS_OF, Columns
from service.transfer.door import Asked, mine, staging_of, to_import
from service.transfer.kinds import KINDS
from service.transfer.schemas import ImportOut, Mapping, MappingName
from service.web.forms import Form, attempt, posted, problems_of, read
from service.web.templating import shown


@get("/imports/{import_id:uuid}/columns", include_in_schema=False)
async def columns(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[str]:
    return await _columns_page(request, session, await mine(session, actor, import_id), Form())


@post("/imports/{import_id:uuid}/columns", include_in_schema=False)
async def choose_columns(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    found = await mine(session, actor, import_id)
    form = await posted(request)
    try:
        async with attempt(session):
            before = await queries.mapping_of(session, import_id) or Mapping()
            mapping = _chosen(COLUMNS_OF[found.kind], form, before)
            await actions.map_columns(session, actor, import_id, mapping, staging_of(request))
            await actions.check_import(session, actor, import_id, staging_of(request))
            if form.value("name").strip():
                name = read(MappingName, form).name
                await actions.save_mapping(session, actor, found.organisation_id, found.kind, name, mapping)
    except Invalid as refusal:
        return await _columns_page(request, session, found, form.refused(refusal), 422)
    return to_import(import_id)


def _chosen(columns: Columns, form: Form, before: Mapping) -> Mapping:
    """The mapping as the page says it; what the page does not ask stays as it was. Raises Invalid."""
    chosen = {name: form.value(name) for name in columns.fields if form.value(name)}
    constants = {name: value for name, value in before.constants.items() if name not in (*chosen, columns.for_all)}
    for_all = form.value("for_all").strip()
    if for_all and columns.for_all not in chosen:
        constants[columns.for_all] = for_all
    order = form.value("date_order") or before.date_order
    given = {"columns": chosen, "constants": constants, "date_order": order}
    try:
        return Mapping.model_validate({**before.model_dump(), **given})
    except ValidationError as error:
        raise Invalid(*problems_of(error.errors())) from None


@get("/imports/{import_id:uuid}/codes", include_in_schema=False)
async def codes(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[str]:
    found = await mine(session, actor, import_id)
    return shown(request, "transfer/codes.html", await _unknown_codes(request, session, found), found=found)


@post("/imports/{import_id:uuid}/codes", include_in_schema=False)
async def match_codes(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    found = await mine(session, actor, import_id)
    form = await posted(request)
    before = await queries.mapping_of(session, import_id) or Mapping()
    matched = {name: dict(values) for name, values in before.codes.items()}
    for unknown in await _unknown_codes(request, session, found):
        code = form.value(f"code-{unknown.number}")
        if code and code in {item["value"] for item in unknown.items}:
            matched.setdefault(unknown.field, {})[unknown.value] = code
    mapping = before.model_copy(update={"codes": matched})
    await actions.map_columns(session, actor, import_id, mapping, staging_of(request))
    await actions.check_import(session, actor, import_id, staging_of(request))
    return to_import(import_id)


async def _columns_page(
    request: Asked, session: AsyncSession, found: ImportOut, form: Form, status: int = 200
) -> Response[str]:
    mapping = await queries.mapping_of(session, found.id)
    texts = staging_of(request).read(found.id, "texts")
    saved = list(await queries.saved_mappings(session, found.organisation_id, found.kind))
    return shown(request, "transfer/columns.html", presenters.columns_page(found, mapping, texts, form, saved), status)


async def _unknown_codes(request: Asked, session: AsyncSession, found: ImportOut) -> list[presenters.UnknownCode]:
    problems = staging_of(request).read(found.id, "problems")
    mapping, words = await queries.mapping_of(session, found.id), await KINDS[found.kind].words(session)
    return presenters.unknown_codes(problems, found, mapping, words)


routes: list[ControllerRouterHandler] = [columns, choose_columns, codes, match_codes]
