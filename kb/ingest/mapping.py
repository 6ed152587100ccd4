"""Mappings: what the columns of somebody else's table mean here, in TOML (`data/mappings`, docs/formats.md).

A mapping turns a row of cells into a row of the native form, which is then checked like any other. It never guesses: a
value that it does not know is a problem of that row, and a column that it does not name is told.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from kb.data import data_folder
from kb.errors import InputError
from kb.ingest.drafts import Draft
from kb.ingest.fields import Code, Filled
from kb.ingest.kind import Misfit
from kb.ingest.named import NamedWork
from kb.words import plain

Cells = Mapping[str, Any]


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Columns = Annotated[list[Filled], BeforeValidator(_listed)]


class Cell(Draft):
    """Where a value comes from: the first of these columns that the file has, or the same for all rows.

    `values` translates what stands there; with it, a value that is not named is a misfit unless `otherwise` says what
    it becomes (an empty word for nothing). `after` takes what follows a mark, `split` makes several values of one.
    """

    column: Columns = Field(default_factory=list)
    fixed: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None
    after: str | None = None
    split: str | None = None
    optional: bool = False

    def found_in(self, columns: Collection[str]) -> str | None:
        """The column that is asked, of those that a file has."""
        return next((name for name in self.column if name in columns), None)

    def of(self, cells: Cells) -> str | None:
        """The value in one row; None for an empty cell. Raises Misfit."""
        if self.fixed is not None:
            return self.fixed
        name = self.found_in(cells.keys())
        text = _text(cells[name]) if name is not None else ""
        if self.after is not None:
            _, _, text = text.partition(self.after)
        text = text.strip()
        if not self.values:
            return text or self.otherwise or None
        if text in self.values:
            return self.values[text] or None
        if self.otherwise is not None:
            return self.otherwise or None
        known = ", ".join(self.values)
        raise Misfit(name or "", text, "unknown-value", "The mapping does not know this value.", f"It knows: {known}.")

    def all_of(self, cells: Cells) -> list[str]:
        """The values in one row, split where several stand in one cell."""
        text = self.of(cells)
        if text is None:
            return []
        parts = text.split(self.split) if self.split else [text]
        return [part.strip() for part in parts if part.strip()]


def _cell(given: Any) -> Any:
    return {"column": given} if isinstance(given, str | list) else given


A = Annotated[Cell, BeforeValidator(_cell)]


class GradeCells(Draft):
    """The parts of a grade."""

    scale: A = Cell(fixed="grade")
    level: A
    direction: A | None = None
    rating: A | None = None
    rationale: A | None = None
    rater: A | None = None
    made_on: A | None = None


class PicoCells(Draft):
    """Population, intervention, comparator, outcome."""

    population: A | None = None
    intervention: A | None = None
    comparator: A | None = None
    outcome: A | None = None


class CitationCells(Cell):
    """Identifiers that fill slots: their kind (pmid, doi, pmcid, or a name of the base's own), stance and title."""

    kind: A
    stance: A = Cell(fixed="supports")
    title: A | None = None
    note: A | None = None


class FlagCells(Cell):
    """A column whose value means a caveat."""

    equal: list[str]
    caveat: Code


class DefinedCaveat(Draft):
    """A caveat that comes with the mapping, written down when the first row needs it."""

    code: Code
    severity: Literal["warning", "caution", "note"]
    kind: Literal["evidence", "safety", "wording", "legal", "source"]
    text: Filled


class TableMapping(Draft):
    """What a table's columns mean."""

    origin: Annotated[Filled, Field(max_length=100)]
    key: A
    text: A
    type: A
    article: A | None = None
    quote: A | None = None
    grade: GradeCells | None = None
    direct_evidence: A | None = None
    effect_size: A | None = None
    pico: PicoCells = PicoCells()
    topics: list[A] = Field(default_factory=list)
    citations: list[CitationCells] = Field(default_factory=list)
    flags: list[FlagCells] = Field(default_factory=list)
    remarks: list[A] = Field(default_factory=list)
    define: list[DefinedCaveat] = Field(default_factory=list)
    ignore: list[str] = Field(default_factory=list)

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every value's place in the native form, with where it comes from."""
        for name in ("key", "text", "type", "article", "quote", "direct_evidence", "effect_size"):
            if (cell := getattr(self, name)) is not None:
                yield name, cell
        for group, part in (("grade", self.grade), ("pico", self.pico)):
            for name in type(part).model_fields if part is not None else ():
                if (cell := getattr(part, name)) is not None:
                    yield f"{group}.{name}", cell
        for name in ("topics", "remarks", "flags"):
            for cell in getattr(self, name):
                yield name, cell
        for number, each in enumerate(self.citations, 1):
            yield f"slots.{number}", each
            for cell in (each.kind, each.stance, each.title, each.note):
                if cell is not None:
                    yield f"slots.{number}", cell

    def column_of(self, place: str, columns: Collection[str]) -> str:
        """The file's column behind a place of the native form, for messages; the place itself where there is none."""
        best = ""
        for name, cell in self.cells():
            column = cell.found_in(columns)
            if column is not None and _same(place, name) and len(name) > len(best):
                best, found = name, column
        return found if best else place

    def refuse_other_table(self, path: Path, columns: Collection[str]) -> list[str]:
        """The columns that the mapping neither uses nor ignores. Raises InputError where a needed one is missing."""
        used = set(self.ignore)
        for _, cell in self.cells():
            used.update(cell.column)
            if cell.column and not cell.optional and cell.found_in(columns) is None:
                raise InputError(
                    f"The file has no column “{' or '.join(cell.column)}”, which the mapping needs.",
                    place=f"{path}:1",
                    cure=f"It has: {', '.join(plain(name) for name in columns)}.",
                )
        return [name for name in columns if name not in used]

    def native(self, cells: Cells) -> dict[str, Any]:
        """One row in the native form. Raises Misfit."""
        row: dict[str, Any] = {"origin": self.origin}
        for name in ("key", "text", "type", "article", "quote", "direct_evidence", "effect_size"):
            cell = getattr(self, name)
            if cell is not None and (value := cell.of(cells)) is not None:
                row[name] = value
        if (said := self.text.found_in(cells.keys())) is not None and not self.text.values and not self.text.after:
            # A claim's words are kept as they stand, blanks at their ends too.
            row["text"] = _text(cells[said])
        if self.grade is not None and (grade := _parts(self.grade, cells)).get("level"):
            row["grade"] = {**grade, **_rating(self.grade, grade)}
        if pico := _parts(self.pico, cells):
            row["pico"] = pico
        row["topics"] = list(dict.fromkeys(value for cell in self.topics for value in cell.all_of(cells)))
        row["remarks"] = [value for cell in self.remarks for value in cell.all_of(cells)]
        row["caveats"] = [flag.caveat for flag in self.flags if flag.of(cells) in flag.equal]
        row["slots"] = [slot for each in self.citations for slot in _slots(each, cells)]
        return row


def _same(place: str, name: str) -> bool:
    """Whether one of two places of the native form is the other, or lies in it."""
    return place == name or place.startswith(f"{name}.") or name.startswith(f"{place}.")


def _parts(group: Draft, cells: Cells) -> dict[str, Any]:
    found = {}
    for name in type(group).model_fields:
        cell: Cell | None = getattr(group, name)
        if cell is not None and (value := cell.of(cells)) is not None:
            found[name] = value
    return found


def _rating(group: GradeCells, grade: Mapping[str, Any]) -> dict[str, int]:
    if "rating" not in grade:
        return {}
    text = grade["rating"]
    if text not in ("1", "2", "3", "4", "5"):
        column = group.rating.column[0] if group.rating and group.rating.column else "rating"
        raise Misfit(column, text, "rating", "This is no rating.", "Give 1 to 5 stars, or leave the cell empty.")
    return {"rating": int(text)}


def _slots(each: CitationCells, cells: Cells) -> Iterator[dict[str, Any]]:
    for value in each.all_of(cells):
        work = NamedWork(each.kind.of(cells) or "", value, each.title.of(cells) if each.title else None)
        note = each.note.of(cells) if each.note else None
        yield {"work": work, "stance": each.stance.of(cells), **({"note": note} if note else {})}


def load_mapping(name: str) -> TableMapping:
    """The mapping of that name among those that come with Caveat, or in a file of one's own.

    Raises InputError for one that is not there, is no TOML, or does not say what a mapping says.
    """
    known = {path.stem: path for path in sorted((data_folder() / "mappings").glob("*.toml"))}
    path = known.get(name) or Path(name)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return TableMapping.model_validate(table)
    except OSError as error:
        raise InputError(
            f"There is no mapping “{plain(name)}”.",
            place="--map",
            cure=f"Known are {', '.join(known)}, or name a file.",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"The mapping is no TOML: {error}.", place=str(path), cure="Mend that line.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"The mapping is wrong at “{place}”: {first['msg']}.",
            place=str(path),
            cure="docs/formats.md shows the form.",
        ) from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
