"""`kb backup` and `kb restore` as a person uses them, beside others who write."""

from __future__ import annotations

import json
import threading
import zipfile
from pathlib import Path

import pytest

from tests.running import Caveat


@pytest.fixture
def elsewhere(tmp_path: Path, pytestconfig: pytest.Config) -> Caveat:
    """An empty home."""
    return Caveat(tmp_path / "elsewhere", pytestconfig.rootpath)


def test_a_restored_home_has_the_same_history_and_gives_the_same_answers(
    caveat: Caveat, elsewhere: Caveat, tmp_path: Path
) -> None:
    file = tmp_path / "monday.caveat"
    caveat.run("grade", "25", "--level", "high", "--reason", "before the backup")
    said = caveat.run("backup", str(file)).stdout
    verified = caveat.run("verify").stdout
    assert "66 statements and 7 revisions" in elsewhere.run("restore", str(file)).stdout
    assert elsewhere.run("verify").stdout == verified
    assert said.split("head ")[1].strip(".\n") in verified
    assert elsewhere.run("index", "check").stdout == "The index and the store agree.\n"
    for command in (["search", "joint function"], ["search", "liver", "--json"], ["history", "25"], ["show", "25"]):
        assert elsewhere.run(*command).stdout == caveat.run(*command).stdout
    elsewhere.run("grade", "26", "--level", "low", "--reason", "the restored home is a home like any other")
    elsewhere.run("verify")


def test_a_refusal_is_one_line_and_force_says_where_the_old_store_is(caveat: Caveat, tmp_path: Path) -> None:
    file = tmp_path / "monday.caveat"
    caveat.run("backup", str(file))
    caveat.run("withdraw", "25", "--reason", "after the backup")
    for command in (["backup", str(file)], ["restore", str(file)], ["restore", str(tmp_path / "none")]):
        assert caveat.run(*command, code=2).stderr.count("\n") == 1
    said = caveat.run("restore", str(file), "--force").stdout
    (kept,) = (tmp_path / "home").glob("before-restore-*.caveat")
    assert f"The store that was there is kept in {kept}." in said
    assert "WITHDRAWN" not in caveat.run("show", "25").stdout.upper()
    assert caveat.run("index", "check").stdout == "The index and the store agree.\n"


def test_a_backup_taken_while_others_write_is_one_moment_of_the_store(
    caveat: Caveat, elsewhere: Caveat, tmp_path: Path
) -> None:
    done = threading.Event()
    graded: list[int] = []

    def write() -> None:
        for number in range(2_000):
            if done.is_set():
                return
            caveat.run("grade", str(1 + number % 66), "--level", "low", "--reason", f"change {number}")
            graded.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    files = [tmp_path / f"{number}.caveat" for number in range(2)]
    try:
        for file in files:
            before = len(graded)
            caveat.run("backup", str(file))
            # The first to end may have been in the store before the backup; the one after it was not.
            while len(graded) < before + 2 and writer.is_alive():
                done.wait(0.02)
    finally:
        done.set()
        writer.join()
    revisions = []
    for file in files:
        elsewhere.run("restore", str(file), "--force")
        elsewhere.run("verify")
        assert elsewhere.run("index", "check").stdout == "The index and the store agree.\n"
        with zipfile.ZipFile(file) as packed:
            revisions.append(json.loads(packed.read("manifest.json"))["revisions"])
    assert revisions == sorted(set(revisions)), "each later backup holds more"
