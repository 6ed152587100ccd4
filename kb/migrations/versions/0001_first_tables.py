"""The first tables.

Revision: 0001, the first of all
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=100), nullable=True),
        sa.Column("mapping", sa.String(length=100), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('applied', 'undone')", name=op.f("ck_batch_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_sha256"), ["sha256"], unique=False)

    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("name", name=op.f("uq_topic_name")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=True),
        sa.Column("graded_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_article_batch_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_article_rater_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "caveat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('evidence', 'safety', 'wording', 'legal', 'source')", name=op.f("ck_caveat_kind_known")
        ),
        sa.CheckConstraint("severity IN ('warning', 'caution', 'note')", name=op.f("ck_caveat_severity_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_caveat_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caveat")),
        sa.UniqueConstraint("code", name=op.f("uq_caveat_code")),
    )
    with op.batch_alter_table("caveat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_caveat_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("csl", sa.JSON(), nullable=False),
        sa.Column("doi", sa.String(length=300), nullable=True),
        sa.Column("pmid", sa.String(length=20), nullable=True),
        sa.Column("pmcid", sa.String(length=20), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("study_design", sa.Text(), nullable=True),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("standing_on", sa.Date(), nullable=True),
        sa.Column("standing_reason", sa.Text(), nullable=True),
        sa.Column("standing_notice", sa.Text(), nullable=True),
        sa.Column("standing_source", sa.Text(), nullable=True),
        sa.Column("unchecked", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "standing IN ('ok', 'retracted', 'concern', 'corrected', 'reinstated')",
            name=op.f("ck_citation_standing_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_citation_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
        sa.UniqueConstraint("key", name=op.f("uq_citation_key")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_citation_doi"), ["doi"], unique=False)
        batch_op.create_index(batch_op.f("ix_citation_pmcid"), ["pmcid"], unique=False)
        batch_op.create_index(batch_op.f("ix_citation_pmid"), ["pmid"], unique=False)

    op.create_table(
        "revision",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_revision_batch_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_revision_subject_seq", ["subject", "seq"], unique=False)

    op.create_table(
        "article_caveat",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("caveat_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_caveat_article_id")),
        sa.ForeignKeyConstraint(["caveat_id"], ["caveat.id"], name=op.f("fk_article_caveat_caveat_id")),
        sa.PrimaryKeyConstraint("article_id", "caveat_id", name=op.f("pk_article_caveat")),
    )
    with op.batch_alter_table("article_caveat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_caveat_caveat_id"), ["caveat_id"], unique=False)

    op.create_table(
        "caveat_citation",
        sa.Column("caveat_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("citation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["caveat_id"], ["caveat.id"], name=op.f("fk_caveat_citation_caveat_id")),
        sa.ForeignKeyConstraint(["citation_id"], ["citation.id"], name=op.f("fk_caveat_citation_citation_id")),
        sa.PrimaryKeyConstraint("caveat_id", "position", name=op.f("pk_caveat_citation")),
    )
    with op.batch_alter_table("caveat_citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_caveat_citation_citation_id"), ["citation_id"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("sentence_start", sa.Integer(), nullable=True),
        sa.Column("sentence_end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("population", sa.Text(), nullable=True),
        sa.Column("intervention", sa.Text(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("effect_size", sa.Text(), nullable=True),
        sa.Column("direct_evidence", sa.String(length=20), nullable=False),
        sa.Column("searched_on", sa.Date(), nullable=True),
        sa.Column("searched_where", sa.Text(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current_grade_id", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "direct_evidence IN ('direct', 'indirect', 'none-found', 'not-assessed', 'not-applicable')",
            name=op.f("ck_statement_direct_evidence_known"),
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_statement_state_known")),
        sa.CheckConstraint(
            "type IN ('background', 'mechanism', 'efficacy', 'safety', 'regulatory', 'recommendation', 'appraisal')",
            name=op.f("ck_statement_type_known"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_statement_article_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_statement_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("origin", "key", name=op.f("uq_statement_origin")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "topic_caveat",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("caveat_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "type IN ('background', 'mechanism', 'efficacy', 'safety', 'regulatory', 'recommendation', 'appraisal', '*')",
            name=op.f("ck_topic_caveat_type_known"),
        ),
        sa.ForeignKeyConstraint(["caveat_id"], ["caveat.id"], name=op.f("fk_topic_caveat_caveat_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_caveat_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "caveat_id", "type", name=op.f("pk_topic_caveat")),
    )
    with op.batch_alter_table("topic_caveat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_caveat_caveat_id"), ["caveat_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_change_batch_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_change_statement_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "citation_slot",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("citation_id", sa.Integer(), nullable=True),
        sa.Column("stance", sa.String(length=12), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("locator", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stance IN ('supports', 'refutes', 'qualifies', 'background')", name=op.f("ck_citation_slot_stance_known")
        ),
        sa.ForeignKeyConstraint(["citation_id"], ["citation.id"], name=op.f("fk_citation_slot_citation_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_citation_slot_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_citation_slot")),
    )
    with op.batch_alter_table("citation_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_slot_citation_id"), ["citation_id"], unique=False)

    op.create_table(
        "grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "direction IN ('supports', 'contradicts', 'mixed', 'no-effect', 'unclear', 'not-stated')",
            name=op.f("ck_grade_direction_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('imported', 'first', 'second', 'consensus', 'restored')", name=op.f("ck_grade_kind_known")
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_grade_rater_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_grade_statement_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["grade.id"], name=op.f("fk_grade_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
    )
    with op.batch_alter_table("grade", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grade_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "relation",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.CheckConstraint(
            "kind IN ('contradicts', 'supersedes', 'same-evidence', 'duplicates')", name=op.f("ck_relation_kind_known")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["statement.id"], name=op.f("fk_relation_other_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_relation_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "other_id", "kind", name=op.f("pk_relation")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_other_id"), ["other_id"], unique=False)

    op.create_table(
        "statement_caveat",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("caveat_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["caveat_id"], ["caveat.id"], name=op.f("fk_statement_caveat_caveat_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_caveat_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "caveat_id", name=op.f("pk_statement_caveat")),
    )
    with op.batch_alter_table("statement_caveat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_caveat_caveat_id"), ["caveat_id"], unique=False)

    op.create_table(
        "statement_topic",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_topic_statement_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_statement_topic_topic_id")),
        sa.PrimaryKeyConstraint("statement_id", "topic_id", name=op.f("pk_statement_topic")),
    )
    with op.batch_alter_table("statement_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_topic_topic_id"), ["topic_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("statement_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_topic_topic_id"))

    op.drop_table("statement_topic")
    with op.batch_alter_table("statement_caveat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_caveat_caveat_id"))

    op.drop_table("statement_caveat")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relation_other_id"))

    op.drop_table("relation")
    with op.batch_alter_table("grade", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grade_statement_id"))

    op.drop_table("grade")
    with op.batch_alter_table("citation_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_slot_citation_id"))

    op.drop_table("citation_slot")
    op.drop_table("change")
    with op.batch_alter_table("topic_caveat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_caveat_caveat_id"))

    op.drop_table("topic_caveat")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_batch_id"))
        batch_op.drop_index(batch_op.f("ix_statement_article_id"))

    op.drop_table("statement")
    with op.batch_alter_table("caveat_citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_caveat_citation_citation_id"))

    op.drop_table("caveat_citation")
    with op.batch_alter_table("article_caveat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_caveat_caveat_id"))

    op.drop_table("article_caveat")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index("ix_revision_subject_seq")
        batch_op.drop_index(batch_op.f("ix_revision_batch_id"))

    op.drop_table("revision")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_pmid"))
        batch_op.drop_index(batch_op.f("ix_citation_pmcid"))
        batch_op.drop_index(batch_op.f("ix_citation_doi"))
        batch_op.drop_index(batch_op.f("ix_citation_batch_id"))

    op.drop_table("citation")
    with op.batch_alter_table("caveat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_caveat_batch_id"))

    op.drop_table("caveat")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_batch_id"))

    op.drop_table("article")
    op.drop_table("topic")
    op.drop_table("person")
    op.drop_table("meta")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_sha256"))

    op.drop_table("batch")
