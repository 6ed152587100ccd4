"""How to cite a statement: a line for a text, and records for reference managers, each with version, day and grade.

The line has none of the statement's words: it is short, and a claim that is quoted without all its caveats is what
Caveat is there to prevent. The records have the words in their abstract, together with the grade and every caveat.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from markupsafe import Markup

from kb.graded import GradedStatement
from kb.meanings import DIRECTIONS
from kb.render.html import render
from kb.render.shown import severity_words
from kb.render.text import caveat_sentences
from kb.scales import load_scales

WHO = "Caveat"
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_SPECIAL = re.compile("|".join(map(re.escape, _BIBTEX)))


def cite_block(statement: GradedStatement, root: str) -> Markup:
    """What a page offers to whoever wants to cite the statement."""
    return render("cite.html", id=statement.id, line=cited_text(statement, root), whole=cited_whole(statement, root))


def cited_text(statement: GradedStatement, root: str) -> str:
    """One line for a text: which statement in which version, its grade, and its caveats in short."""
    return f"{WHO}. {_title(statement)}. {_graded(statement)}. {_in_short(statement)}. {_address(statement, root)}"


def cited_whole(statement: GradedStatement, root: str) -> str:
    """The same with the statement's words, and so with every caveat in full."""
    return f"{WHO}. {_title(statement)}. {_whole(statement)} {_address(statement, root)}"


def cited_bibtex(statement: GradedStatement, root: str) -> str:
    """A BibTeX record, in UTF-8."""
    day = statement.day
    fields = {
        "author": f"{{{WHO}}}",
        "title": f"{{{_escaped(_title(statement))}}}",
        "year": str(day.year),
        "date": day.isoformat(),
        "version": str(statement.version),
        "note": _escaped(f"{_graded(statement)}. {_in_short(statement)}"),
        "abstract": _escaped(_whole(statement)),
        "url": _address(statement, root),
        "urldate": day.isoformat(),
    }
    entry = Entry("misc", _key(statement), [Field(name, value) for name, value in fields.items()])
    written: str = write_string(Library([entry]))
    return written.strip() + "\n"


class _Ris(rispy.RisWriter):  # type: ignore[misc]
    """RIS without the number that rispy writes before each record, which readers take for a broken line."""

    def set_header(self, count: int) -> str:
        return ""


def cited_ris(statement: GradedStatement, root: str) -> str:
    """A RIS record."""
    day = statement.day
    written: str = rispy.dumps(
        [
            {
                "type_of_reference": "ELEC",
                "id": _key(statement),
                "authors": [WHO],
                "title": _title(statement),
                "year": str(day.year),
                "date": f"{day:%Y/%m/%d}",
                "access_date": f"{day:%Y/%m/%d}",
                "edition": f"version {statement.version}",
                "notes": [f"{_graded(statement)}. {_in_short(statement)}"],
                "abstract": _whole(statement),
                "keywords": list(statement.topics),
                "urls": [_address(statement, root)],
            }
        ],
        implementation=_Ris,
    )
    return written.strip() + "\n"


def cited_csl(statement: GradedStatement, root: str) -> dict[str, Any]:
    """A record as CSL-JSON; what that has no name for stands in `custom`."""
    day = {"date-parts": [[statement.day.year, statement.day.month, statement.day.day]]}
    grade = statement.grade
    return {
        "id": _key(statement),
        "type": "webpage",
        "author": [{"literal": WHO}],
        "title": _title(statement),
        "container-title": WHO,
        "version": str(statement.version),
        "issued": day,
        "accessed": day,
        "note": f"{_graded(statement)}. {_in_short(statement)}",
        "abstract": _whole(statement),
        "URL": _address(statement, root),
        "custom": {
            "grade": {
                "name": grade.level.name,
                "label": grade.level.label,
                "symbol": grade.level.symbol,
                "direction": grade.direction,
            },
            "caveats": [
                {"code": each.code, "severity": each.severity, "text": each.text} for each in statement.caveats
            ],
        },
    }


def _key(statement: GradedStatement) -> str:
    return f"caveat-{statement.id}-v{statement.version}"


def _title(statement: GradedStatement) -> str:
    return _line(
        f"Statement {statement.id} ({statement.origin} {statement.key}), version {statement.version},"
        f" as it stood on {_day(statement)}"
    )


def _day(statement: GradedStatement) -> str:
    return f"{statement.day.day} {statement.day:%B %Y}"


def _address(statement: GradedStatement, root: str) -> str:
    """The page of the statement in that version, which stays what it is however it is changed on the same day."""
    return f"{root}{statement.url}?version={statement.version}"


def _graded(statement: GradedStatement) -> str:
    """The grade in words with its symbol, its scale and the direction."""
    grade = statement.grade
    names = {scale.id: scale.name for scale in load_scales()}
    scale = f" ({names.get(grade.level.scale, grade.level.scale)})" if grade.level.scale else ""
    return f"Graded {grade.level.symbol} {grade.level.label}{scale}; direction: {DIRECTIONS[grade.direction].label}"


def _in_short(statement: GradedStatement) -> str:
    """How many caveats of which severity, and what they are called."""
    counts = Counter(each.severity for each in statement.caveats)
    names = dict.fromkeys(each.code.replace("-", " ") for each in statement.caveats)
    return f"Caveats: {severity_words(counts)} ({', '.join(names)})"


def _whole(statement: GradedStatement) -> str:
    """The words, the grade and every caveat, on one line."""
    return _line(f"“{statement.text}” {_graded(statement)}. {caveat_sentences(statement)}")


def _line(text: str) -> str:
    """The text on one line: a line of its own could be taken for a field of the record."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """The text with what BibTeX would read as its own written out."""
    return _SPECIAL.sub(lambda found: _BIBTEX[found[0]], text)
