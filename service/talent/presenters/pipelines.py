"""Ways to step up: the list, and one of them with how to enter, whom to put forward and, for partners, who is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.kit.paging import Page
from service.pathways.schemas.evidence import EvidenceOut
from service.people.schemas import Found
from service.talent.presenters.choices import Item, RoleForm, options, radio
from service.talent.presenters.members import UNSEEN, MemberLine, by_stage
from service.talent.rules.codes import MemberState, PipelineState
from service.talent.schemas.pipelines import BoardOut, MemberOut, PipelineOut
from service.web.forms import Form
from service.web.presenters import day


def where_words(pipeline: PipelineOut, names: Mapping[UUID, str]) -> str:
    if not pipeline.in_scope:
        return "People of every employer in the system"
    return "People of " + ", ".join(sorted(names.get(place, "") for place in pipeline.in_scope))


def evidence_items(pieces: Sequence[EvidenceOut], chosen: str) -> list[Item]:
    names = {str(one.id): f"{one.dimension_name}, {day(one.happened_on)}: {one.situation[:60]}" for one in pieces}
    return options(names, chosen, "None")


@dataclass(frozen=True, slots=True)
class PipelinesPage(RoleForm):
    page: Page[PipelineOut]

    @property
    def lines(self) -> list[tuple[PipelineOut, bool]]:
        """(pipeline, is it open)"""
        return [(one, one.state is PipelineState.OPEN) for one in self.page.items]

    @property
    def may_open(self) -> bool:
        return bool(self.employers)

    @property
    def reaches(self) -> list[Item]:
        names = {"system": "Every employer in the system", "own": "The organisation that looks after it, and no other"}
        return radio(names, self.form.value("reach") or "system")


@dataclass(frozen=True, slots=True)
class PipelinePage:
    pipeline: PipelineOut
    names: Mapping[UUID, str]
    mine: MemberOut | None
    pieces: Sequence[EvidenceOut]
    form: Form
    may_edit: bool = False
    may_find: bool = False
    board: BoardOut | None = None
    found: Sequence[Found] = ()
    search: str = ""
    refusal: str = ""
    is_sent: bool = False
    may_enter: bool = True

    @property
    def version(self) -> int:
        return self.pipeline.version

    @property
    def is_open(self) -> bool:
        return self.pipeline.state is PipelineState.OPEN

    @property
    def facts(self) -> list[tuple[str, str]]:
        pipeline = self.pipeline
        return [
            ("Leads to", f"{pipeline.family}, {pipeline.level_name.lower()}"),
            ("Open to", where_words(pipeline, self.names)),
            ("Looked after by", f"{pipeline.owner}, {pipeline.organisation}"),
        ]

    @property
    def is_asked(self) -> bool:
        return self.mine is not None and self.mine.state is MemberState.ASKED

    @property
    def place(self) -> MemberLine | None:
        """Where the reader is, unless they may enter again."""
        is_in = self.mine and self.mine.state is MemberState.CURRENT and not self.mine.is_lapsed
        return MemberLine(self.mine) if self.mine and is_in else None

    @property
    def evidence(self) -> list[Item]:
        return evidence_items(self.pieces, self.form.value("evidence_id"))

    @property
    def stages(self) -> list[tuple[str, str, list[MemberLine]]]:
        return by_stage(self.board.members) if self.board else []

    @property
    def others(self) -> str:
        return UNSEEN if self.board else ""

    @property
    def people(self) -> list[Item]:
        chosen = self.form.value("person_id")
        return [
            {
                "value": str(one.person_id),
                "text": f"{one.name}, {one.organisation}",
                "checked": str(one.person_id) == chosen,
            }
            for one in self.found
        ]
