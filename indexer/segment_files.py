"""The files of a segment beside its postings, written whole: numbers, facet values, and the one stored position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer import columns
from indexer.array_file import Array
from indexer.columns import FacetValues
from indexer.whoosh_schema import facet_field


def write_numbers(codec: Any, storage: Any, segment: Any, numbers: Mapping[str, Array]) -> None:
    """Write the column of each document's numbers, those that `indexer.whoosh_schema.NUMBERS` names."""
    columns.write_numbers(storage.create_file(codec.column_filename(segment, "numbers")), numbers)


def write_facet(codec: Any, storage: Any, segment: Any, name: str, values: FacetValues) -> None:
    """Write the column of a facet."""
    columns.write_facet(storage.create_file(codec.column_filename(segment, facet_field(name))), values)


def write_stored(codec: Any, storage: Any, segment: Any, stored: Mapping[int, str]) -> None:
    """Write Whoosh's own column of what is stored: of a few documents the position, of the others nothing."""
    perdoc = codec.per_document_writer(storage, segment)
    perdoc._indoc = None
    for number, position in stored.items():
        perdoc._doccount = number
        perdoc.start_doc(number)
        perdoc.add_field("position", None, position, 0)
        perdoc.finish_doc()
    perdoc._doccount = segment.doc_count_all()
    perdoc.close()
