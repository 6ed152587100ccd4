"""Segments merged are the segment that would have been built of what still lives in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from indexer.array_file import DamagedArrays
from indexer.bulk import write_segment
from indexer.codec import postings_of
from indexer.engine import COLUMNS, IndexDocument, Position
from indexer.gathering import gather
from indexer.merging import merged
from indexer.whoosh_checks import NAME
from indexer.whoosh_schema import NUMBERS, facet_field, schema
from tests.indexer.test_oracle import bodies, facets

POSITION = Position("s", "f", 7, "mark")
some_documents = st.lists(st.tuples(bodies, facets, st.booleans()), min_size=1, max_size=6)


def told(storage: Any, segment: Any) -> dict[str, Any]:
    """All that a segment says, by words and ids."""
    reader = SegmentReader(storage, schema(), segment)
    postings = postings_of(reader)
    fields = {}
    for name in postings.names():
        field = postings.field(name)
        assert field is not None
        field.check()
        for number, key in enumerate(field.keys()):
            lists = field.postings(number)
            fields[name, key] = [None if each is None else each.tolist() for each in lists]
    numbers = reader.column_reader("numbers", translate=False).arrays
    found = {
        "fields": fields,
        "numbers": {name: numbers[name].tolist() for name in NUMBERS},
        "facets": {name: list(reader.column_reader(facet_field(name), translate=False)) for name in COLUMNS},
        "stored": [reader.stored_fields(n) for n in range(reader.doc_count_all())],
    }
    reader.close()
    return found


def built(storage: Any, documents: list[IndexDocument], position: Position | None) -> Any:
    return write_segment(storage, NAME, [gather(documents)], position)


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(some_documents, min_size=1, max_size=4), at_once=st.sampled_from([1, 3, 1 << 20]))
def test_merging_is_building_anew_without_what_was_deleted(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Any]], at_once: int
) -> None:
    storage = FileStorage(str(tmp_path_factory.mktemp("segments")))
    segments, living, number = [], [], 0
    for n, part in enumerate(parts):
        made = []
        for words, values, dead in part:
            number += 1
            made.append((IndexDocument(number, n + 1, words, values, number % 3, number % 2), dead))
        last = n == len(parts) - 1
        segment = built(storage, [each for each, _ in made], POSITION if last else None)
        for place, (each, dead) in enumerate(made):
            if dead:
                segment.delete_document(place)
            else:
                living.append(each)
        segments.append(segment)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("indexer.merging.AT_ONCE", at_once)
        found = told(storage, merged(storage, NAME, segments))
    assert found == told(storage, built(storage, living, POSITION))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_list_is_not_given_a_new_checksum(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    documents = [IndexDocument(n, 1, {"text": "kernel"}, {}, 0, 0) for n in range(1, 7)]
    segments = [built(storage, some, None) for some in (documents[:3], documents[3:])]
    file = tmp_path / f"{segments[0].segment_id()}.seg"
    whole = file.read_bytes()
    at = whole.index(np.arange(3, dtype="<u4").tobytes())
    file.write_bytes(whole[:at] + b"\1" + whole[at + 1 :])
    with pytest.raises(DamagedArrays):
        merged(storage, NAME, segments)
