"""What organisations have and can lend: looked at before anything is bought from outside."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Problem


class AssetKind(StrEnum):
    COACH = "coach"
    ROOM = "room"
    LICENCE = "licence"
    DATASET = "dataset"
    EQUIPMENT = "equipment"
    MATERIAL = "material"


class AssetState(StrEnum):
    SHARED = "shared"
    IN_USE = "in_use"
    RETIRED = "retired"


class NotUsedReason(StrEnum):
    NONE_FITS = "none_fits"
    NOT_THEN = "not_then"
    TOO_SMALL = "too_small"
    TOO_FAR = "too_far"


KIND_NAMES: Mapping[AssetKind, str] = {
    AssetKind.COACH: "Coach or trainer",
    AssetKind.ROOM: "Room or venue",
    AssetKind.LICENCE: "Licence",
    AssetKind.DATASET: "Dataset",
    AssetKind.EQUIPMENT: "Equipment",
    AssetKind.MATERIAL: "Course or teaching material",
}
STATE_NAMES: Mapping[AssetState, str] = {
    AssetState.SHARED: "Can be borrowed",
    AssetState.IN_USE: "Lent out for now",
    AssetState.RETIRED: "No longer shared",
}
REASON_NAMES: Mapping[NotUsedReason, str] = {
    NotUsedReason.NONE_FITS: "Nothing that is shared does this",
    NotUsedReason.NOT_THEN: "It is not free when we need it",
    NotUsedReason.TOO_SMALL: "It is too small for this",
    NotUsedReason.TOO_FAR: "It is too far away",
}


def date_problems(available_from: date | None, available_to: date | None) -> list[Problem]:
    if available_from and available_to and available_to < available_from:
        return [Problem("available_to", "The last day must not be before the first day.")]
    return []


def look_problems(asset_id: UUID | None, reason: NotUsedReason | None) -> list[Problem]:
    """Somebody who looked names what they found, or says why nothing fits; of what was found, why it is not used."""
    if asset_id is None and reason is None:
        return [Problem("reason", "Name something that is shared and that you looked at, or say why nothing fits.")]
    return []
