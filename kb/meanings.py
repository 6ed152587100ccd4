"""What directions, claim types, stances, standings and severities mean, in plain words for cards and the legend.

Levels of scales have their meanings in data/scales, derived caveats in `kb.caveats`; these words belong to the tables'
own vocabularies, and a test compares them with `kb.model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A word that stands in the tables, as a reader sees it: a short label, and a sentence that explains it."""

    label: str
    sentence: str


DIRECTIONS: Mapping[str, Meaning] = {
    "supports": Meaning("supports", "The evidence points the way the statement says."),
    "contradicts": Meaning("contradicts", "The evidence points against the statement."),
    "mixed": Meaning("mixed", "The evidence points both ways."),
    "no-effect": Meaning("no effect", "There is evidence, and it shows that nothing happens."),
    "unclear": Meaning("unclear", "The evidence does not show which way it points."),
    "not-stated": Meaning("not stated", "Nobody has said which way the evidence points."),
}

CLAIM_TYPES: Mapping[str, Meaning] = {
    "background": Meaning("background", "What something is: a definition, a name, a place, a number of people."),
    "mechanism": Meaning(
        "mechanism", "How something works in cells, animals or the body; not whether it helps anyone."
    ),
    "efficacy": Meaning("efficacy", "That something helps, or does not help, people with a condition."),
    "safety": Meaning("safety", "That something harms, or does not harm, people who take it."),
    "regulatory": Meaning("regulatory", "What the law or an authority says."),
    "recommendation": Meaning("recommendation", "What somebody advises to do."),
    "appraisal": Meaning("appraisal", "How good, or how complete, the evidence itself is said to be."),
}

STANCES: Mapping[str, Meaning] = {
    "supports": Meaning("supports", "The cited work found what the statement says."),
    "refutes": Meaning("refutes", "The cited work found the contrary."),
    "qualifies": Meaning("qualifies", "The cited work holds only in part, or for other people, doses or outcomes."),
    "background": Meaning("background", "The cited work explains; it neither supports nor refutes."),
}

STANDINGS: Mapping[str, Meaning] = {
    "ok": Meaning("no notice known", "No notice about this work is on record here."),
    "retracted": Meaning("Retracted", "The journal or the authors took the work back."),
    "concern": Meaning("Expression of concern", "The journal warns that the work may not hold."),
    "corrected": Meaning("Corrected", "Parts of the work were corrected after publication."),
    "reinstated": Meaning("Reinstated", "The work was retracted, and the retraction was taken back."),
}

SEVERITIES: Mapping[str, Meaning] = {
    "warning": Meaning("Warning", "Read this before you rely on the statement; it is always shown in full."),
    "caution": Meaning("Caution", "It limits what the statement can mean."),
    "note": Meaning("Note", "Good to know about how the statement was judged or cited."),
}

DIRECT_EVIDENCE: Mapping[str, Meaning] = {
    "direct": Meaning("direct", "There are studies of exactly what the statement says."),
    "indirect": Meaning("indirect", "There are studies, but of other people, doses, comparisons or outcomes."),
    "none-found": Meaning("none found", "Someone looked for studies of exactly this and found none."),
    "not-assessed": Meaning("not assessed", "Nobody has looked whether there are studies of exactly this."),
    "not-applicable": Meaning("not applicable", "The statement is not of a kind that studies could test."),
}

RELATIONS: Mapping[str, tuple[str, str]] = {
    "contradicts": ("Disagrees with", "Disagrees with"),
    "supersedes": ("Replaces", "Is replaced by"),
    "same-evidence": ("Rests on the same evidence as", "Rests on the same evidence as"),
    "duplicates": ("Says the same as", "Says the same as"),
}


def relation_words(kind: str, inverse: bool) -> str:
    """How a statement stands to another, said from its own side."""
    return RELATIONS[kind][1 if inverse else 0]
