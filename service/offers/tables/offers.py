from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.offers import OfferKind, OfferState, PaidBy, PlaceRule, ProviderKind
from service.posts.rules import StaffGroup

_DIMENSION = [f"capability_dimensions.{name}" for name in ("framework_code", "framework_version", "code")]
_OFFER, _COHORT = ["organisation_id", "offer_id"], ["organisation_id", "offer_id", "cohort_id"]
_GROUPS = ", ".join(f"'{group.value}'" for group in StaffGroup)


class Offer(Base):
    """Something that helps people to grow, which one organisation gives to people of every organisation that may
    enrol. Empty `staff_groups` mean all of them; no level at an end means no bound there.
    """

    __tablename__ = "offers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[ShortText]
    kind: Mapped[OfferKind] = mapped_column(code_of(OfferKind))
    provider: Mapped[ShortText] = mapped_column(server_default="")
    provider_kind: Mapped[ProviderKind] = mapped_column(code_of(ProviderKind))
    summary: Mapped[str] = mapped_column(String(500), server_default="")
    what_you_will_do: Mapped[str] = mapped_column(server_default="")
    verbs: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    framework_code: Mapped[CodeText | None]
    framework_version: Mapped[int | None]
    dimension_code: Mapped[CodeText | None]
    priority: Mapped[ShortText] = mapped_column(server_default="")
    level_from: Mapped[int | None] = mapped_column(SmallInteger)
    level_to: Mapped[int | None] = mapped_column(SmallInteger)
    staff_groups: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    cost: Mapped[int] = mapped_column(server_default="0", comment="pounds for each place")
    paid_by: Mapped[PaidBy] = mapped_column(code_of(PaidBy), server_default=PaidBy.NOBODY.value)
    place_rule: Mapped[PlaceRule] = mapped_column(code_of(PlaceRule), server_default=PlaceRule.BY_DECISION.value)
    state: Mapped[OfferState] = mapped_column(code_of(OfferState), server_default=OfferState.DRAFT.value)
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    priority_until: Mapped[date | None]
    is_targeted: Mapped[bool] = mapped_column(server_default="false")
    is_for_some: Mapped[bool] = mapped_column(server_default="false", comment="for the people of its partners alone")
    version: Mapped[int] = mapped_column(server_default="1")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"], _DIMENSION, name="fk_offers_capability"
        ),
        CheckConstraint(
            "num_nulls(framework_code, framework_version, dimension_code) IN (0, 3)", name="one_capability"
        ),
        CheckConstraint("verbs <@ ARRAY['retain', 'discover', 'release', 'support', 'develop']", name="the_five_verbs"),
        CheckConstraint(f"staff_groups <@ ARRAY[{_GROUPS}]", name="known_staff_groups"),
        CheckConstraint("level_from BETWEEN 1 AND 9 AND level_to BETWEEN 1 AND 9", name="level_is_1_to_9"),
        CheckConstraint("level_to >= level_from", name="levels_in_order"),
        CheckConstraint("closes_on >= opens_on", name="closes_after_it_opens"),
        CheckConstraint("cost BETWEEN 0 AND 1000000 AND (cost > 0) = (paid_by <> 'nobody')", name="a_cost_has_a_payer"),
        CheckConstraint(
            "published_at IS NULL OR (cardinality(verbs) > 0 AND dimension_code IS NOT NULL AND priority <> ''"
            " AND num_nulls(opens_on, closes_on) = 0)",
            name="says_what_it_builds",
        ),
        CheckConstraint("state NOT IN ('published', 'closed') OR published_at IS NOT NULL", name="published_once"),
        CheckConstraint("state <> 'draft' OR published_at IS NULL", name="a_draft_is_unseen"),
        Index("ix_offers_id", "id", unique=True),
        Index("ix_offers_open", "closes_on", "id", postgresql_where="state = 'published'"),
        Index("ix_offers_organisation", "organisation_id", "made_at", "id"),
    )


class OfferPartner(Base):
    """An organisation whose people may enrol. An offer without any is for every organisation. That the offer is
    published is repeated in each of its parts, so that a search need not look it up for each row."""

    __tablename__ = "offer_partners"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    is_published: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        ForeignKeyConstraint(
            _OFFER, ["offers.organisation_id", "offers.id"], name="fk_offer_partners_offer", ondelete="CASCADE"
        ),
        Index("ix_offer_partners_partner", "partner_organisation_id", "offer_id"),
    )


class OfferCohort(Base):
    """One time that an offer takes place. `taken` counts every place that somebody has, `reserved_taken` those of them
    that are kept for a partner; what is neither kept nor taken is open to all.
    """

    __tablename__ = "offer_cohorts"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_online: Mapped[bool] = mapped_column(server_default="false")
    place: Mapped[ShortText] = mapped_column(server_default="")
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")
    reserved_taken: Mapped[int] = mapped_column(server_default="0")
    is_published: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        ForeignKeyConstraint(
            _OFFER, ["offers.organisation_id", "offers.id"], name="fk_offer_cohorts_offer", ondelete="CASCADE"
        ),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("is_online OR place <> ''", name="has_a_place_or_is_online"),
        CheckConstraint("places BETWEEN 1 AND 10000", name="1_to_10000_places"),
        CheckConstraint("reserved_taken BETWEEN 0 AND reserved", name="kept_places_hold"),
        CheckConstraint(
            "taken >= reserved_taken AND taken - reserved_taken <= places - reserved", name="never_oversold"
        ),
        Index("ix_offer_cohorts_offer", "offer_id", "starts_on"),
    )


class OfferSeats(Base):
    """Places of a cohort that are kept for the people of one organisation."""

    __tablename__ = "offer_seats"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    cohort_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    reserved: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default="0")
    is_published: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        ForeignKeyConstraint(
            _COHORT,
            [f"offer_cohorts.{name}" for name in ("organisation_id", "offer_id", "id")],
            name="fk_offer_seats_cohort",
            ondelete="CASCADE",
        ),
        Index("ix_offer_seats_cohort", "cohort_id"),
        CheckConstraint("reserved BETWEEN 0 AND 10000", name="0_to_10000_kept"),
        CheckConstraint("taken BETWEEN 0 AND reserved", name="never_oversold"),
    )
