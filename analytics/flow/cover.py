"""Ready people for each post that is expected to be free: pipeline cover."""

import polars as pl

from analytics.errors import CellsError
from analytics.retention import given

COUNTS = ("ready_now", "ready_soon", "expected_vacancies")


def cover(pipelines: pl.DataFrame) -> pl.DataFrame:
    """Each pipeline with what covers it: cover_now (ready now for each vacancy expected), cover_soon (ready soon
    counted too) and shortfall (vacancies that nobody ready now or soon is there for).

    pipelines: any columns that name one, then ready_now, ready_soon and expected_vacancies, counts of 0 or more
    (vacancies may have fractions). Cover is null where no vacancy is expected. Raises CellsError for a missing column
    or a count that cannot be. Who is in a pipeline, by stage and group, is `representation.shares` of cells by stage.

    >>> nursing = {"family": ["nursing"], "ready_now": [4], "ready_soon": [3], "expected_vacancies": [8]}
    >>> cover(pl.DataFrame(nursing)).row(0)
    ('nursing', 4, 3, 8, 0.5, 0.875, 1.0)
    """
    pipelines = given.frame("pipelines", pipelines, COUNTS)
    for name in COUNTS:
        column = pipelines.get_column(name)
        numeric = column.dtype.is_numeric() and not column.null_count()
        if not numeric or not column.cast(pl.Float64).is_finite().all() or (column < 0).any():
            raise CellsError(f"{name}: not a count of 0 or more")
    now, soon, posts = (pl.col(name).cast(pl.Float64) for name in COUNTS)  # without a sign nothing can be taken away
    some = pl.when(posts > 0)
    return pipelines.with_columns(
        cover_now=some.then(now / posts),
        cover_soon=some.then((now + soon) / posts),
        shortfall=(posts - now - soon).clip(lower_bound=0),
    )
