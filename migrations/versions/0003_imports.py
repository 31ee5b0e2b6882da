"""Imports: what was uploaded, what was done with it, and what undoing it would put back"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import PARTNER_OF, allow, grant, not_partner, owner_reads, protect, trusted_function

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("import_answers", "import_changes", "import_steps", "import_mappings", "imports")
ONE_IMPORT = "organisation uuid, import uuid"
FIT = "persons uuid[], families text[], births date[]"
ANSWERS = "persons uuid[], characteristics text[], codes text[], lists text[], versions text[]"
TO_IMPORT = (["organisation_id", "import_id"], ["imports.organisation_id", "imports.id"])
# The organisation's HR partners; nobody has any right on import_answers.
RIGHTS = {
    "imports": ("SELECT", "INSERT", "UPDATE (mapping)"),
    # Not the moment: undo, and forgetting what it needs, go by it.
    "import_steps": ("SELECT", "INSERT (organisation_id, import_id, number, state, by, detail)"),
    "import_mappings": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "import_changes": ("SELECT", "INSERT", "DELETE"),
}
_SHA = "the first 40 characters: tells whether a file was uploaded twice"
STATES = ("uploaded", "checked", "applied", "undone", "discarded")
# What trusted functions may do, besides what 0002 lets them read and write.
TRUSTED = {
    "people": ("DELETE",),
    "employments": ("DELETE",),
    "assignments": ("DELETE",),
    "equality_answers": ("DELETE",),
    "imports": ("SELECT",),
    "import_steps": ("SELECT",),
    "import_changes": ("SELECT", "DELETE"),
    "import_answers": ("SELECT", "INSERT", "DELETE"),
}


def upgrade() -> None:
    _tables()
    for table in TABLES:
        protect(table)
    partner = f"organisation_id = ANY ({PARTNER_OF})"
    for table, rights in RIGHTS.items():
        grant(", ".join(rights), table)
        for right in (right.split(" ")[0] for right in rights):
            using = partner if right in {"SELECT", "UPDATE", "DELETE"} else None
            check = partner if right in {"INSERT", "UPDATE"} else None
            allow(table, f"organisation_{right.lower()}", right, using=using, check=check)
    for table, commands in TRUSTED.items():
        for command in commands:
            owner_reads(table, command)
    trusted_function(f"people_that_fit({FIT})", PEOPLE_THAT_FIT, returns="SETOF uuid", language="sql")
    trusted_function(f"import_equality({ONE_IMPORT}, {ANSWERS})", IMPORT_EQUALITY, returns="void")
    trusted_function(f"undo_equality({ONE_IMPORT})", UNDO_EQUALITY, returns="void")
    trusted_function(f"take_back({ONE_IMPORT}, what text, records uuid[])", TAKE_BACK, returns="SETOF uuid")
    trusted_function("forget_undo(older_than interval)", FORGET_UNDO, returns="void", language="sql")


def _tables() -> None:
    op.create_table(
        "imports",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "file_sha256",
            sa.String(length=40),
            nullable=False,
            comment="the first 40 characters: tells whether a file was uploaded twice",
        ),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_imports_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_imports")),
    )
    states = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "import_steps",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="counts and identifiers only",
        ),
        sa.ForeignKeyConstraint(*TO_IMPORT, name="fk_import_steps_import"),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", "number", name=op.f("pk_import_steps")),
    )
    op.create_table(
        "import_mappings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_import_mappings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "name", name=op.f("pk_import_mappings")),
    )
    _undo_tables()


def _undo_tables() -> None:
    # No foreign keys: the rows live for a day, one statement writes them beside the import, and there are three for each
    # person of a file.
    op.create_table(
        "import_changes",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False, comment="people, employments or assignments"),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="an employment's is its person's"),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=False, comment="hash of the whole row as the import left it"),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", "what", "record_id", name=op.f("pk_import_changes")),
    )
    op.create_table(
        "import_answers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("characteristic", sa.String(length=40), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "import_id", "person_id", "characteristic", name=op.f("pk_import_answers")
        ),
    )
    op.create_index("ix_import_answers_person", "import_answers", ["person_id"], unique=False)


# Which of these people, recorded by any employer, have this family name and this date of birth. Whoever asks must know
# the identifier, which cannot be guessed, and both facts: the answer tells nothing that was not known.
PEOPLE_THAT_FIT = f"""
    SELECT p.id
      FROM unnest(persons, families, births) AS g (person, family, birth) JOIN people p ON p.id = g.person
     WHERE lower(p.family_name) = lower(g.family) AND p.birth_date IS NOT DISTINCT FROM g.birth
       AND {PARTNER_OF} IS NOT NULL
"""

# Remembers what was there, where nobody can read it, then writes; what the person said themselves is never overwritten. Says
# nothing about either, by its errors neither: whatever is given, a right guess and a wrong one take the same way through one
# statement. Only of people whom the organisation employs now.
IMPORT_EQUALITY = f"""
BEGIN
    IF {not_partner("organisation")}
       OR NOT EXISTS (SELECT 1 FROM imports i WHERE i.organisation_id = organisation AND i.id = import) THEN
        RETURN;
    END IF;
    WITH given AS MATERIALIZED (
        SELECT DISTINCT ON (g.person, g.characteristic) g.person, g.characteristic, g.code::varchar(40) AS code, g.list, g.version
          FROM unnest(persons, characteristics, codes, lists, versions)
               WITH ORDINALITY AS g (person, characteristic, code, list, version, place)
          JOIN employments e ON e.organisation_id = organisation AND e.person_id = g.person
           AND (e.ended IS NULL OR e.ended >= current_date)
         WHERE g.code IS NOT NULL AND g.characteristic IS NOT NULL
         ORDER BY g.person, g.characteristic, g.place DESC),
    remembered AS (
        INSERT INTO import_answers (organisation_id, import_id, person_id, characteristic, before, after)
        SELECT organisation, import, g.person, g.characteristic, to_jsonb(held), g.code
          FROM given g
          LEFT JOIN equality_answers held ON held.person_id = g.person AND held.characteristic = g.characteristic
         WHERE held.person_id IS NULL OR (held.source = 'employer' AND held.code <> g.code)
        ON CONFLICT DO NOTHING)
    INSERT INTO equality_answers AS held (person_id, characteristic, code, code_list, code_list_version, source)
    SELECT g.person, g.characteristic, g.code, g.list, g.version, 'employer' FROM given g
    ON CONFLICT (person_id, characteristic) DO UPDATE
       SET code = excluded.code, code_list = excluded.code_list, code_list_version = excluded.code_list_version,
           answered_at = now()
     WHERE held.source = 'employer' AND held.code <> excluded.code;
END
"""

# Puts back what the import overwrote and takes away what it added, unless the answer has been changed since.
UNDO_EQUALITY = f"""
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    DELETE FROM equality_answers held USING import_answers i
     WHERE i.organisation_id = organisation AND i.import_id = import AND i.before IS NULL
       AND held.person_id = i.person_id AND held.characteristic = i.characteristic
       AND held.source = 'employer' AND held.code = i.after;
    UPDATE equality_answers held
       SET code = i.before->>'code', code_list = i.before->>'code_list',
           code_list_version = i.before->>'code_list_version', answered_at = (i.before->>'answered_at')::timestamptz
      FROM import_answers i
     WHERE i.organisation_id = organisation AND i.import_id = import AND i.before IS NOT NULL
       AND held.person_id = i.person_id AND held.characteristic = i.characteristic
       AND held.source = 'employer' AND held.code = i.after;
    DELETE FROM import_answers i WHERE i.organisation_id = organisation AND i.import_id = import;
END
"""

# Deletes records that this import added; gives back those that cannot go because something else has been recorded about
# them since (a conversation, an account). A person goes only when no employer records them.
TAKE_BACK = f"""
DECLARE
    taken uuid[];
    one uuid;
    statement text := CASE what
        WHEN 'assignments' THEN 'DELETE FROM assignments WHERE organisation_id = $1 AND id = ANY ($2)'
        WHEN 'employments' THEN 'DELETE FROM employments WHERE organisation_id = $1 AND person_id = ANY ($2)'
        WHEN 'people' THEN '
            WITH gone AS (SELECT p AS id FROM unnest($2) p
                           WHERE $1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p)),
                 answers AS (DELETE FROM equality_answers q USING gone
                              WHERE q.person_id = gone.id AND q.source = ''employer'')
            DELETE FROM people USING gone WHERE people.id = gone.id'
    END;
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(c.record_id), '{{}}') INTO taken FROM import_changes c
     WHERE c.organisation_id = organisation AND c.import_id = import AND c.what = take_back.what AND c.before IS NULL
       AND c.record_id = ANY (records);
    BEGIN
        EXECUTE statement USING organisation, taken;
    EXCEPTION WHEN foreign_key_violation THEN
        FOREACH one IN ARRAY taken LOOP
            BEGIN
                EXECUTE statement USING organisation, ARRAY[one];
            EXCEPTION WHEN foreign_key_violation THEN
                RETURN NEXT one;
            END;
        END LOOP;
    END;
END
"""

# For whoever asks, so nobody can shorten the day: it is at least 24 hours.
FORGET_UNDO = """
    DELETE FROM import_changes c USING import_steps s
     WHERE s.organisation_id = c.organisation_id AND s.import_id = c.import_id AND s.state = 'applied'
       AND s.at < now() - greatest(older_than, interval '24 hours');
    DELETE FROM import_answers a USING import_steps s
     WHERE s.organisation_id = a.organisation_id AND s.import_id = a.import_id AND s.state = 'applied'
       AND s.at < now() - greatest(older_than, interval '24 hours');
"""

FUNCTIONS = (
    "people_that_fit(uuid[], text[], date[])",
    "import_equality(uuid, uuid, uuid[], text[], text[], text[], text[])",
    "undo_equality(uuid, uuid)",
    "take_back(uuid, uuid, text, uuid[])",
    "forget_undo(interval)",
)


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
    for table, commands in TRUSTED.items():
        for command in commands:
            op.execute(f"DROP POLICY trusted_functions_{command.lower()} ON {table}")
    for table in TABLES:
        op.drop_table(table)
