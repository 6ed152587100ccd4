"""An article whose record or text cannot be taken names its field and cure, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.data import data_folder
from kb.errors import InputError, RejectedRows
from kb.ingest.reading import Report
from kb.store import Store

FOLDER = data_folder() / "articles" / "kratom-autoimmune"
DEEP = 1000


RECORD = (FOLDER / "article.toml").read_text(encoding="utf-8")
BAD_ARTICLES: dict[str, tuple[str, str, str, str]] = {
    "another sum": ("6cf802ed", "00000000", "sha256", "has the SHA-256 6cf802ed"),
    "a file outside": ('file = "kratom', 'file = "../kratom', "file", "must lie beside"),
    "an absolute file": ('file = "kratom-autoimmune.txt"', 'file = "/etc/passwd"', "file", "must lie beside"),
    "an unknown caveat": ("\ncaveats = []", '\ncaveats = ["doom"]', "caveats", "No such caveat"),
    "an unknown topic caveat": ('["time-sensitive"]', '["doom"]', "topic_caveats.caveats", "No such caveat"),
    "an unknown claim type": ('["efficacy", "mechanism"]', '["hope"]', "topic_caveats.0.types.0", "'mechanism'"),
    "no claim type at all": ('["efficacy", "mechanism"]', "[]", "topic_caveats.0.types", "at least 1"),
    "an unknown field": ("language =", "tongue =", "tongue", "No such field"),
    "a missing field": ('slug = "kratom-autoimmune"\n', "", "slug", "is missing"),
    "a slug with capitals": ('slug = "k', 'slug = "K', "slug", "match"),
    "a moment for a day": ('"2026-11-22"', "2026-11-22T10:00:00", "graded_on", "no day"),
}


def article(tmp_path: Path, record: str, text: bytes | None = None) -> Path:
    """A copy of the demo's article with another record or text."""
    original = (FOLDER / "kratom-autoimmune.txt").read_bytes()
    (tmp_path / "kratom-autoimmune.txt").write_bytes(original if text is None else text)
    path = tmp_path / "article.toml"
    path.write_text(record, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BAD_ARTICLES)
def test_an_article_that_cannot_be_taken_is_named(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path, name: str
) -> None:
    old, new, column, words = BAD_ARTICLES[name]
    assert old in RECORD
    path = article(tmp_path, RECORD.replace(old, new))
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, path, "article")
    assert column in [problem.column for problem in caught.value.problems]
    assert words in " ".join(f"{problem.message} {problem.cure}" for problem in caught.value.problems)


@pytest.mark.parametrize(
    "broken",
    ["slug = ", "slug = 'a'\nslug = 'b'", "a = " + "[" * DEEP + "]" * DEEP, "a = " + "9" * 5000, "\x00", "= 1"],
)
def test_what_is_no_toml_is_said_to_be_none(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path, broken: str
) -> None:
    with pytest.raises(InputError) as caught:
        bring(unharmed, article(tmp_path, broken), "article")
    assert str(tmp_path / "article.toml") in str(caught.value) or isinstance(caught.value, RejectedRows)


def test_a_text_that_is_not_there_is_named(unharmed: Store, bring: Callable[..., Report], tmp_path: Path) -> None:
    path = article(tmp_path, RECORD)
    (tmp_path / "kratom-autoimmune.txt").unlink()
    with pytest.raises(InputError, match=r"kratom-autoimmune\.txt: The file cannot be read"):
        bring(unharmed, path, "article")


def test_a_text_that_is_not_utf_8_is_named_with_its_line(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"kratom-autoimmune\.txt:3.*line 3 has the byte 0xE9"):
        bring(unharmed, article(tmp_path, RECORD, b"a\nb\ncaf\xe9"), "article")


def test_another_text_under_a_slug_in_use_is_refused(
    unharmed: Store, bring: Callable[..., Report], tmp_path: Path
) -> None:
    text = b"Kratom is a shrub."
    record = RECORD.replace(
        "6cf802ed7bde33c2225857aa7e8d37e9a4001d743f909821a7276de08f8f4556",
        "c8ee4e2bd2fb3c3b0cfb4ea4c2b0b4d1c2ba5f6d5b4f0ac3c5cb0ed4a5f3e3f6",
    )
    with pytest.raises(RejectedRows) as caught:
        bring(unharmed, article(tmp_path, record, text), "article")
    assert {problem.code for problem in caught.value.problems} == {"other-text", "text-in-use"}
