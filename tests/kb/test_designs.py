"""Designs are read as a methodologist reads them: what a word denies is not taken for what it says."""

from __future__ import annotations

import json

import pytest

from kb.data import data_folder
from kb.designs import CLASSES, Design, design_of, read_design

# What the seed's own records call their designs, in the classes of Caveat.
CALLED = {
    "randomised-trial": "randomised",
    "scoping-review": "systematic-review",
    "case-series": "observational",
    "cross-sectional": "observational",
    "surveillance": "observational",
    "cohort": "observational",
    "regulator": "guidance",
    "methods": "guidance",
    "consensus": "guidance",
    "qualitative": "case-reports",
}


@pytest.mark.parametrize(
    ("words", "name", "start"),
    [
        ("Randomised controlled trial", "randomised", "high"),
        ("RCT", "randomised", "high"),
        ("non-randomised controlled trial", "non-randomised-trial", "low"),
        ("nonrandomized clinical trial", "non-randomised-trial", "low"),
        ("quasi-randomised trial", "non-randomised-trial", "low"),
        ("Mendelian randomization study", "observational", "low"),
        ("randomised laboratory study in 26 users", "randomised", "high"),
        ("retrospective chart review", "observational", "low"),
        ("review", "narrative-review", None),
        ("systematic review of randomised trials", "systematic-review", "high"),
        ("systematic review of cohort studies", "systematic-review", "low"),
        ("systematic review", "systematic-review", None),
        ("protocol of a randomised trial", "registration", None),
        ("case report", "case-reports", "low"),
        ("Mouse model; in vitro assays", "animal", None),
        ("clinical study", "clinical", None),
        ("", "unknown", None),
        ("Beobachtungsstudie", "unknown", None),
        ("irreversible", "unknown", None),
    ],
)
def test_a_design_is_called_by_its_name_and_starts_where_grade_starts(words: str, name: str, start: str | None) -> None:
    found = read_design(words)
    assert (found.name, found.starts_at) == (name, start)


@pytest.mark.parametrize("words", ["in vitro", "animal study (rat)", "in vitro and animal study", "preclinical"])
def test_what_is_of_animals_or_the_laboratory_alone_is_told_apart(words: str) -> None:
    assert read_design(words).is_not_in_people
    assert not read_design(words).is_study_of_effect


def test_a_review_of_preclinical_and_clinical_studies_is_of_people_too() -> None:
    assert not read_design("systematic review (57 preclinical, 18 clinical studies)").is_not_in_people


def test_only_what_observes_is_associative() -> None:
    assert read_design("cross-sectional survey").is_associative
    assert not read_design("randomised trial with a cohort beside it").is_associative


def test_a_record_s_own_name_counts_where_the_words_say_nothing() -> None:
    assert design_of(None, {"custom": {"design": "randomised-trial"}}).name == "randomised"
    assert design_of("cohort", {"custom": {"design": "randomised-trial"}}).name == "observational"
    assert design_of("", {"custom": "nonsense", "genre": 3}) == Design(frozenset())


def test_the_designs_of_the_article_s_works_are_read_as_its_rater_wrote_them() -> None:
    works = json.loads((data_folder() / "articles" / "kratom-autoimmune" / "citations.json").read_text("utf-8"))
    for work in works:
        found = design_of(work["custom"]["study_design"], work)
        called = work["custom"]["design"]
        if called in ("animal", "laboratory", "laboratory-and-animal"):
            assert found.is_not_in_people, work["id"]
        else:
            assert found.name == CALLED.get(called, called), work["id"]


def test_classes_are_named_once() -> None:
    assert len(set(CLASSES)) == len(CLASSES)
