"""A first mapping for a table that nobody has described: guessed from names and values, each guess with its reason.

It is written down to be read and corrected by a person; nothing is ever imported by a guess alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import get_args

from kb.errors import CaveatError
from kb.ingest.drafts import ClaimType, Direction
from kb.ingest.formats import Row
from kb.ingest.sources import columns_of, rows_of_table
from kb.scales import Scale, load_scales

LOOKED_AT = 500
# A column with so few different values names kinds of things.
FEW = 20
TOPIC_WORDS = 6


@dataclass(frozen=True, slots=True)
class Guess:
    """One field of the native form, the column that may hold it, and why one may think so."""

    field: str
    column: str
    why: str


def guess(path: Path) -> tuple[list[str], list[Guess], str]:
    """The columns of a table, what they may mean, and a mapping in TOML to be corrected.

    Raises InputError where the file cannot be read.
    """
    columns = columns_of(path)
    rows = [row.value for row in islice(rows_of_table(path), LOOKED_AT) if isinstance(row, Row)]
    values = {name: [row[name].strip() for row in rows if row[name].strip()] for name in columns}
    found: dict[str, Guess] = {}
    for field, look in LOOKS.items():
        taken = {each.column for each in found.values()}
        for column in columns:
            if column not in taken and values[column] and (why := look(column, values[column], len(rows))):
                found[field] = Guess(field, column, why)
                break
    if "text" not in found:
        _longest(found, values)
    return columns, list(found.values()), "\n".join(_toml(path, columns, values, found))


def _named(*words: str) -> Callable[[str, Sequence[str], int], str]:
    pattern = re.compile(rf"(?:^|[^a-z])(?:{'|'.join(words)})(?:$|[^a-z])")

    def look(column: str, values: Sequence[str], rows: int) -> str:
        return f"its name, {column!r}" if pattern.search(column.casefold()) else ""

    return look


def _key(column: str, values: Sequence[str], rows: int) -> str:
    named = re.search(r"(?:^|[^a-z])(?:id|key|no|nr|number)(?:$|[^a-z])", column.casefold())
    if named and len(values) == rows and len(set(values)) == rows:
        return f"its name, {column!r}, and no value stands twice"
    return ""


def _shaped(pattern: str, name: str, *words: str) -> Callable[[str, Sequence[str], int], str]:
    shape = re.compile(pattern)

    def look(column: str, values: Sequence[str], rows: int) -> str:
        fitting = sum(bool(shape.fullmatch(value)) for value in values) / len(values)
        named = any(word in column.casefold() for word in words)
        if fitting > 0.9 and (named or not words):
            return f"{fitting:.0%} of its values look like a {name}"
        return ""

    return look


def _level(column: str, values: Sequence[str], rows: int) -> str:
    if len(set(values)) > FEW:
        return ""
    for scale in load_scales():
        known = _names(scale)
        if {value.casefold() for value in values} <= known:
            return f"all its values are levels of {scale.name}"
    return _named("grade", "level", "certainty", "quality", "strength")(column, values, rows)


def _topic(column: str, values: Sequence[str], rows: int) -> str:
    short = sum(len(value.split()) <= TOPIC_WORDS for value in values) > 0.9 * len(values)
    return _named("topic", "subject", "disease", "condition", "category")(column, values, rows) if short else ""


def _claim_type(column: str, values: Sequence[str], rows: int) -> str:
    # Every statement has one: a column that is often empty, or has ever other words, is another sort of type.
    if len(values) < rows or len(set(values)) > FEW:
        return ""
    return _named("type", "claim type", "kind")(column, values, rows)


LOOKS: Mapping[str, Callable[[str, Sequence[str], int], str]] = {
    "key": _key,
    "citation.doi": _shaped(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.\d{4,9}/\S+", "DOI"),
    "citation.pmid": _shaped(r"\d{4,8}", "PMID", "pmid", "pubmed", "citation"),
    "grade.rating": _named("rating", "stars"),
    "grade.direction": _named("direction", "effect direction"),
    "grade.level": _level,
    "grade.rationale": _named("rationale", "reason", "justification"),
    "text": _named("statement", "claim", "text", "recommendation", "finding", "conclusion", "sentence"),
    "type": _claim_type,
    "pico.population": _named("population", "patients", "participants"),
    "pico.intervention": _named("intervention", "exposure", "treatment", "drug", "therapy"),
    "pico.comparator": _named("comparator", "comparison", "control"),
    "pico.outcome": _named("outcome", "endpoint"),
    "topics": _topic,
    "quote": _named("quote", "quotation", "verbatim"),
}


def _longest(found: dict[str, Guess], values: Mapping[str, Sequence[str]]) -> None:
    """Where no name says which column holds the claims: the one with the longest values."""
    taken = {each.column for each in found.values()}
    lengths = {name: sum(map(len, each)) / len(each) for name, each in values.items() if each and name not in taken}
    if lengths:
        column = max(lengths, key=lambda name: lengths[name])
        found["text"] = Guess(
            "text", column, f"its values are the longest, {lengths[column]:.0f} characters on average"
        )


def _toml(
    path: Path, columns: Sequence[str], values: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> Iterator[str]:
    yield f"# A guess at what the columns of {path.name} mean. Correct it, then: kb import {path.name} --map THIS-FILE"
    yield "# docs/formats.md shows all that can be said here."
    yield f"origin = {_quoted(path.stem)}"
    for field in ("key", "text", "quote"):
        if field in found:
            yield f"{field} = {_quoted(found[field].column)}  # {found[field].why}"
        elif field != "quote":
            yield f'# {field} = "…"  # NOT FOUND: name the column'
    yield from _type(values, found)
    if "grade.level" in found:
        yield from _grade(values, found)
    pico = [name for name in found if name.startswith("pico.")]
    if pico:
        yield "[pico]"
        for name in pico:
            yield f"{name[5:]} = {_quoted(found[name].column)}  # {found[name].why}"
    if "topics" in found:
        yield f"[[topics]]\ncolumn = {_quoted(found['topics'].column)}  # {found['topics'].why}"
    for kind in ("doi", "pmid"):
        if f"citation.{kind}" in found:
            each = found[f"citation.{kind}"]
            yield f"[[citations]]\ncolumn = {_quoted(each.column)}  # {each.why}"
            yield f'kind = {{ fixed = "{kind}" }}\nstance = {{ fixed = "supports" }}'
    used = {each.column for each in found.values()}
    unused = [_quoted(name) for name in columns if name not in used]
    if unused:
        yield f"# Columns that nothing is made of: {', '.join(unused)}"


def _type(values: Mapping[str, Sequence[str]], found: Mapping[str, Guess]) -> Iterator[str]:
    known = get_args(ClaimType)
    if "type" not in found:
        yield f'type = {{ fixed = "background" }}  # NOT FOUND; kinds are {", ".join(known)}'
        return
    column = found["type"].column
    yield from _translated("type", column, found["type"].why, values[column], known, "background")


def _grade(values: Mapping[str, Sequence[str]], found: Mapping[str, Guess]) -> Iterator[str]:
    column = found["grade.level"].column
    scale = _scale_of(values[column])
    yield "[grade]"
    yield f'scale = {{ fixed = "{scale}" }}'
    for part in ("rating", "rationale"):
        if f"grade.{part}" in found:
            yield f"{part} = {_quoted(found[f'grade.{part}'].column)}"
    levels = [level.id for level in load_scales().get(scale).best_first]
    yield from _translated("grade.level", column, found["grade.level"].why, values[column], levels, "")
    if "grade.direction" in found:
        column = found["grade.direction"].column
        why = found["grade.direction"].why
        yield from _translated("grade.direction", column, why, values[column], get_args(Direction), "not-stated")


def _scale_of(values: Sequence[str]) -> str:
    """The scale that knows most of these levels; GRADE where none knows any."""
    given = {value.casefold() for value in values}
    best, most = "grade", 0
    for scale in load_scales():
        if (shared := len(given & _names(scale))) > most:
            best, most = scale.id, shared
    return best


def _names(scale: Scale) -> set[str]:
    return {name.casefold() for level in scale.best_first for name in (level.id, level.label)}


def _translated(
    field: str, column: str, why: str, values: Sequence[str], known: Sequence[str], otherwise: str
) -> Iterator[str]:
    """A table that translates each value that occurs; one that is not understood is marked."""
    yield f"[{field}]\ncolumn = {_quoted(column)}  # {why}"
    yield f"[{field}.values]"
    for value, count in Counter(values).most_common(FEW):
        nearest = next((each for each in known if _plain(each) == _plain(value)), None)
        mark = "" if nearest is not None else f"  # {count} rows; CHOOSE one of {', '.join(known)}"
        yield f"{_quoted(value)} = {_quoted(nearest if nearest is not None else otherwise)}{mark}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _quoted(text: str) -> str:
    # JSON's strings are TOML's too.
    return json.dumps(text)


def write_guess(path: Path) -> tuple[list[str], list[Guess], Path]:
    """Write the guessed mapping beside the table, under a name that is not taken; returns what was found and where."""
    columns, guesses, text = guess(path)
    target = path.with_name(f"{path.name}.map.toml")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.map-{number}.toml")
    try:
        target.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise CaveatError(f"The mapping cannot be written: {error.strerror}.", place=str(target)) from error
    return columns, guesses, target
