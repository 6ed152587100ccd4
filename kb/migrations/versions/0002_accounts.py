"""Accounts: what a person may do, where they are signed in, tokens, and attempts to sign in.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("email", sa.String(length=320), nullable=True))
        table.add_column(sa.Column("password_hash", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("password_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("disabled_at", sa.DateTime(), nullable=True))
        table.create_unique_constraint(op.f("uq_person_email"), ["email"])
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.CheckConstraint("role IN ('curator', 'rater', 'admin')", name=op.f("ck_person_role_role_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "signed_in",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_in_person_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_signed_in")),
    )
    op.create_index(op.f("ix_signed_in_person_id"), "signed_in", ["person_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    for column in ("at", "account", "address"):
        op.create_index(op.f(f"ix_attempt_{column}"), "attempt", [column])
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    op.create_index(op.f("ix_token_person_id"), "token", ["person_id"])
    op.create_index("ix_revision_actor_seq", "revision", ["actor", "seq"])


def downgrade() -> None:
    op.drop_index("ix_revision_actor_seq", "revision")
    for table in ("token", "attempt", "signed_in", "person_role"):
        op.drop_table(table)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("uq_person_email"))
        for column in ("disabled_at", "must_change", "password_at", "password_hash", "email"):
            batch.drop_column(column)
