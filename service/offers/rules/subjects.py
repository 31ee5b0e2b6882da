"""What a record of positive action, or an inclusion check, can be about."""

from collections.abc import Mapping
from enum import StrEnum


class Subject(StrEnum):
    OFFER = "offer"
    OPPORTUNITY = "opportunity"
    PIPELINE = "pipeline"


SUBJECT_NAMES: Mapping[Subject, str] = {
    Subject.OFFER: "development offer",
    Subject.OPPORTUNITY: "opportunity",
    Subject.PIPELINE: "pipeline",
}
