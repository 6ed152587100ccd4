"""What is read for the index alone says what graded statements say, in one process and in two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer import sync as syncing
from indexer.document import document, documents
from indexer.engine import SEPARATOR, IndexDocument
from indexer.stored import Stored
from indexer.tree import Everything
from kb import curate
from kb.graded import read_all
from kb.relations import relate
from kb.searchable import pieces, searchable
from tests.indexer.library import DAY, Library


def alike(each: IndexDocument) -> IndexDocument:
    """Without what makes no difference to an index: empty fields, and the order of caveats and of a facet's values."""
    return replace(
        each,
        words={name: sorted(words.split(SEPARATOR)) for name, words in each.words.items() if words},
        facets={name: tuple(sorted(set(values))) for name, values in each.facets.items()},
    )


def judge(library: Library, id_: int, who: str, level: str, kind: str = "first", direction: str = "supports") -> None:
    by = replace(library.by("reasons"), actor=who)
    with library.store.writing() as session:
        curate.grade(session, id_, curate.Judgement(level, direction, kind=kind), by)


def test_statements_read_for_the_index_are_documents_like_graded_ones(own_library: Library) -> None:
    judge(own_library, 1, "another", "high", "second")
    judge(own_library, 2, "another", "very-low", "second", "mixed")
    judge(own_library, 2, "both", "low", "consensus")
    judge(own_library, 3, "a third", "moderate", direction="contradicts")
    with own_library.store.writing() as session:
        relate(session, 4, "contradicts", 5, own_library.by("they do"))
        curate.withdraw(session, 6, own_library.by("wrong"))
        curate.attach_caveat(session, 7, "liver", own_library.by("wanted"))
    with own_library.store.reading() as session:
        graded = [alike(document(statement)) for statement in read_all(session, DAY)]
        ids = [each.id for each in graded]
        assert [alike(each) for each in Stored(session)] == graded
        assert [alike(each) for each in documents(searchable(session, [6, *ids]))] == graded
    assert len(graded) == 65
    codes = {code for each in graded for code in each.facets["caveat"]}
    assert {"disputed", "contradicted", "single-rater", "not-gradable", "citation-needed", "liver"} <= codes


def test_pieces_hold_every_published_statement_once(library: Library) -> None:
    with library.store.reading() as session:
        for size in (1, 7, 66, 1000):
            edges = pieces(session, size)
            assert len(edges) == -(-66 // size)
            assert [id_ for first, last in edges for id_ in range(first, last + 1)] == list(range(1, 67))


def test_two_processes_build_what_one_builds(own_library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = dict(own_library.engine.versions())
    found = own_library.find("liver")
    monkeypatch.setattr("indexer.stored.PIECE", 10)
    monkeypatch.setattr("indexer.stored.processors", lambda: 2)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("indexer.stored.TOLD_EVERY", 10)
    syncing.rebuild(own_library.store, own_library.engine, lambda done, of: told.append((done, of)))
    assert (dict(own_library.engine.versions()), own_library.find("liver")) == (alone, found)
    assert own_library.engine.count(Everything()) == 66
    assert told[-1] == (60, 66)


def test_a_second_process_that_dies_costs_time_and_no_statement(
    own_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.stored.PIECE", 10)
    monkeypatch.setattr("indexer.stored.processors", lambda: 2)
    monkeypatch.setattr("kb.beside.BEGIN", "raise SystemExit(3)")
    syncing.rebuild(own_library.store, own_library.engine)
    assert own_library.engine.count(Everything()) == 66
