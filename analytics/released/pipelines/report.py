"""Facts -> the released report on pipelines: who is coming through, safe to show."""

from datetime import date
from typing import Final, NamedTuple

from analytics.cells import main_posts
from analytics.disclosure import DEFAULT, Released, Rule
from analytics.frames import Facts
from analytics.released.pipelines import cover, guarded, stages
from analytics.released.pipelines.cases import SYSTEM
from analytics.released.pipelines.conversion import conversion_report
from analytics.released.pipelines.support import support_report
from analytics.released.representation import representation_report

METHOD_VERSION: Final = "pipelines-1"


class PipelinesReleased(NamedTuple):
    """The tables of the report; organisation "" is the whole system, where each person counts once."""

    conversion: Released
    stages: Released
    cover: Released
    support: Released


def pipelines_report(facts: Facts, on: date, rule: Rule = DEFAULT, shares: Released | None = None) -> PipelinesReleased:
    """All tables, as at the day `on`, safe to show. A figure is null where it is withheld, and `reason` says so; or
    where there is no such figure. Frames that a snapshot lacks leave their table empty, or withheld throughout.

    shares: the report on representation of the same day and rule, made here where it is not given: people in post are
    told from it, and what it withholds is withheld.

    conversion: organisation, focus ("all", "source:offer", "source:opportunity", and for the system
    "staff_group:..." and "level:7-9"), stage (offer, application, shortlist, appointment, completion), days (30, 90,
    180): cases opened in the last two years, and where they are so many days later: progressed with its range low and
    high, turned_down, withdrew (of whom left the system), ended (the two together) and open; shares that add up to 1
    (Aalen and Johansen: open cases count for as long as they were followed). median_days until half are open no longer.
    stages: organisation, stage (below: levels 5 and 6; pipeline, of which feeder, developing, ready_soon, ready_now;
    applied, shortlisted, appointed in the year; took_up: senior now and lower a year ago; senior: in post at levels 7
    and 8), characteristic, group: n people of known, who gave an answer; share with its Wilson interval low and high;
    declared, the share of people who gave one. All towards posts at levels 7 to 9. Each person is once at each stage.
    cover: organisation, level (a band), family ("all" of them too): ready_now and ready_soon people, critical roles,
    expected_vacancies; cover_now, cover_soon and shortfall, of the counts as shown.
    support: organisation, tier ("all" too): began in the last year, 14 days ago or more; supported within 14 days,
    supported_share with supported_low and supported_high; of earlier (began 12 to 24 months ago) in_role_12 a
    year later, in_role_share with in_role_low and in_role_high; of asked how supported they feel answered, answer_rate;
    of those feel_supported (4 or 5), feel_share with feel_low and feel_high, and felt_1 to felt_5.

    Raises FactsError for an outcome that is no end of its stage, and for nobody in post on the day.
    """
    shares = shares or representation_report(facts, on, rule)
    here = main_posts(facts, on).get_column("organisation").unique().sort().to_list()
    places = [SYSTEM, *sorted({*here, *_elsewhere(facts)})]
    stood, needed = stages.stood(facts, on, places), cover.needed(facts, on, places)
    hidden = guarded.hidden(stood, needed, rule)
    return PipelinesReleased(
        conversion=conversion_report(facts, on, rule),
        stages=stages.released(stood, hidden, shares, rule),
        cover=cover.released(needed, hidden[guarded.COVER], rule),
        support=support_report(facts, on, rule),
    )


def _elsewhere(facts: Facts) -> set[str]:
    """Organisations of people who are in post nowhere there: their steps count where they were."""
    frames = [frame for frame in (facts.members, facts.events, facts.critical) if frame is not None]
    return {code for frame in frames for code in frame.select("organisation").unique().collect().to_series().to_list()}
