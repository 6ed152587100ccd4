"""What is gathered is the same in memory and in a file, in one piece and in many, in one part and in two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage

from indexer.bulk import check_ids, write_segment
from indexer.engine import IndexDocument, Position
from indexer.gathering import gather
from indexer.whoosh_checks import NAME
from kb.errors import IndexUnavailable
from tests.indexer.test_merging import told
from tests.indexer.test_oracle import bodies, facets

POSITION = Position("s", "f", 7, "mark")


@settings(max_examples=25, deadline=None)
@given(
    made=st.lists(st.tuples(bodies, facets), min_size=1, max_size=7),
    piece=st.integers(1, 3),
    sorted_at_once=st.integers(1, 9),
    cut=st.integers(0, 7),
)
def test_however_documents_are_gathered_the_segment_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, made: list[Any], piece: int, sorted_at_once: int, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("gathered")
    storage = FileStorage(str(folder))
    documents = [IndexDocument(n + 1, n % 4, *each, n % 3, n % 2) for n, each in enumerate(made)]
    at_once = told(storage, write_segment(storage, NAME, [gather(documents)], POSITION))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("indexer.gathering.AT_ONCE", piece)
        patched.setattr("indexer.bulk.AT_ONCE", sorted_at_once)
        patched.setattr("indexer.postings_writing._KEPT_IN_MEMORY", 8)
        patched.setattr("indexer.postings_writing._READ_AGAIN", 12)
        parts = [gather(documents[:cut], folder / "one"), gather(documents[cut:], folder / "other")]
        assert told(storage, write_segment(storage, NAME, parts, POSITION)) == at_once


def test_ids_are_not_negative_and_come_once() -> None:
    def documents(*ids: int) -> list[IndexDocument]:
        return [IndexDocument(id_, 1, {"text": "tea"}, {}, 0, 0) for id_ in ids]

    check_ids([gather(documents(3, 1)), gather(documents(2))])
    with pytest.raises(ValueError, match="the statement 3 comes twice"):
        check_ids([gather(documents(3, 1)), gather(documents(2, 3))])
    with pytest.raises(ValueError, match="negative: -4"):
        check_ids([gather(documents(3, -4))])


def test_a_file_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(IndexUnavailable, match="cannot be"):
        gather([IndexDocument(1, 1, {"text": "tea"}, {}, 0, 0)], tmp_path / "file")
