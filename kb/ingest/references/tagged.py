"""Records of tagged lines, one at a time, through rispy: RIS, MEDLINE and Web of Science differ in how a line is read.

rispy alone reads a whole file into memory, begins a record only at its first tag, drops a record whose end is missing,
keeps the first of several equal tags, cuts addresses at semicolons and the first letter of a value that follows its
hyphen at once. So lines are gathered here into one record after another, continuations joined to the line they go on
from, and rispy's parser is given its way of reading a line and of keeping every tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from rispy import RisParser

from kb.ingest.references.lines import Line

# Every value of a tag, in the file's order. A value that went over several lines keeps their ends.
Tags = Mapping[str, list[str]]
# Begins with a space, so that a tag with nothing on its own line is still one.
_BREAK = " \x1f"


class _AsTheyStand(dict[str, str]):
    """rispy's names for tags: each tag is its own, those included that rispy does not know."""

    def __missing__(self, tag: str) -> str:
        return tag


class TaggedParser(RisParser):  # type: ignore[misc]
    """rispy's parser for one record whose lines match `LINE`: the tag, then the value."""

    LINE: ClassVar[re.Pattern[str]]
    # The tags that begin a record.
    FIRST: ClassVar[frozenset[str]]
    START_TAG = "TY"
    END_TAG = "ER"

    def __init__(self) -> None:
        super().__init__(mapping=_AsTheyStand(), list_tags=[], delimiter_tags_mapping={}, enforce_list_tags=False)

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """The tag and the value of a line; no tag where it goes on from the line before."""
        found = self.LINE.match(line)
        return (found.group(1).strip(), (found.group(2) or "").strip()) if found else (None, line.strip())

    def records(self, lines: Iterable[Line]) -> Iterator[tuple[int, Tags]]:
        """Every record with the number of its first line. What stands between records is passed over."""
        gathered: list[str] = []
        began = 0
        tags: set[str] = set()
        for number, line in lines:
            tag, value = self.parse_line(line)
            if tag is None:
                if gathered and value.strip():
                    gathered[-1] += _BREAK + value.strip()
                continue
            if gathered and (tag in self.FIRST and self._begins(tag, tags)):
                yield began, self._read(gathered)
                gathered, tags = [], set()
            if tag == self.END_TAG:
                if gathered:
                    yield began, self._read(gathered)
                gathered, tags = [], set()
                continue
            if not gathered:
                began = number
            # rispy looks for the first tag at the very beginning of a line.
            gathered.append(line.lstrip())
            tags.add(tag)
        if gathered:
            yield began, self._read(gathered)

    def _begins(self, tag: str, tags: set[str]) -> bool:
        """Whether a first tag begins another record, `tags` being those of the one that is open."""
        return True

    def _read(self, gathered: list[str]) -> Tags:
        """One record by rispy, which wants its first and last line as RIS has them."""
        head, rest = (gathered[:1], gathered[1:]) if self.parse_line(gathered[0])[0] == "TY" else ([], gathered)
        lines = [*(head or [self._written("TY")]), *rest, self._written("ER")]
        (found,) = self.parse_lines(iter(lines))
        values = {tag: value if isinstance(value, list) else [value] for tag, value in found.items()}
        return {tag: [each.replace(_BREAK, "\n") for each in listed if each] for tag, listed in values.items()}

    def _written(self, tag: str) -> str:
        return f"{tag}  - "


def first(tags: Tags, *names: str) -> str:
    """The first value that one of these tags holds, its lines joined; empty where none does."""
    return next((value for name in names for value in tags.get(name, []) if value), "").replace("\n", " ")


def every(tags: Tags, *names: str) -> list[str]:
    """All values of these tags; one that went over several lines is several."""
    return [line for name in names for value in tags.get(name, []) for line in value.split("\n") if line.strip()]
