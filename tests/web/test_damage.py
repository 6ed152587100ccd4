"""Whatever happens to index, store, disk or clock: pages still answer, the log and `/healthz` say what is wrong, and it
is mended without a person where that is safe. Nothing is wiped on opening.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.running import PATIENCE, Caveat, Server, until
from web.cli import kb


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def index(home: Path, caveat: Caveat) -> Path:
    """The folder of the index that counts."""
    return home / "index" / (home / "index" / "current").read_text().strip()


def kept(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((home / "index").rglob("*.seg"))}


def searchable(server: Server) -> None:
    """Search answers from the beginning, and soon by the index."""
    assert server.json("/search.json?q=liver")["total"] == 33
    until(lambda: server.json("/search.json?q=liver")["by_index"])
    assert server.json("/search.json?q=liver")["total"] == 33
    until(lambda: server.json("/healthz") == {"status": "ok", "statements": 66, "lag": 0})


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int((len(content) - 1) * at)] ^= 0x10
    path.write_bytes(content)


def test_a_flipped_bit_is_noticed_by_every_command_and_mended_by_one(caveat: Caveat, index: Path) -> None:
    (segment,) = index.glob("*.seg")
    flip(segment, 0.5)
    assert "is not what was written" in caveat.run("index", "check", code=3).stderr
    assert caveat.run("search", "liver", code=3).stdout == ""
    assert "built anew" in caveat.run("index", "sync").stderr
    assert caveat.run("index", "check").stdout == "The index and the store agree.\n"


@pytest.mark.parametrize(("pattern", "part"), [("*.seg", 0.5), ("*.toc", 0.99), ("*.sum", 0.0)])
def test_a_server_mends_a_truncated_index_while_it_answers(
    caveat: Caveat, index: Path, pattern: str, part: float
) -> None:
    for file in index.glob(pattern):
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    server = caveat.serve()
    searchable(server)
    _, said = server.end(signal.SIGTERM)
    assert "The search index is built anew" in said


def test_an_index_that_is_gone_is_built_while_the_server_answers(caveat: Caveat, home: Path) -> None:
    server = caveat.serve()
    shutil.rmtree(home / "index")
    searchable(server)


def test_an_index_that_is_damaged_while_it_is_served_is_mended(caveat: Caveat, home: Path, index: Path) -> None:
    server = caveat.serve()
    searchable(server)
    (home / "index" / "current").write_text("index-000000000000\n")
    searchable(server)
    assert "is not there" in server.end(signal.SIGTERM)[1]


def test_an_index_of_another_store_is_replaced(caveat: Caveat, home: Path, tmp_path: Path) -> None:
    other = Caveat(tmp_path / "other", Path(caveat.environ["PYTHONPATH"]))
    other.run("init", "--demo")
    other.run("withdraw", "25", "--reason", "only there")
    shutil.rmtree(home / "index")
    shutil.copytree(tmp_path / "other" / "index", home / "index")
    server = caveat.serve()
    searchable(server)
    assert "it is of another store" in server.end(signal.SIGTERM)[1]


@pytest.mark.parametrize("changes", [0, 1, 2, 3])
def test_a_store_restored_from_yesterday_is_noticed_however_many_changes_it_has_again(
    caveat: Caveat, home: Path, tmp_path: Path, changes: int
) -> None:
    shutil.copy(home / "caveat.sqlite3", tmp_path / "yesterday")
    for id_ in (25, 26):
        caveat.run("grade", str(id_), "--level", "high", "--reason", "only today")
    for file in home.glob("caveat.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "yesterday", home / "caveat.sqlite3")
    elsewhere = f"whoosh:{tmp_path / 'elsewhere'}"
    for id_ in range(30, 30 + changes):
        caveat.run("grade", str(id_), "--level", "high", "--reason", "after the restore", KB_INDEX_URL=elsewhere)
    server = caveat.serve()
    until(lambda: server.found("grade=grade:high") == set(range(30, 30 + changes)))
    assert "the store was restored from a backup" in server.end(signal.SIGTERM)[1]
    assert caveat.run("index", "check").stdout == "The index and the store agree.\n"


def test_a_folder_of_somebody_else_is_left_alone_and_pages_read_the_store(caveat: Caveat, home: Path) -> None:
    shutil.rmtree(home / "index")
    (home / "index").mkdir()
    (home / "index" / "letter.txt").write_text("mine")
    server = caveat.serve()
    told = server.json("/search.json?q=liver")
    assert (told["total"], told["by_index"]) == (33, False)
    assert "cannot be used just now" in told["notes"][0]
    alive = server.json("/healthz")
    assert (alive["status"], alive["statements"]) == ("degraded", 66)
    assert "the log says why" in alive["index"]
    assert server.status("/readyz")[0] == 503
    assert "nothing in it was touched" in server.end(signal.SIGTERM)[1]
    assert [each.name for each in (home / "index").iterdir()] == ["letter.txt"]


@pytest.fixture
def read_only(home: Path, caveat: Caveat, require: Callable[..., str]) -> Iterator[list[str]]:
    """The words with which to start a process that may not write to the index, whoever runs the tests."""
    folders = [home / "index", *(home / "index").glob("index-*")]
    for folder in folders:
        folder.chmod(0o500)
    dropped = ["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]
    yield [require("setpriv"), *dropped] if os.geteuid() == 0 else []
    for folder in folders:
        folder.chmod(0o700)


def test_an_index_that_cannot_be_written_to_still_answers_and_says_how_far_behind_it_is(
    caveat: Caveat, home: Path, tmp_path: Path, read_only: list[str]
) -> None:
    caveat.run("withdraw", "25", "--reason", "a double", KB_INDEX_URL=f"whoosh:{tmp_path / 'other'}")
    caveat.words = [*read_only, *caveat.words]
    before = kept(home)
    server = caveat.serve()
    told = server.json("/search.json?limit=100")
    assert (told["by_index"], told["lag"]) == (True, 1)
    assert 25 not in {each["id"] for each in told["statements"]}
    assert server.json("/healthz")["index"] == "it is not kept in step; the log says why"
    assert "cannot be written to" in server.end(signal.SIGTERM)[1]
    assert kept(home) == before
    assert "write access" in caveat.run("index", "rebuild", code=3).stderr


def small_files(limit: int) -> Callable[[], None]:
    """No file of this process may grow beyond the limit: what a full disk does, without one."""

    def begin() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return begin


def cramped(caveat: Caveat, limit: int, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*caveat.words, *args],
        env=caveat.environ,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        preexec_fn=small_files(limit),
        check=False,
    )


def test_a_disk_that_is_full_for_the_store_changes_nothing(caveat: Caveat, home: Path, tmp_path: Path) -> None:
    bulk = tmp_path / "bulk.jsonl"
    row = '{{"origin": "bulk", "key": "B{0}", "text": "Bulk claim {0}.", "type": "efficacy"}}\n'
    bulk.write_text("".join(row.format(number) for number in range(3000)), "utf-8")
    size = sum(file.stat().st_size for file in home.glob("caveat.sqlite3"))
    refused = cramped(caveat, size // 2, "import", str(bulk))
    assert refused.returncode == 3
    assert "The disk is full or failing; nothing was changed." in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "6 revisions hold" in caveat.run("verify").stdout
    assert "3000 new" in caveat.run("import", str(bulk)).stdout


def test_a_disk_that_is_full_for_the_index_keeps_the_change_and_the_old_index(caveat: Caveat, home: Path) -> None:
    before = kept(home)
    whole = max(map(len, before.values()))
    for part in (0.2, 0.5, 0.9):
        done = cramped(caveat, int(whole * part), "index", "rebuild")
        assert done.returncode == 3
        assert "the disk is full" in done.stderr
        assert "Traceback" not in done.stderr
    assert {name: content for name, content in kept(home).items() if name in before} == before
    assert caveat.run("index", "check").stdout == "The index and the store agree.\n"
    caveat.run("index", "rebuild")
    assert len(kept(home)) == 1, "what the full disk left behind is swept away"


def test_a_store_that_a_stranger_has_locked_is_read_all_the_same_and_the_writer_told(
    caveat: Caveat, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store.BUSY_SECONDS", 1)
    server = caveat.serve()
    with contextlib.closing(sqlite3.connect(home / "caveat.sqlite3", isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        assert server.json("/search.json?q=liver")["total"] == 33
        assert "Kratom" in server.get("/s/25")
        words = ["--home", str(home), "grade", "25", "--level", "low", "--reason", "r"]
        refused = CliRunner().invoke(kb, words, catch_exceptions=False)
        assert refused.exit_code == 3
        assert "Another program has been writing to the store for too long. Try again" in refused.stderr
    caveat.run("grade", "25", "--level", "low", "--reason", "r")


@pytest.mark.parametrize("damage", ["not a store", "torn"])
def test_a_damaged_store_is_refused_in_one_line_and_left_as_it_is(caveat: Caveat, home: Path, damage: str) -> None:
    file = home / "caveat.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(b"nothing like a store" * 200 if damage == "not a store" else whole[: len(whole) // 3])
    torn = file.read_bytes()
    for command in (["verify"], ["show", "25"], ["search", "liver"], ["serve", "--port", "0"], ["index", "rebuild"]):
        refused = caveat.run(*command, code=3)
        assert "kb: sqlite:///" in refused.stderr
        assert ("The store's file is damaged." if damage == "torn" else "The file is not a store.") in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert file.read_bytes() == torn


def test_a_clock_that_was_set_back_loses_nothing_and_mixes_nothing_up(caveat: Caveat, home: Path) -> None:
    script = (
        "import sys; from datetime import UTC, datetime; from kb import curate; from kb.settings import Settings;"
        "from kb.store import open_store; s = Settings.read(); store = open_store(s.database_url, s.secret_key());"
        "by = curate.By('a tester', sys.argv[1], datetime.fromisoformat(sys.argv[2]).replace(tzinfo=UTC))\n"
        "with store.writing() as session: curate.grade(session, 25, curate.Judgement(sys.argv[3]), by)"
    )
    for reason, at, level in (("first", "2030-01-01", "high"), ("second", "2001-01-01", "low")):
        subprocess.run(
            [sys.executable, "-c", script, reason, at, level], env=caveat.environ, check=True, timeout=PATIENCE
        )
    caveat.run("verify")
    server = caveat.serve()
    assert server.json("/s/25.json")["grade"]["level"] == "low"
    until(lambda: 25 in server.found("grade=grade:low"))
    history = caveat.run("history", "25").stdout
    assert history.index("first") < history.index("second")
