"""Ten kills whenever the tests run (`make crash` does a hundred), and the controls that show what they prove."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

Crash = Callable[[int, str], tuple[int, str]]
ENOUGH = 30
"""Kills after which a control that loses something must have been seen to; it ends at the first that shows."""


@pytest.fixture
def crash(pytestconfig: pytest.Config) -> Crash:
    """`crash(kills, who)` runs the harness in a process without threads, from which it is safe to fork."""

    def run(kills: int, who: str) -> tuple[int, str]:
        words = [sys.executable, "-m", "tests.crash", "--kills", str(kills), "--as", who]
        ran = subprocess.run(
            words, cwd=pytestconfig.rootpath, capture_output=True, encoding="utf-8", timeout=600, check=False
        )
        assert ran.stderr == ""
        return ran.returncode, ran.stdout

    return run


def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_half_there(crash: Crash) -> None:
    code, said = crash(10, "caveat")
    assert code == 0, said
    assert "10 kills in " in said


def test_an_index_written_beside_the_store_without_a_log_drifts(crash: Crash) -> None:
    code, said = crash(ENOUGH, "no-log")
    assert code == 1, said
    assert "index and store have drifted apart" in said


def test_it_is_the_kill_that_makes_it_drift(crash: Crash) -> None:
    code, said = crash(0, "no-log")
    assert code == 0, said


def test_a_writer_that_acknowledges_too_early_is_found_out(crash: Crash) -> None:
    code, said = crash(ENOUGH, "hasty")
    assert code == 1, said
    assert "acknowledged and lost" in said
