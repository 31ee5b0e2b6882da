"""What is true of every table, wherever it is kept."""

import pytest
from sqlalchemy import DateTime, Table
from sqlalchemy.orm import configure_mappers

from service.kit.db import Base
from service.metadata import metadata

TABLES = [pytest.param(table, id=table.name) for table in metadata.sorted_tables]


def test_nothing_is_loaded_behind_our_back() -> None:
    configure_mappers()
    relationships = [found for mapper in Base.registry.mappers for found in mapper.relationships]
    assert [str(found) for found in relationships if found.lazy != "raise"] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_of_a_table_has_a_name_so_that_its_refusal_can_be_told_in_words(table: Table) -> None:
    assert [str(rule) for rule in (*table.constraints, *table.indexes) if not rule.name] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_moment_knows_its_time_zone(table: Table) -> None:
    kinds = {column.name: column.type for column in table.columns}
    assert [name for name, kind in kinds.items() if isinstance(kind, DateTime) and not kind.timezone] == []
