"""How Alembic reaches the store: through the connection that `kb.store` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from kb.model import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter a column in place; Alembic then copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
