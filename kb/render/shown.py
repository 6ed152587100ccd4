"""A statement prepared for templates: its slots and caveats with their marked words, grouped by where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten

from markupsafe import Markup, escape

from kb.caveats import RequiredCaveat
from kb.graded import GradedStatement
from kb.identifiers import Identifier, identifiers_of
from kb.meanings import STANCES, STANDINGS
from kb.records import CitationRecord, SlotRecord
from kb.reference import short_reference
from kb.render.marks import Marks, Spans, marked

# More slots than this and a list card folds the filled ones away.
OPEN_SLOTS = 3
# What the caveat of an empty slot begins with.
NEEDED = "Citation needed"
# These say what the level means by themselves, so that the meaning need not stand there twice.
SAYS_MEANING = {"low", "very-low", "no-evidence", "not-gradable", "ungraded"}


@dataclass(frozen=True, slots=True)
class ShownCaveat:
    """A caveat and where the search matched in its words."""

    caveat: RequiredCaveat
    spans: Spans = ()

    @property
    def words(self) -> Markup:
        """What it says, marked."""
        return marked(self.caveat.text, self.spans)

    @property
    def hit(self) -> bool:
        """Whether the search matched in it."""
        return bool(self.spans)

    @property
    def label(self) -> str:
        """The code as words: its name on a label."""
        return self.caveat.code.replace("-", " ")

    @property
    def rests_on(self) -> list[tuple[str, str]]:
        """Address and short name (author, year) of each work the caveat rests on."""
        return [(each.url, _name(each)) for each in self.caveat.citations]


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """A citation slot with its marked words and the caveats of its line.

    `wanted` is what an empty slot says after the words “Citation needed”, which a page shows as a tag.
    """

    slot: SlotRecord
    reference: Markup
    note: Markup
    wanted: Markup
    caveats: tuple[ShownCaveat, ...]
    hit: bool

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """The links by which the work can be found."""
        return () if self.slot.citation is None else identifiers_of(self.slot.citation.csl)

    @property
    def stance(self) -> str:
        return STANCES[self.slot.stance].label if self.slot.stance else ""

    @property
    def standing(self) -> str:
        """What happened to the work after publication, as a tag; empty where nothing is known."""
        citation = self.slot.citation
        return "" if citation is None or citation.standing == "ok" else STANDINGS[citation.standing].label

    @property
    def must_be_seen(self) -> bool:
        """Whether the slot may not be folded away: it is empty, the work does not simply stand, or it was hit."""
        return self.slot.citation is None or bool(self.standing) or self.hit


class Shown:
    """One statement as templates see it; `statement` has all that needs no preparing."""

    def __init__(self, statement: GradedStatement, marks: Marks | None = None) -> None:
        self.statement = statement
        self.grade = statement.grade
        self._marks: Marks = marks or {}

    def _spans(self, key: str) -> Spans:
        return self._marks.get(key, ())

    @property
    def text(self) -> Markup:
        return marked(self.statement.text, self._spans("text"))

    @property
    def quote_hit(self) -> bool:
        return bool(self._spans("quote"))

    @property
    def quote(self) -> Markup:
        return marked(self.statement.quote or "", self._spans("quote"))

    @property
    def topics(self) -> list[tuple[str, Markup]]:
        """Each topic's name, plain and marked."""
        return [(name, marked(name, self._spans(f"topic:{name}"))) for name in self.statement.topics]

    @cached_property
    def caveats(self) -> tuple[ShownCaveat, ...]:
        """All caveats in their order."""
        return tuple(
            ShownCaveat(caveat, self._spans(f"caveat:{index}")) for index, caveat in enumerate(self.statement.caveats)
        )

    def caveats_at(self, place: str, slot: int | None = None) -> Sequence[ShownCaveat]:
        """The caveats that stand at one place: statement, grade, or the line of one slot."""
        return self._by_place.get((place, slot), ())

    @cached_property
    def _by_place(self) -> dict[tuple[str, int | None], list[ShownCaveat]]:
        found: dict[tuple[str, int | None], list[ShownCaveat]] = {}
        for each in self.caveats:
            found.setdefault((each.caveat.place, each.caveat.slot), []).append(each)
        return found

    @cached_property
    def warnings(self) -> tuple[ShownCaveat, ...]:
        return tuple(each for each in self.caveats_at("statement") if each.caveat.severity == "warning")

    @cached_property
    def labelled(self) -> tuple[ShownCaveat, ...]:
        """Cautions and notes that stand with the statement."""
        return tuple(each for each in self.caveats_at("statement") if each.caveat.severity != "warning")

    @property
    def meaning(self) -> str:
        """What the level means, where no caveat on the grade's line says it already."""
        told = {each.caveat.code for each in self.caveats_at("grade")}
        return "" if told & SAYS_MEANING else self.grade.level.meaning

    @property
    def rationale(self) -> str:
        """Why the grade is what it is, where no caveat on the grade's line says it already."""
        told = {each.caveat.code for each in self.caveats_at("grade")}
        return "" if "not-gradable" in told else self.grade.rationale

    @cached_property
    def slots(self) -> tuple[ShownSlot, ...]:
        return tuple(self._slot(slot) for slot in self.statement.slots)

    def _slot(self, slot: SlotRecord) -> ShownSlot:
        titles, notes = self._spans(f"title:{slot.position}"), self._spans(f"note:{slot.position}")
        caveats = self.caveats_at("slot", slot.position)
        hit = bool(titles or notes) or any(each.hit for each in caveats)
        note = slot.note or ""
        reference, wanted = Markup(""), Markup("")
        if slot.citation is not None:
            reference = reference_with(slot.citation, titles)
        else:
            # The caveat repeats the note, so the note's hits are marked in the caveat.
            words = "".join(each.caveat.text for each in caveats).removeprefix(NEEDED)
            wanted = marked(words, shifted(notes, words.find(note)))
        return ShownSlot(slot, reference, marked(note, notes), wanted, tuple(caveats), hit)

    @cached_property
    def open_slots(self) -> tuple[ShownSlot, ...]:
        """The slots that a list card shows without a click."""
        if len(self.slots) <= OPEN_SLOTS:
            return self.slots
        return tuple(each for each in self.slots if each.must_be_seen)

    @cached_property
    def folded_slots(self) -> tuple[ShownSlot, ...]:
        seen = {each.slot.position for each in self.open_slots}
        return tuple(each for each in self.slots if each.slot.position not in seen)

    @property
    def folded_slots_words(self) -> str:
        """How many folded slots take which stance, such as “supports 3, qualifies 1”."""
        counts = Counter(each.stance for each in self.folded_slots)
        return ", ".join(f"{stance} {count}" for stance, count in counts.most_common())

    @property
    def severities(self) -> str:
        """How many caveats of which severity, such as “4 warnings, 1 caution”; never empty."""
        return severity_words(Counter(each.caveat.severity for each in self.caveats))


def severity_words(counts: Mapping[str, int]) -> str:
    """Counts of severities in words, warnings first, zeros left out."""
    named = ((counts.get(severity, 0), severity) for severity in ("warning", "caution", "note"))
    return ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in named if count)


def reference_with(citation: CitationRecord, titles: Spans) -> Markup:
    """The readable reference, with hits in the title marked; a title that the reference does not show is added."""
    reference = short_reference(citation.csl)
    at = reference.find(citation.title)
    if at < 0:
        added = Markup(" [{}]").format(marked(citation.title, titles)) if titles else Markup("")
        return escape(reference) + added
    return marked(reference, shifted(titles, at))


def shifted(spans: Spans, by: int) -> list[tuple[int, int]]:
    """The spans as they lie in a longer text in which theirs begins at `by`; none where it is not in there (-1)."""
    return [(by + start, by + end) for start, end in spans] if by >= 0 else []


def _name(citation: CitationRecord) -> str:
    """The work in two or three words, as in running text: “Singh 2014”; by its shortened title where nobody signs."""
    first: Mapping[str, object] = next(iter(citation.csl.get("author") or []), {})
    who = str(first.get("family") or first.get("literal") or shorten(citation.title, 48, placeholder="…"))
    return f"{who} {citation.year}" if citation.year else who
