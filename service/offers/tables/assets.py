from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.assets import AssetKind, AssetState, NotUsedReason


class Asset(Base):
    """Something that an organisation has and lends to the others."""

    __tablename__ = "assets"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[AssetKind] = mapped_column(code_of(AssetKind))
    what: Mapped[ShortText]
    how_to_borrow: Mapped[str]
    available_from: Mapped[date | None]
    available_to: Mapped[date | None]
    state: Mapped[AssetState] = mapped_column(code_of(AssetState), server_default=AssetState.SHARED.value)
    version: Mapped[int] = mapped_column(server_default="1")
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("available_to >= available_from", name="ends_after_it_starts"),
        Index("ix_assets_id", "id", unique=True),
        Index("ix_assets_what", "what", "id", postgresql_where="state <> 'retired'"),
    )


class AssetLook(Base):
    """Before something is bought from outside: what the organisations already share was looked at. Names what was
    found, or says why nothing fits.
    """

    __tablename__ = "asset_looks"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_organisation_id: Mapped[UUID | None]
    asset_id: Mapped[UUID | None]
    reason: Mapped[NotUsedReason | None] = mapped_column(code_of(NotUsedReason))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_asset_looks_offer",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["asset_organisation_id", "asset_id"], ["assets.organisation_id", "assets.id"], name="fk_asset_looks_asset"
        ),
        CheckConstraint("num_nonnulls(asset_id, reason) > 0", name="found_or_says_why_not"),
        CheckConstraint("num_nulls(asset_organisation_id, asset_id) IN (0, 2)", name="one_asset"),
    )
