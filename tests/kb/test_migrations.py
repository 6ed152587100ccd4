"""Stores of every released schema are brought up to today's with all that is in them, or are left as they were.

`released/NNNN.sql` is a store as revision NNNN of the tables wrote it, with grades, a second opinion, a slot, a caveat
and a withdrawal in it. A new revision needs the dump of the one before it here.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select

from kb import misses
from kb.curate import By, Judgement, grade
from kb.errors import StoreUnavailable
from kb.graded import read_all
from kb.history import statement_history, stored_head
from kb.model import Statement
from kb.question import question_number
from kb.store import create_store, known_versions, migrations, open_store
from kb.store import scripts as scripts_of_today
from kb.verify import faults

Later = Callable[[str], None]
KEY = b"a key for tests"
RELEASED = Path(__file__).parent / "released"
DAY = date(2026, 11, 23)
# Since 0002 the store has an account and a token too, since 0003 a waiver, since 0004 a relation made by hand, since
# 0005 a miss.
COUNTED = {"0001": 11, "0002": 13, "0003": 14, "0004": 15, "0005": 15}

ADDS_A_COLUMN = '''
"""A column more, and a table of statements made anew for it."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None
def upgrade() -> None:
    with op.batch_alter_table("statement", recreate="always") as table:
        table.add_column(sa.Column("later", sa.Integer(), nullable=True))
    {then}
'''


def restored(path: Path, dump: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    return path


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """`later("pass")` is a Caveat with one revision of the tables more, which ends with that line of Python."""
    scripts = tmp_path / "migrations"
    shutil.copytree(scripts_of_today(), scripts)
    head = ScriptDirectory.from_config(migrations()).get_current_head()

    def install(then: str) -> None:
        (scripts / "versions" / "9999_later.py").write_text(ADDS_A_COLUMN.format(before=head, then=then), "utf-8")
        monkeypatch.setattr("kb.store.scripts", lambda: scripts)

    return install


def test_the_names_of_the_migrations_tell_their_order() -> None:
    order = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()]
    assert known_versions() == order[::-1]


def test_every_released_schema_has_its_dump() -> None:
    scripts = ScriptDirectory.from_config(migrations())
    before = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
    assert {dump.stem for dump in RELEASED.glob("*.sql")} >= before


@pytest.mark.parametrize("dump", sorted(RELEASED.glob("*.sql")), ids=lambda dump: dump.stem)
def test_a_released_store_is_brought_up_to_date_with_all_that_is_in_it(
    tmp_path: Path, dump: Path, by: Callable[..., By]
) -> None:
    path = restored(tmp_path / "old.sqlite3", dump)
    store = create_store(f"sqlite:///{path}", KEY)
    with store.reading() as session:
        assert list(faults(session)) == []
        head = stored_head(session)
        assert head
        assert head.count == COUNTED[dump.stem]
        statements = list(read_all(session, DAY, published_only=False))
        assert [each.id for each in statements] == [1, 2, 3, 4, 5]
        assert (statements[0].grade.level.name, statements[0].grade.rater) == ("grade:low", "A. First")
        assert "disputed" in {caveat.code for caveat in statements[0].caveats}
        assert "preclinical-only" in {caveat.code for caveat in statements[1].caveats}
        assert statements[1].slots[-1].note == "a trial in people"
        assert statements[2].state == "withdrawn"
        for each in session.scalars(select(Statement)):
            assert each.question == question_number(each.intervention, each.outcome)
        assert session.get_one(Statement, 5).question is not None
        assert [each.action for each in statement_history(session, 1)] == ["import", "grade", "grade"]
    with store.writing() as session:
        grade(session, 1, Judgement("high", kind="consensus"), by("after the update"))
        misses.add(session, {"Moon dust": 2}, DAY)
    with store.reading() as session:
        assert list(faults(session)) == []
        assert misses.Gap("moon dust", 2, DAY, DAY) in misses.gaps(session)
    store.close()


def test_a_table_made_anew_keeps_its_rows_and_all_that_points_at_them(
    demo_file: Path, tmp_path: Path, later: Later
) -> None:
    path = shutil.copy(demo_file, tmp_path / "demo.sqlite3")
    before = rows(path)
    later("pass")
    with pytest.raises(StoreUnavailable, match=r"older than this program.*kb init"):
        open_store(f"sqlite:///{path}", KEY)
    create_store(f"sqlite:///{path}", KEY).close()
    assert rows(path) == before
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert sorted(kept) == [
            (table, f"{table}_is_kept_on_{act}") for table in ("grade", "revision") for act in ("delete", "update")
        ]
        assert connection.execute("SELECT count(later), count(*) FROM statement").fetchone() == (0, 66)


@pytest.mark.parametrize("then", ['raise RuntimeError("power cut")', 'op.execute("DELETE FROM citation")'])
def test_an_update_that_fails_leaves_the_store_as_it_was(
    demo_file: Path,
    tmp_path: Path,
    then: str,
    later: Later,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = shutil.copy(demo_file, tmp_path / "demo.sqlite3")
    before = rows(path)
    with monkeypatch.context():
        later(then)
        with pytest.raises((RuntimeError, StoreUnavailable), match=r"power cut|a row of .* points at one of citation"):
            create_store(f"sqlite:///{path}", KEY)
    monkeypatch.undo()
    assert rows(path) == before
    store = open_store(f"sqlite:///{path}", KEY)
    with store.reading() as session:
        assert list(faults(session)) == []
    store.close()


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
