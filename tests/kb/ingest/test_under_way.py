"""After a kill, the next start says of each import that was under way whether all of it is there, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb.curate import By
from kb.ingest.batch import Order, import_file
from kb.ingest.under_way import FOLDER, cut_off, noted
from kb.model import Batch, Statement
from kb.settings import Settings
from kb.store import Store, create_store

LINE = '{{"origin": "o", "key": "{}", "text": "A claim.", "type": "safety"}}\n'


def notes(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob("*"))


def test_an_import_that_ends_leaves_no_note(tmp_path: Path, store: Store, by: Callable[..., By]) -> None:
    with noted(tmp_path, Path("rows.csv"), by()):
        assert len(notes(tmp_path)) == 1
        # It is still under way: nobody may call it cut off.
        assert cut_off(tmp_path, store) == []
        assert len(notes(tmp_path)) == 1
    assert notes(tmp_path) == []
    with pytest.raises(ValueError, match="broken"), noted(tmp_path, Path("rows.csv"), by()):
        raise ValueError("broken")
    assert notes(tmp_path) == []


def test_a_home_that_cannot_be_written_to_stops_no_import(tmp_path: Path, by: Callable[..., By]) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    with noted(tmp_path, Path("rows.csv"), by()):
        pass


def left_behind(home: Path, path: Path, by: By) -> None:
    """What a process leaves that is killed within `noted`."""
    before = notes(home)
    entered = noted(home, path, by)
    entered.__enter__()
    (note,) = (each for each in notes(home) if each not in before)
    said = note.read_bytes()
    entered.__exit__(None, None, None)
    note.write_bytes(said)


def test_what_was_cut_off_is_told_once_with_what_is_there(tmp_path: Path, store: Store, by: Callable[..., By]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(LINE.format(1))
    early, late = by(at=datetime(2026, 1, 1, tzinfo=UTC)), by(at=datetime(2026, 1, 2, tzinfo=UTC))
    with store.writing() as session:
        import_file(session, Order(path, "statements"), late)
    left_behind(tmp_path, path, early)
    left_behind(tmp_path, path, late)
    told = {each.at: str(each) for each in cut_off(tmp_path, store)}
    assert "nothing of it was written" in told[early.at]
    assert "all of it is there, as batch 1" in told[late.at]
    assert cut_off(tmp_path, store) == []


def test_a_note_that_was_not_finished_is_passed_over(tmp_path: Path, store: Store) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "half.json").write_text('{"file": "a')
    assert cut_off(tmp_path, store) == []
    assert notes(tmp_path) == []


def test_a_kill_in_the_middle_leaves_nothing_and_the_next_command_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = Settings.read({"KB_HOME": str(home)})
    settings.make_home()
    create_store(settings.database_url, settings.secret_key()).close()
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(LINE.format(number) for number in range(60_000)))
    environ = {**os.environ, "KB_HOME": str(home)}
    command = [sys.executable, "-m", "web.cli"]
    running = subprocess.Popen([*command, "import", str(path)], env=environ, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    written = home / "caveat.sqlite3-wal"
    while time.monotonic() < deadline and not (notes(home) and written.exists() and written.stat().st_size > 100_000):
        assert running.poll() is None, "it was done before it could be killed"
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    ran = subprocess.run([*command, "batches"], env=environ, capture_output=True, text=True, check=True)
    assert "The import of rows.jsonl" in ran.stderr
    assert "nothing of it was written" in ran.stderr
    store = create_store(settings.database_url, settings.secret_key())
    with store.reading() as session:
        for table in (Batch, Statement):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    store.close()
