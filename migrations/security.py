"""Row security in plain words, for migrations.

Policies are written in the bare form (no sub-select around current_setting) so that an index whose first column is the
column they test answers them. A setting that was never made, or was made by an earlier transaction on the same
connection, reads as '' or NULL: both mean "nobody", so everything here fails closed.
"""

from alembic import op

from migrations.roles import ANALYST, APP, AUDITOR, OWNER

ACCOUNT = "nullif(current_setting('ridgeway.account_id', true), '')::uuid"
ME = "nullif(current_setting('ridgeway.person_id', true), '')::uuid"
PARTNER_OF = "string_to_array(nullif(current_setting('ridgeway.partner_of', true), ''), ',')::uuid[]"
COLLEAGUE_OF = "string_to_array(nullif(current_setting('ridgeway.colleague_of', true), ''), ',')::uuid[]"


def not_partner(organisation: str) -> str:
    """True, never NULL, unless the caller is a partner of this organisation: with nobody's eyes too."""
    return f"({organisation} = ANY ({PARTNER_OF})) IS NOT TRUE"


def has_role(role: str) -> str:
    return f"'{role}' = ANY (string_to_array(current_setting('ridgeway.roles', true), ','))"


def protect(table: str) -> None:
    """From here on every row needs a policy, for the owner of the table too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def allow(
    table: str, name: str, command: str, *, using: str | None = None, check: str | None = None, to: str = APP
) -> None:
    """One policy: `command` is SELECT, INSERT, UPDATE or DELETE. `using` says which rows are there, `check` which may
    be written.
    """
    clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command} TO {to}{clauses}")


def grant(what: str, table: str, to: str = APP) -> None:
    op.execute(f"GRANT {what} ON {table} TO {to}")


def revoke_all(table: str) -> None:
    for role in (APP, ANALYST, AUDITOR):
        op.execute(f"REVOKE ALL ON {table} FROM {role}")


def trusted_function(signature: str, body: str, returns: str, language: str = "plpgsql") -> None:
    """A function that runs as the owner: the few things that must be known before anybody's eyes are set.

    Lives in `private`, with a fixed search path, and may be called by the application's role only; a trigger's, by
    nobody. A test lists them all.
    """
    op.execute(
        f"CREATE FUNCTION private.{signature} RETURNS {returns} LANGUAGE {language} SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $body${body}$body$"
    )
    plain = _without_defaults(signature)
    op.execute(f"REVOKE ALL ON FUNCTION private.{plain} FROM PUBLIC")
    if returns != "trigger":
        op.execute(f"GRANT EXECUTE ON FUNCTION private.{plain} TO {APP}")


def owner_reads(table: str, command: str = "SELECT") -> None:
    """Lets trusted functions, which run as the owner, past the forced row security of one table."""
    allow(
        table,
        f"trusted_functions_{command.lower()}",
        command,
        using=None if command == "INSERT" else "true",
        check="true" if command in {"INSERT", "UPDATE"} else None,
        to=OWNER,
    )


def _without_defaults(signature: str) -> str:
    name, _, arguments = signature.partition("(")
    return f"{name}({', '.join(part.split(' DEFAULT ')[0].strip() for part in arguments.rstrip(')').split(','))})"
