"""Statements on the same question are found by a number, without all of them being read.

Revision: 0004, after 0003
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
STATEMENT = sa.table(
    "statement",
    sa.column("id", sa.Integer),
    sa.column("intervention", sa.Text),
    sa.column("outcome", sa.Text),
    sa.column("question", sa.BigInteger),
)


def upgrade() -> None:
    op.add_column("statement", sa.Column("question", sa.BigInteger(), nullable=True))
    connection, last = op.get_bind(), 0
    columns = (STATEMENT.c.id, STATEMENT.c.intervention, STATEMENT.c.outcome)
    asking = sa.select(*columns).where(STATEMENT.c.intervention.is_not(None), STATEMENT.c.outcome.is_not(None))
    numbered = sa.update(STATEMENT).where(STATEMENT.c.id == sa.bindparam("of"))
    numbered = numbered.values(question=sa.bindparam("number"))
    while rows := connection.execute(asking.where(STATEMENT.c.id > last).order_by("id").limit(AT_ONCE)).all():
        connection.execute(numbered, [{"of": id_, "number": _number(*words)} for id_, *words in rows])
        last = rows[-1][0]
    op.create_index(op.f("ix_statement_question"), "statement", ["question"])


def downgrade() -> None:
    op.drop_index(op.f("ix_statement_question"), "statement")
    op.drop_column("statement", "question")


# As kb/question.py had it when this was written. Whoever changes it there numbers all questions anew in a migration.
def _number(intervention: str, outcome: str) -> int | None:
    about, measured = _normal(intervention), _normal(outcome)
    if not about or not measured:
        return None
    digest = hashlib.blake2b(f"{about}\n{measured}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _normal(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!?;:,…")
