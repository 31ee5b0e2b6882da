"""Past conversations come in by file"""

import sqlalchemy as sa
from alembic import op

from migrations.security import PARTNER_OF, not_partner, owner_reads, trusted_function

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("workforce", "conversations")
ONE_IMPORT = "organisation uuid, import uuid"
ASKED = "organisation uuid, persons uuid[], facilitators uuid[], days date[]"
FUNCTIONS = ("conversations_on(uuid, uuid[], uuid[], date[])", "take_back_conversations(uuid, uuid)")
COMMENTS = {
    "what": (
        sa.String(length=40),
        "people, employments or assignments",
        "people, employments, assignments or conversations",
    ),
    "after": (
        sa.BigInteger(),
        "hash of the whole row as the import left it",
        "hash of the whole row as the import left it; of a conversation, its version",
    ),
}


def upgrade() -> None:
    for table in ("imports", "import_mappings"):
        kind = sa.Enum(*KINDS, name="file_kind", native_enum=False, create_constraint=True, length=40)
        op.add_column(table, sa.Column("kind", kind, server_default="workforce", nullable=False))
    op.drop_constraint("pk_import_mappings", "import_mappings")
    op.create_primary_key("pk_import_mappings", "import_mappings", ["organisation_id", "kind", "name"])
    for column, (kind, before, after) in COMMENTS.items():
        op.alter_column(
            "import_changes",
            column,
            existing_type=kind,
            existing_nullable=False,
            existing_comment=before,
            comment=after,
        )
    # Whatever goes takes its notes with it, and must not read every note that there is to find them.
    op.create_index("ix_private_notes_conversation", "private_notes", ["person_id", "conversation_id"])
    for table in ("conversations", "wordings"):
        owner_reads(table, "DELETE")
    trusted_function(f"conversations_on({ASKED})", CONVERSATIONS_ON, returns="SETOF bigint", language="sql STABLE")
    trusted_function(
        f"take_back_conversations({ONE_IMPORT})", TAKE_BACK, returns="TABLE (about uuid, is_taken boolean)"
    )


# Which of the rows that a partner gives tell of a conversation that is recorded already. Whoever asks must know the person,
# who held it and the day; about people who have left, or what arose elsewhere, nothing is said.
CONVERSATIONS_ON = f"""
    SELECT g.place
      FROM unnest(persons, facilitators, days) WITH ORDINALITY AS g (person, facilitator, held_on, place)
      JOIN employments e ON e.organisation_id = organisation AND e.person_id = g.person
       AND (e.ended IS NULL OR e.ended >= current_date)
     WHERE organisation = ANY ({PARTNER_OF})
       AND EXISTS (SELECT 1 FROM conversations c
                    WHERE c.person_id = g.person AND c.organisation_id = organisation
                      AND c.held_on = g.held_on AND c.facilitator_id = g.facilitator)
"""

# Deletes the conversations that this import brought in, except those that somebody has agreed, corrected, shared, written
# a note about or planned from since: of those it says only whom they are about. Locked first, so that none of that can
# come in between. Wordings go first, all at once: what watches them would else be asked for each conversation.
TAKE_BACK = f"""
DECLARE
    people uuid[];
    talks uuid[];
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    PERFORM 1 FROM import_changes i JOIN conversations c ON c.id = i.record_id
      WHERE i.organisation_id = organisation AND i.import_id = import AND i.what = 'conversations' FOR UPDATE OF c;
    SELECT array_agg(c.person_id), array_agg(c.id) INTO people, talks
      FROM import_changes i
      JOIN conversations c ON c.id = i.record_id
     WHERE i.organisation_id = organisation AND i.import_id = import AND i.what = 'conversations' AND c.version = i.after
       AND NOT EXISTS (SELECT 1 FROM conversation_shares s WHERE s.person_id = c.person_id AND s.conversation_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM private_notes n WHERE n.person_id = c.person_id AND n.conversation_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM plan_actions a WHERE a.person_id = c.person_id AND a.conversation_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM conversation_requests r
                        WHERE r.person_id = c.person_id AND r.conversation_id = c.id);
    DELETE FROM wordings w USING unnest(people, talks) AS t (person, talk)
     WHERE w.person_id = t.person AND w.conversation_id = t.talk;
    DELETE FROM conversations c USING unnest(people, talks) AS t (person, talk)
     WHERE c.person_id = t.person AND c.id = t.talk;
    RETURN QUERY SELECT t.person, true FROM unnest(people) AS t (person);
    RETURN QUERY
    SELECT DISTINCT c.person_id, false FROM import_changes i
      JOIN conversations c ON c.id = i.record_id
     WHERE i.organisation_id = organisation AND i.import_id = import AND i.what = 'conversations';
END
"""


def downgrade() -> None:
    """What was brought in stays; imports of conversations that could still be undone no longer can."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
    for table in ("conversations", "wordings"):
        op.execute(f"DROP POLICY trusted_functions_delete ON {table}")
    op.drop_index("ix_private_notes_conversation", table_name="private_notes")
    op.execute("DELETE FROM import_changes WHERE what = 'conversations'")
    for column, (kind, before, after) in COMMENTS.items():
        op.alter_column(
            "import_changes",
            column,
            existing_type=kind,
            existing_nullable=False,
            existing_comment=after,
            comment=before,
        )
    op.execute("DELETE FROM import_mappings WHERE kind <> 'workforce'")
    op.drop_constraint("pk_import_mappings", "import_mappings")
    op.create_primary_key("pk_import_mappings", "import_mappings", ["organisation_id", "name"])
    for table in ("imports", "import_mappings"):
        op.drop_column(table, "kind")
