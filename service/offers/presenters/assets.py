"""What the organisations share, in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from service.kit.paging import Page
from service.offers.rules.assets import KIND_NAMES, REASON_NAMES, STATE_NAMES, AssetState
from service.offers.schemas.assets import AssetFilter, AssetOut, LookOut
from service.offers.schemas.subjects import About
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AssetLine:
    asset: AssetOut
    is_ours: bool

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.asset.kind]

    @property
    def state(self) -> str:
        return STATE_NAMES[self.asset.state]

    @property
    def colour(self) -> str:
        return "green" if self.asset.state is AssetState.SHARED else "grey"

    @property
    def dates(self) -> str:
        first, last = self.asset.available_from, self.asset.available_to
        if first and last:
            return f"From {day(first)} to {day(last)}"
        if first or last:
            return f"From {day(first)}" if first else f"Until {day(last)}"
        return ""


@dataclass(frozen=True, slots=True)
class AssetsPage:
    """`about` is the offer for which somebody looks before it is bought; `looks` what they have said so far."""

    page: Page[AssetOut]
    wanted: AssetFilter
    places: Mapping[UUID, str]
    ours: Collection[UUID]
    about: About | None = None
    looks: Sequence[LookOut] = ()
    form: Form = field(default_factory=Form)

    @property
    def lines(self) -> list[AssetLine]:
        return [AssetLine(one, one.organisation_id in self.ours) for one in self.page.items]

    @property
    def kinds(self) -> list[Item]:
        chosen = self.wanted.kind
        every = {"value": "", "text": "Anything", "selected": chosen is None}
        return [
            every,
            *({"value": code, "text": name, "selected": code == chosen} for code, name in KIND_NAMES.items()),
        ]

    @property
    def organisations(self) -> list[Item]:
        chosen = self.wanted.organisation_id
        every = {"value": "", "text": "Every organisation", "selected": chosen is None}
        return [every, *({"value": str(k), "text": n, "selected": k == chosen} for k, n in self.places.items())]

    @property
    def reasons(self) -> list[Item]:
        none = {"value": "", "text": "We use it"}
        return [none, *({"value": code, "text": name} for code, name in REASON_NAMES.items())]

    @property
    def looked(self) -> list[str]:
        return [_look(one) for one in self.looks]

    @property
    def next(self) -> str:
        if not self.page.next_cursor:
            return ""
        given = {name: value for name, value in self.wanted.model_dump(mode="json").items() if value}
        given |= {"offer": str(self.about.id)} if self.about else {}
        return f"/shared-assets?{urlencode({'cursor': self.page.next_cursor, **given})}"


@dataclass(frozen=True, slots=True)
class AssetPage:
    """The form of one asset; `asset` is None for a new one."""

    form: Form
    organisations: Mapping[UUID, str]
    asset: AssetOut | None = None
    refusal: str = ""

    @property
    def title(self) -> str:
        return "Change what you share" if self.asset else "Share something"

    @property
    def action(self) -> str:
        return f"/shared-assets/{self.asset.id}" if self.asset else "/shared-assets"

    @property
    def kinds(self) -> list[Item]:
        chosen = self.form.value("kind")
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in KIND_NAMES.items()]

    @property
    def states(self) -> list[Item]:
        chosen = self.form.value("state") or AssetState.SHARED
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in STATE_NAMES.items()]

    @property
    def places(self) -> list[Item]:
        chosen = self.form.value("organisation_id")
        return [{"value": str(k), "text": n, "selected": str(k) == chosen} for k, n in self.organisations.items()]


def form_of(asset: AssetOut) -> Form:
    """What is kept, as the form would have been filled in."""
    values = {name: str(getattr(asset, name)) for name in ("kind", "what", "how_to_borrow", "state", "version")}
    for name in ("available_from", "available_to"):
        if on := getattr(asset, name):
            values |= {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}
    return Form(values)


def _look(one: LookOut) -> str:
    what = f"{one.what}, {one.organisation}" if one.what else "What is shared"
    reason = REASON_NAMES[one.reason] if one.reason else "We use it"
    return f"{what}: {reason[0].lower()}{reason[1:]}"
