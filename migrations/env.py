"""How alembic runs: each migration in one transaction of its own, as the role that owns the tables."""

from alembic import context
from sqlalchemy import Connection, text

from migrations.roles import OWNER, ensure_roles
from service.metadata import metadata


def run(connection: Connection) -> None:
    ensure_roles(connection)
    connection.execute(text(f"SET ROLE {OWNER}"))
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("RESET ROLE"))
    connection.commit()


run(context.config.attributes["connection"])
