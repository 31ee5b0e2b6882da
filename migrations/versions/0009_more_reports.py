"""Reports on coverage, routes and aspirations

A release holds several reports from now on, each in parts. The routes that people took are for all who sign in, so they
have a table of their own, with nothing in it but what was released.
"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST, APP
from migrations.security import ACCOUNT, allow, grant, protect, trusted_function

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _parts()
    _routes()
    _analyst()


def _parts() -> None:
    op.drop_constraint("ck_release_tables_characteristic", "release_tables", type_="check")
    op.drop_constraint("ck_release_tables_measure", "release_tables", type_="check")
    op.alter_column("release_tables", "characteristic", new_column_name="part")
    op.create_check_constraint(
        op.f("ck_release_tables_measure"),
        "release_tables",
        "measure IN ('representation', 'coverage', 'routes', 'aspirations')",
    )
    op.alter_column(
        "releases",
        "method_version",
        type_=sa.String(200),
        existing_nullable=False,
        comment="of each report, with a comma between",
    )


def _routes() -> None:
    op.create_table(
        "released_routes",
        sa.Column("from_profile", sa.String(40), nullable=False),
        sa.Column("to_profile", sa.String(40), nullable=False),
        sa.Column("release_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshot_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("median_months", sa.Integer(), nullable=True),
        sa.Column("across_share", sa.Float(), nullable=True),
        sa.Column("is_shown", sa.Boolean(), server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("from_profile", "to_profile", "release_number", name="pk_released_routes"),
    )
    protect("released_routes")
    grant("SELECT", "released_routes")
    allow("released_routes", "signed_in_reads_the_newest", "SELECT", using=f"is_shown AND {ACCOUNT} IS NOT NULL")
    grant("SELECT, INSERT, UPDATE (is_shown)", "released_routes", ANALYST)
    allow("released_routes", "analyst_reads", "SELECT", using="true", to=ANALYST)
    allow("released_routes", "analyst_publishes", "INSERT", check="true", to=ANALYST)
    allow("released_routes", "analyst_changes_release", "UPDATE", using="true", check="true", to=ANALYST)
    op.execute(f"CREATE FUNCTION refuse_to_change_a_route() RETURNS trigger LANGUAGE plpgsql AS $body${FROZEN}$body$")
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON released_routes"
        " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_route()"
    )


def _analyst() -> None:
    """Since when a reason holds; whom somebody hides from, so that they are not counted there; which role profile a job
    title means, without the title."""
    grant("SELECT (reason_given_on)", "conversation_dues", ANALYST)
    grant("SELECT (person_id, organisation_id)", "aspiration_hidden", ANALYST)
    allow("aspiration_hidden", "analyst_counts", "SELECT", using="true", to=ANALYST)
    trusted_function(
        "profiles_held()",
        PROFILES_HELD,
        returns="TABLE (organisation_id uuid, assignment_id uuid, profile_code text)",
        language="sql",
    )
    op.execute(f"REVOKE ALL ON FUNCTION private.profiles_held() FROM {APP}")
    op.execute(f"GRANT USAGE ON SCHEMA private TO {ANALYST}")
    op.execute(f"GRANT EXECUTE ON FUNCTION private.profiles_held() TO {ANALYST}")


# Which role a post is by its title alone, as service.capabilities tells it one post at a time: what only stands for a
# staff group and level is no fact about what people do. Titles repeat, so each is looked up once.
PROFILES_HELD = r"""
    WITH posts AS MATERIALIZED (
        SELECT a.organisation_id, a.id, a.staff_group, c.level,
               lower(btrim(regexp_replace(a.job_title, '\s+', ' ', 'g'))) AS title
          FROM assignments a
          LEFT JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
           AND c.version = (SELECT max(v.version) FROM crosswalk_versions v)
    ), titled AS (
        SELECT r.code, r.level, f.staff_group, unnest(r.titles) AS title
          FROM role_profiles r JOIN job_families f ON f.code = r.family_code
         WHERE r.state = 'published'
    ), meant AS (
        SELECT DISTINCT ON (k.title, k.staff_group, k.level) k.title, k.staff_group, k.level, t.code,
               count(*) OVER (PARTITION BY k.title, k.staff_group, k.level) AS roles
          FROM (SELECT DISTINCT title, staff_group, level FROM posts) k
          JOIN titled t ON t.title = k.title AND (t.staff_group = k.staff_group OR t.staff_group IS NULL)
         ORDER BY k.title, k.staff_group, k.level, abs(t.level - k.level), t.level, t.staff_group IS NULL, t.code
    )
    SELECT p.organisation_id, p.id, m.code FROM posts p
      JOIN meant m ON m.title = p.title AND m.staff_group = p.staff_group AND m.level IS NOT DISTINCT FROM p.level
     WHERE m.level IS NOT NULL OR m.roles = 1
"""

FROZEN = """
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'is_shown' = to_jsonb(OLD) - 'is_shown' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a release is never changed' USING ERRCODE = 'integrity_constraint_violation';
END
"""


def downgrade() -> None:
    """Reports that the earlier code does not know go with the tables that held them."""
    op.execute("DROP FUNCTION private.profiles_held()")
    op.execute(f"REVOKE USAGE ON SCHEMA private FROM {ANALYST}")
    op.execute("DROP POLICY analyst_counts ON aspiration_hidden")
    op.execute(f"REVOKE SELECT (person_id, organisation_id) ON aspiration_hidden FROM {ANALYST}")
    op.execute(f"REVOKE SELECT (reason_given_on) ON conversation_dues FROM {ANALYST}")
    op.drop_table("released_routes")
    op.execute("DROP FUNCTION refuse_to_change_a_route()")
    op.execute("ALTER TABLE release_tables DISABLE TRIGGER never_changed")
    op.execute("ALTER TABLE releases DISABLE TRIGGER never_changed")
    op.execute("DELETE FROM release_tables WHERE measure <> 'representation'")
    op.execute("UPDATE releases SET method_version = left(method_version, 40)")
    op.execute("ALTER TABLE release_tables ENABLE TRIGGER never_changed")
    op.execute("ALTER TABLE releases ENABLE TRIGGER never_changed")
    op.alter_column("releases", "method_version", type_=sa.String(40), existing_nullable=False, comment=None)
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    op.alter_column("release_tables", "part", new_column_name="characteristic")
    op.create_check_constraint("ck_release_tables_measure", "release_tables", "measure IN ('representation')")
    op.create_check_constraint(
        "ck_release_tables_characteristic",
        "release_tables",
        "characteristic IN ('ethnicity', 'sex', 'disability', 'age_band')",
    )
