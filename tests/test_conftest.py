"""Whether a test that lacks a program is skipped at home and fails on CI."""

from __future__ import annotations

from typing import Any

import pytest

ABSENT = "a-program-that-nobody-has-installed"


def test_a_program_that_is_installed_is_given_by_its_path(require: Any) -> None:
    assert require(ABSENT, "sh").endswith("/sh")


def test_a_missing_program_skips_the_test(require: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KB_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        require(ABSENT)


def test_a_missing_program_fails_the_test_where_everything_is_required(
    require: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        require(ABSENT)


def test_a_missing_service_fails_the_test_where_everything_is_required(
    require: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match="PostgreSQL is missing"):
        require.missing("PostgreSQL")
