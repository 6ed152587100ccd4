"""A graded statement as HTML: the only place that turns one into a page's elements.

Every piece that holds words of a statement is one element that also holds its grade (symbol and word) and its caveats:
the card of a list, the body of the statement's page, a passage of an article, a version in the history. Such an element
says which statement it shows in `data-statement`. Pages join these pieces and add nothing to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kb import meanings
from kb.articles import Passage, Segment
from kb.as_of import Difference, Past
from kb.caveats import RequiredCaveat
from kb.cited import RestingCaveat
from kb.grade import NO_REASON, Explanation
from kb.graded import GradedStatement
from kb.happened import Happened
from kb.identifiers import identifiers_of
from kb.records import CitationRecord
from kb.reference import short_reference
from kb.render.grades import explained, grades_given
from kb.render.happened import WITHHELD, told
from kb.render.kept import Caveats, Macros, Vocabulary
from kb.render.marks import Marks, elsewhere
from kb.render.past import changed_words, shown_difference, shown_past
from kb.render.shown import Shown
from kb.render.versions import Entry, level_named
from kb.scales import Level

# From the first letter or digit to the last: what is around them needs no mark.
_WORDS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.globals.update(
    meanings=meanings,
    short_reference=short_reference,
    identifiers_of=identifiers_of,
    no_reason=NO_REASON,
    level_named=level_named,
    vocabulary=Vocabulary(_ENVIRONMENT),
    caveat=Caveats(_ENVIRONMENT),
)
_CARD = Macros(_ENVIRONMENT, "card.html")


def card(statement: GradedStatement, marks: Marks | None = None, heading_level: int = 2) -> Markup:
    """The statement as one card of a list, with the hits in `marks` marked and told where they lie."""
    hits = marks or {}
    return _CARD("card", Shown(statement, hits), elsewhere(hits), heading_level)


def standing(statement: GradedStatement) -> Markup:
    """The statement's grade and caveats without its words: for a form that has them, within one element with it."""
    return render("standing.html", s=Shown(statement))


def line(statement: GradedStatement, marks: Marks, id: str) -> Markup:
    """The statement as one option of a list of suggestions: its words, its grade, how many caveats, and they hidden."""
    where = [] if marks.get("text") else elsewhere(marks)
    return render("line.html", s=Shown(statement, marks), id=id, elsewhere=where)


def page_body(statement: GradedStatement, sentence: Sequence[Passage], history: Sequence[Entry]) -> Markup:
    """All of the statement for its own page: grade with profile, caveats, slots, the quote in its sentence, history."""
    return render(
        "page.html",
        s=Shown(statement),
        explanation=explained(statement.grade.profile),
        grades=grades_given(statement),
        sentence=[passage(each, emphasised=statement.id) for each in sentence],
        history=history,
        began=history[0].at.date() if history else None,
        statement_id=statement.id,
    )


def past_body(past: Past, since: tuple[RequiredCaveat, ...], works: Mapping[str, CitationRecord]) -> Markup:
    """A statement as it stood on a day, marked as such, with the grade and caveats of then and those known since."""
    return render("past.html", s=shown_past(past, since, works))


def changes_body(difference: Difference) -> Markup:
    """What changed in a statement between two days: both versions, and the revisions between them."""
    return render("changes.html", d=shown_difference(difference), words=changed_words(difference))


def happened_list(found: Iterable[Happened], heading_level: int) -> Markup:
    """What happened, newest first: who did what and why, with each version beside its own grade and caveats."""
    return render("happened.html", told=told(found), withheld=WITHHELD, heading=f"h{heading_level}")


def passage(
    piece: Passage, emphasised: int | None = None, numbers: dict[int, int] | None = None, curating: bool = False
) -> Markup:
    """One passage of an article inline: its words, and beside them each statement's grade, link and caveats.

    `numbers` are the statements' numbers in the article; without them their keys are shown. The words of the
    statement `emphasised` stand out. For those `curating` all words say where they stand, so that they can be picked,
    and each statement can be edited, and ticked to be merged.
    """
    return render(
        "passage.html",
        piece=piece,
        shown=[Shown(each) for each in piece.statements],
        segments=[(segment, _tone(segment), _ending(piece, segment)) for segment in piece.segments],
        words=_WORDS.search(piece.text),
        emphasised=emphasised,
        numbers=numbers or {},
        curating=curating,
    )


def worked_out(explanation: Explanation, given: Level) -> Markup:
    """A profile step by step, as it leads to a level, beside the level `given`."""
    return render("worked.html", explanation=explanation, given=given)


def revisions(history: Sequence[Entry], statement_id: int) -> Markup:
    """Entries of a statement's history, newest first, each version with its grade and caveats."""
    return render("history.html", history=history, statement_id=statement_id)


def citation_head(citation: CitationRecord, caveats: Iterable[RestingCaveat]) -> Markup:
    """A cited work with its standing, what of it was not checked, and the caveats that rest on it."""
    return render("citation.html", citation=citation, caveats=list(caveats))


# Of several statements that share words, the one that calls for most care gives them its colour.
MOST_CARE_FIRST = ("harm", "very-low", "none", "low", "moderate", "high", "neutral")


def _tone(segment: Segment) -> str:
    tones = [each.grade.level.tone for each in segment.statements]
    return min(tones, key=MOST_CARE_FIRST.index, default="none")


def _ending(piece: Passage, segment: Segment) -> list[GradedStatement]:
    """The statements whose words end with this segment: there a reader finds their numbers."""
    return [each for each in segment.statements if each.end is not None and min(each.end, piece.end) == segment.end]


def render(template: str, **context: object) -> Markup:
    """A template of this folder with what it shows."""
    return Markup(_ENVIRONMENT.get_template(template).render(context))
