"""The five database roles. They belong to the cluster, not to one database, so they are made beside the migrations.

ridgeway_owner     owns every table; nobody signs in as it
ridgeway_app       what the service acts as: bound by row security, cannot change a table or the audit trail
ridgeway_analyst   copies facts out under a pseudonymous key: no names, no free text
ridgeway_auditor   reads the audit trail and nothing else
ridgeway_courier   sends e-mail: calls the functions that tell it what to send to which address, and reads no table
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

OWNER, APP, ANALYST, AUDITOR = "ridgeway_owner", "ridgeway_app", "ridgeway_analyst", "ridgeway_auditor"
COURIER = "ridgeway_courier"


def ensure_roles(connection: Connection) -> None:
    """Makes what is missing and lets the owner build in this database. Safe to run twice, and twice at once."""
    _ensure(connection, OWNER, "NOLOGIN")
    for role in (APP, ANALYST, AUDITOR, COURIER):
        _ensure(connection, role, "LOGIN")
    database, me = connection.execute(text("SELECT current_database(), session_user")).one()
    for statement in (
        f'GRANT CREATE, TEMPORARY ON DATABASE "{database}" TO {OWNER}',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP}',
        f'GRANT CONNECT ON DATABASE "{database}" TO {ANALYST}, {AUDITOR}, {COURIER}',
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
        f'GRANT {OWNER} TO "{me}"',
    ):
        connection.execute(text(statement))


def _ensure(connection: Connection, role: str, login: str) -> None:
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar():
        return
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE ROLE {role} {login} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"))
    except (ProgrammingError, IntegrityError):
        # Another database of the same cluster was being prepared at the same moment.
        return
