"""Flags, and indexes for what waits for a curator.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Name, table, columns, and the rows that are in it.
OF_SOME = (
    ("ix_statement_draft", "statement", ["id"], "state = 'draft'"),
    ("ix_statement_review_due", "statement", ["review_due", "id"], "review_due IS NOT NULL"),
    ("ix_grade_further", "grade", ["statement_id"], "supersedes_id IS NOT NULL OR kind = 'second'"),
    ("ix_citation_fallen", "citation", ["id"], "standing IN ('retracted', 'concern')"),
    ("ix_relation_contradicts", "relation", ["statement_id", "other_id"], "kind = 'contradicts'"),
    ("ix_flag_open", "flag", ["id"], "resolved_at IS NULL"),
)


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=200), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_flag_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_statement_id"), "flag", ["statement_id"])
    # For the statements of one data set in order of id, a page at a time.
    op.create_index("ix_statement_origin_id", "statement", ["origin", "id"])
    # Widened, so that the statements with an empty slot come in order.
    op.drop_index("ix_citation_slot_citation_id", table_name="citation_slot")
    op.create_index("ix_citation_slot_citation_id", "citation_slot", ["citation_id", "statement_id"])
    for name, table, columns, which in OF_SOME:
        op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def downgrade() -> None:
    for name, table, _, _ in reversed(OF_SOME):
        op.drop_index(name, table_name=table)
    op.drop_index("ix_citation_slot_citation_id", table_name="citation_slot")
    op.create_index("ix_citation_slot_citation_id", "citation_slot", ["citation_id"])
    op.drop_index("ix_statement_origin_id", table_name="statement")
    op.drop_table("flag")
