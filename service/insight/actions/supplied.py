"""Keeping the counts that an organisation supplied. A row is only ever added; the newest counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.insight.actions.know_how import NOTE
from service.insight.rules.supplied import Line
from service.insight.tables import SuppliedFigure
from service.kit.actor import Actor
from service.kit.ids import new_id


async def supply_figures(
    session: AsyncSession, actor: Actor, lines: Sequence[Line], organisations: Mapping[str, UUID]
) -> None:
    """All lines or none. `organisations`: code -> id of those that `lines` name. Raises NotFound, NotAllowed."""
    assert actor.account_id  # noqa: S101 - a permission is only ever held by an account
    counted = Counter(organisations[line.organisation] for line in lines)
    for place in counted:
        actor.must(NOTE, place)
    signed = {"by_id": actor.account_id, "by_name": actor.name}
    await session.execute(insert(SuppliedFigure), [_row(line, organisations) | signed for line in lines])
    for place, rows in counted.items():
        await record(session, actor, "insight.figures_supplied", organisation=place, entity=place, rows=rows)


def _row(line: Line, organisations: Mapping[str, UUID]) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": organisations[line.organisation],
        "measure": line.measure,
        "period_end": line.period_end,
        "group_code": line.group,
        "numerator": line.numerator,
        "denominator": line.denominator,
    }
