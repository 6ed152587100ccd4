"""Everything goes into a folder and comes back into an empty store, to the letter; a damaged folder is refused."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb import curate
from kb.as_of import as_of
from kb.audit import waivers
from kb.curate import By
from kb.drafting import WHAT_IT_IS
from kb.errors import CaveatError, Conflict, InputError
from kb.flags import flag, resolve
from kb.history import changes_since
from kb.ingest.batch import Order, import_file
from kb.ingest.undo import undo
from kb.legend import recorded_caveats
from kb.model import Article, Citation, Statement
from kb.portable import manifest
from kb.portable.manifest import MANIFEST, NOT_IN_IT, SYNONYMS
from kb.portable.reading import Brought, bring_names, import_all
from kb.portable.writing import export_all
from kb.relations import relate
from kb.store import Store, create_store
from kb.verify import faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OTHER = "Another claim of hers, “quoted”.\n"
TEXT = f"A claim is made here. {OTHER}"


@pytest.fixture
def worked(demo: Store, tmp_path: Path, by: Callable[..., By], bring: Callable[..., Any]) -> Store:
    """The demo after people worked on it: regraded, withdrawn, related, waived, taken back, drafts."""
    with demo.writing() as session:
        curate.grade(session, 4, curate.Judgement("low", "mixed"), by("a first look", "A. One"))
        curate.grade(session, 4, curate.Judgement("high", kind="second"), by("a second look", "B. Two"))
        curate.grade(session, 4, curate.Judgement("very-low", kind="consensus"), by("agreed", "B. Two"))
        curate.grade(session, 9, curate.Judgement("low", kind="second"), by("another look", "B. Two"))
        curate.withdraw(session, 7, by("no claim"))
        curate.attach_caveat(session, 5, "liver", by("it is one of them"))
        relate(session, 10, "contradicts", 4, by("they do"))
        waivers.waive(session, "G02", 6, date(2027, 1, 1), by("known"))
        waivers.end(session, waivers.waive(session, "G02", 8, date(2027, 1, 1), by("known")), by("mended"))
        flag(session, 5, by("is that so?"))
        resolve(session, flag(session, 6, by("and that?")), by("it is"))
    for name in ("first", "second"):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"{name} {TEXT}", encoding="utf-8")
        with demo.writing() as session:
            batch = import_file(session, Order(file, "article", title=f"The {name} text"), by("to read")).batch
        if name == "first":
            with demo.writing() as session:
                assert batch is not None
                undo(session, batch, by("a mistake"))
    works = [{"id": "gone", "type": "book", "title": "A book that nobody cites"}]
    report = bring(demo, works, "citations")
    with demo.writing() as session:
        undo(session, report.batch, by("a mistake"))
    warned = [{"code": "gone", "severity": "note", "kind": "safety", "text": "Taken back.", "citations": []}]
    report = bring(demo, warned, "caveats")
    with demo.writing() as session:
        undo(session, report.batch, by("a mistake"))
    return demo


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with names of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / SYNONYMS).write_text('[[same]]\nnames = ["tea", "chai"]\n', encoding="utf-8")
    return folder


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Store]:
    """An empty store beside."""
    opened = create_store(f"sqlite:///{tmp_path / 'new.sqlite3'}", b"another key")
    yield opened
    opened.close()


def exported(store: Store, home: Path, folder: Path) -> Path:
    with store.reading() as session:
        export_all(session, home, folder, NOW)
    return folder


def brought(store: Store, folder: Path, by: By) -> Brought:
    with store.writing() as session:
        return import_all(session, folder, by)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_what_comes_back_goes_out_again_byte_for_byte(
    worked: Store, new: Store, home: Path, tmp_path: Path, by: Callable[..., By]
) -> None:
    first = exported(worked, home, tmp_path / "first")
    said = brought(new, first, by("moved"))
    assert said.counts["statements"] > 66
    second = exported(new, home, tmp_path / "second")
    assert contents(second) == contents(first)
    assert len(contents(first)) == 10
    assert [each["comment"] for each in lines(first / "flags.jsonl")] == ["is that so?", "and that?"]
    with new.reading() as session:
        assert "gone" not in {each.code for each in recorded_caveats(session)}
    before, after = (json.loads((folder / MANIFEST).read_text()) for folder in (first, second))
    assert before["head"] == said.head != after["head"]
    changing = {"head", "revisions"}
    assert {name: before[name] for name in before.keys() - changing} == {
        name: after[name] for name in after.keys() - changing
    }


def test_the_new_history_holds_and_goes_on(
    worked: Store, new: Store, home: Path, tmp_path: Path, by: Callable[..., By]
) -> None:
    brought(new, exported(worked, home, tmp_path / "all"), by("moved"))
    with new.reading() as session:
        assert list(faults(session)) == []
        version = session.get_one(Statement, 4).version
        assert version == 4
        assert as_of(session, 4, NOW.date()).version == version
    with new.writing() as session:
        curate.grade(session, 4, curate.Judgement("low"), by("anew"), version)
    with new.reading() as session:
        assert list(faults(session)) == []
        assert [each.action for each in changes_since(session, 4, version)] == ["grade"]
        assert as_of(session, 4, NOW.date()).version == version + 1


def test_what_was_taken_back_stays_hidden_and_can_come_again(
    worked: Store, new: Store, home: Path, tmp_path: Path, by: Callable[..., By], bring: Callable[..., Any]
) -> None:
    brought(new, exported(worked, home, tmp_path / "all"), by("moved"))
    with new.reading() as session:
        hidden = session.scalars(select(Statement).where(Statement.withdrawn_reason.like("batch % undone"))).all()
        undone = {
            session.get_one(table, id_).batch_id
            for table, name in ((Article, "slug"), (Citation, "key"))
            for id_ in session.scalars(select(table.id).where(getattr(table, name).in_(("the-first-text", "gone"))))
        }
    assert hidden
    assert undone == {2}
    file = tmp_path / "first.txt"
    with new.writing() as session:
        report = import_file(session, Order(file, "article", title="The first text"), by("after all"))
    assert (report.new, report.rejected) == (len(hidden), 0)
    with new.reading() as session:
        assert list(faults(session)) == []


def test_every_line_is_whole(worked: Store, home: Path, tmp_path: Path) -> None:
    folder = exported(worked, home, tmp_path / "all")
    statements = lines(folder / manifest.STATEMENTS)
    assert {each["state"] for each in statements} == {"published", "draft", "withdrawn"}
    for each in statements:
        assert each["caveats"]
        assert each["grade"]["label"]
        assert ("what_it_is" in each) == (each["state"] == "draft")
    assert {each["what_it_is"] for each in statements if each["state"] == "draft"} == {WHAT_IT_IS}
    head, *pieces = lines(folder / "articles" / "1.jsonl")
    text = "".join(each["text"] for each in pieces)
    assert hashlib.sha256(text.encode()).hexdigest() == head["sha256"]
    assert all(each["statements"] or each["note"] or not any(map(str.isalnum, each["text"])) for each in pieces)


def test_the_folder_is_its_owners_and_says_what_is_not_in_it(demo: Store, home: Path, tmp_path: Path) -> None:
    folder = exported(demo, home, tmp_path / "all")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert json.loads((folder / MANIFEST).read_text())["not_in_it"] == list(NOT_IN_IT)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_there_is_left_alone(demo: Store, home: Path, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    with pytest.raises(InputError, match="There is such a folder already"):
        exported(demo, home, tmp_path / "all")
    assert list((tmp_path / "all").iterdir()) == []


def test_an_export_that_breaks_leaves_nothing(demo: Store, home: Path, tmp_path: Path) -> None:
    (home / SYNONYMS).unlink()
    (home / SYNONYMS).mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        exported(demo, home, tmp_path / "all")
    assert not (tmp_path / "all").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.fixture
def folder(demo: Store, home: Path, tmp_path: Path) -> Path:
    """The demo, exported."""
    return exported(demo, home, tmp_path / "all")


def test_a_store_that_knows_something_takes_nothing(folder: Path, demo: Store, by: Callable[..., By]) -> None:
    with pytest.raises(Conflict, match="an empty one only"):
        brought(demo, folder, by("moved"))


@pytest.mark.parametrize(
    "name", ["citations.jsonl", "statements.jsonl", "articles/1.jsonl", "waivers.jsonl", "synonyms.toml"]
)
@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_missing_or_damaged_file_is_named_and_nothing_is_taken(
    folder: Path, new: Store, by: Callable[..., By], name: str, how: str, everything: Callable[[Store], Any]
) -> None:
    before = everything(new)
    file = folder / name
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b" ")
    with pytest.raises(InputError) as refused:
        brought(new, folder, by("moved"))
    assert refused.value.place == str(file)
    assert refused.value.cure
    assert everything(new) == before


def resealed(folder: Path, name: str, content: bytes) -> None:
    """Another file in the place of one, with its sum, as somebody might who edits an export by hand."""
    (folder / name).write_bytes(content)
    said = json.loads((folder / MANIFEST).read_text())
    said["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("name", "old", "new_words", "said"),
    [
        ("statements.jsonl", b'"type": "background"', b'"type": "efficacy"', "vouches for"),
        ("citations.jsonl", b'"standing": "ok"', b'"standing": "corrected"', "vouches for"),
        ("statements.jsonl", b'{"id": 2,', b'{"id": "x",', "not what an export writes"),
        ("statements.jsonl", b'"caveats"', b'"caveat"', "not what an export writes"),
        ("caveats.jsonl", b"{", b"[", "not what an export writes"),
        ("articles/1.jsonl", b"Kratom", b"Coffee", "vouches for"),
    ],
)
def test_a_record_that_was_changed_by_hand_is_refused_with_its_place(
    folder: Path, new: Store, by: Callable[..., By], name: str, old: bytes, new_words: bytes, said: str
) -> None:
    content = (folder / name).read_bytes()
    assert old in content
    resealed(folder, name, content.replace(old, new_words, 1))
    with pytest.raises(CaveatError, match=said) as refused:
        brought(new, folder, by("moved"))
    assert name in refused.value.place


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "no list of what was exported"),
        (b"nonsense", "no list of what was exported"),
        (b'{"form": "caveat-everything", "version": 99}', "newer Caveat"),
    ],
)
def test_what_is_no_export_is_refused(
    folder: Path, new: Store, by: Callable[..., By], content: bytes, said: str
) -> None:
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(InputError, match=said):
        brought(new, folder, by("moved"))


@pytest.mark.parametrize("name", ["../secret-key", "/etc/passwd", "articles/../x.jsonl", "other.jsonl"])
def test_a_manifest_leads_nowhere_else(folder: Path, new: Store, by: Callable[..., By], name: str) -> None:
    said = json.loads((folder / MANIFEST).read_text())
    said["files"][name] = "0" * 64
    (folder / MANIFEST).write_text(json.dumps(said))
    with pytest.raises(InputError, match="which no export has"):
        brought(new, folder, by("moved"))


def test_names_of_ones_own_come_along_and_overwrite_none(folder: Path, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert bring_names(folder, other)
    assert (other / SYNONYMS).read_bytes() == (home / SYNONYMS).read_bytes()
    assert bring_names(folder, home)
    (other / SYNONYMS).write_text("# mine", encoding="utf-8")
    with pytest.raises(Conflict, match="other ones"):
        bring_names(folder, other)
    (folder / SYNONYMS).unlink()
    assert not bring_names(folder, tmp_path)
