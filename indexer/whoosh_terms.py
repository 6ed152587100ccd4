"""A segment's postings as Whoosh asks for them and gives them: one term, one document after the other.

Its matchers read them through `ArrayMatcher`, its spelling through `ArrayCursor`, its writer writes them through
`ArrayFieldWriter`. The paths that are to be fast go past all this, to the arrays themselves (`indexer.leaf`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec.base import FieldCursor, FieldWriter, TermsReader
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.formats import Positions
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.reading import TermNotFound

from indexer.postings import FieldPostings, Postings, SegmentPostings
from indexer.postings_writing import PostingsWriter


class ArrayFieldWriter(FieldWriter):
    """Takes postings one by one, as Whoosh's writer has them, and writes each field when it is complete."""

    def __init__(self, to: PostingsWriter) -> None:
        self._to = to
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field."""
        self._name = fieldname
        self._format = fieldobj.format if isinstance(fieldobj.format, Positions) else None
        self._keys: list[bytes] = []
        self._having = array("I")
        self._occurrences = array("I")
        self._documents, self._counts, self._places = array("I"), array("I"), array("I")

    def start_term(self, text: bytes) -> None:
        """Begin a term; they come in order."""
        self._keys.append(text)
        self._having.append(0)
        self._occurrences.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Add a document; `vbytes` are its places as the field's format encodes them."""
        self._having[-1] += 1
        self._documents.append(docnum)
        if self._format is not None:
            places = self._format.decode_positions(vbytes)
            self._occurrences[-1] += len(places)
            self._counts.append(len(places))
            self._places.extend(places)

    def finish_term(self) -> None:
        """Nothing is written before the field is complete."""

    def finish_field(self) -> None:
        """Write the field."""
        having, occurrences, documents, counts, places = (
            np.frombuffer(each, dtype=np.uint32)
            for each in (self._having, self._occurrences, self._documents, self._counts, self._places)
        )
        with self._to.field(self._name) as field:
            if self._format is None:
                field.add(self._keys, having, documents)
            else:
                field.add(self._keys, having, documents, occurrences, counts, places)

    def close(self) -> None:
        """Write the directory of the fields."""
        self._to.close()
        self.is_closed = True


class ArrayTermsReader(TermsReader):
    """A segment's terms, as Whoosh asks for them. `postings` are the same as arrays."""

    def __init__(self, postings: SegmentPostings, files: tuple[Any, ...]) -> None:
        self.postings = postings
        self._files = files

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._found(*term) is not None

    def cursor(self, fieldname: str, fieldobj: Any) -> ArrayCursor:
        """A cursor at the first term of a field."""
        return ArrayCursor(self.postings.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name, field, number in self._all():
            yield name, field[number]

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name, field, number in self._all(fieldname, prefix):
            yield name, field[number]

    def items(self) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        for name, field, number in self._all():
            yield (name, field[number]), _info(field.postings(number))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        for name, field, number in self._all(fieldname, prefix):
            yield (name, field[number]), _info(field.postings(number))

    def term_info(self, fieldname: str, text: bytes) -> W3TermInfo:
        return _info(self._known(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(_info(self._known(fieldname, text)).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._known(fieldname, text).documents)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        return ArrayMatcher(self._known(fieldname, text), format_, (fieldname, text), scorer)

    def indexed_field_names(self) -> list[str]:
        return self.postings.names()

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _found(self, name: str, term: bytes) -> Postings | None:
        field = self.postings.field(name)
        number = None if field is None else field.number_of(term)
        return None if field is None or number is None else field.postings(number)

    def _known(self, name: str, term: bytes) -> Postings:
        if (found := self._found(name, term)) is None:
            raise TermNotFound(f"No term {name}:{term!r}")
        return found

    def _all(self, name: str = "", prefix: bytes = b"") -> Iterator[tuple[str, FieldPostings, int]]:
        """All terms of all fields from one on."""
        for each in sorted(self.postings.names()):
            if each >= name and (field := self.postings.field(each)) is not None:
                for number in range(field.at_or_after(prefix if each == name else b""), len(field)):
                    yield each, field, number


class ArrayCursor(FieldCursor):
    """A place among the terms of a field; None where the segment has not got the field."""

    def __init__(self, field: FieldPostings | None, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> Any:
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:
        """Go to the first term that is not before this one."""
        term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._at = 0 if self._field is None else self._field.at_or_after(term)
        return self.text()

    def next(self) -> Any:
        self._at += 1
        return self.text()

    def text(self) -> Any:
        """The term here; None past the last one."""
        return self._fieldobj.from_bytes(self._field[self._at]) if self._field and self.is_valid() else None

    def term_info(self) -> W3TermInfo | None:
        return _info(self._field.postings(self._at)) if self._field and self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._field is not None and self._at < len(self._field)


def _info(postings: Postings) -> W3TermInfo:
    """Whoosh's record of a term. It says nothing of lengths: where they matter, they are in a column."""
    info: Any = W3TermInfo()  # type: ignore[no-untyped-call]
    documents, counts, _ = postings
    info._df = len(documents)
    info._weight = float(len(documents) if counts is None else counts.sum())
    info._maxweight = 1.0 if counts is None else float(counts.max())
    info._minid, info._maxid = int(documents[0]), int(documents[-1])
    return info  # type: ignore[no-any-return]


class ArrayMatcher(LeafMatcher):
    """The postings of a term for Whoosh's own matchers: one document after the other, skipping by bisection."""

    def __init__(self, postings: Postings, format_: Any, term: Any, scorer: Any) -> None:
        self.postings = postings
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._info = _info(postings)
        self._starts = postings.starts()
        self.reset()

    def reset(self) -> None:
        """Back to the first document."""
        self._at = 0

    def copy(self) -> ArrayMatcher:
        """Another matcher at the same place."""
        other = ArrayMatcher(self.postings, self.format, self._term, self.scorer)
        other._at = self._at
        return other

    def is_active(self) -> bool:
        return self._at < len(self.postings.documents)

    def id(self) -> int:
        return int(self.postings.documents[self._at])

    def weight(self) -> float:
        return float(self._starts[self._at + 1] - self._starts[self._at])

    def value(self) -> bytes:
        """The places of the present document as the field's format encodes them."""
        if self.postings.places is None:
            return b""
        first, last = self._starts[self._at : self._at + 2]
        encoded: bytes = self.format.encode(self.postings.places[first:last].tolist())
        return encoded

    def next(self) -> bool:  # type: ignore[override]
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self.postings.documents[self._at :], id))

    def skip_to_quality(self, minquality: float) -> int:
        """Past the end where no document here can be better: the whole list is one block."""
        if self.block_quality() > minquality:  # type: ignore[no-untyped-call]
            return 0
        self._at = len(self.postings.documents)
        return 1

    def all_ids(self) -> Any:
        return iter(self.postings.documents[self._at :].tolist())

    def block_min_length(self) -> Any:
        return self._info.min_length()

    def block_max_length(self) -> Any:
        return self._info.max_length()

    def block_max_weight(self) -> Any:
        return self._info.max_weight()
