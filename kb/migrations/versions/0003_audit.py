"""The audit: waivers, runs and what they found. Grades and revisions can only be added, whoever writes.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What is only added to. The store itself refuses, so that no way around `kb.curate` overwrites a judgement.
KEPT = {
    "grade": "a grade is never changed or deleted, only superseded",
    "revision": "the history is only added to",
}


def upgrade() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=3), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_waiver_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_statement_id"), "waiver", ["statement_id"])
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
    )
    op.create_table(
        "audit_result",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=3), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("statements", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["audit_run.id"], name=op.f("fk_audit_result_run_id")),
        sa.PrimaryKeyConstraint("run_id", "rule", "severity", name=op.f("pk_audit_result")),
    )
    for table, why in KEPT.items():
        for statement in _guards(op.get_bind().dialect.name, table, why):
            op.execute(statement)


def downgrade() -> None:
    for table in KEPT:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
            op.execute(f"DROP TRIGGER {table}_is_kept_whole ON {table}")
            op.execute(f"DROP FUNCTION refuse_{table}_change()")
        else:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_is_kept_on_{act}")
    for table in ("audit_result", "audit_run", "waiver"):
        op.drop_table(table)


def _guards(dialect: str, table: str, why: str) -> list[str]:
    """Triggers are written by each database in its own way, and by SQLAlchemy in none."""
    if dialect == "postgresql":
        return [
            f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{why}'; END $$",
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()",
            f"CREATE TRIGGER {table}_is_kept_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}_change()",
        ]
    return [
        f"CREATE TRIGGER {table}_is_kept_on_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for act in ("update", "delete")
    ]
