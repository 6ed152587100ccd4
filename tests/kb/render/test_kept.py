"""Pieces of HTML that are made once and serve many statements."""

from __future__ import annotations

from dataclasses import replace

from kb.caveats import RequiredCaveat
from kb.records import CitationRecord
from kb.render import html
from kb.render.kept import Caveats
from kb.render.shown import ShownCaveat

CAVEAT = RequiredCaveat("little-data", "caution", "evidence", "Few <people> were looked at.", "topic")
WORK = CitationRecord(7, "k", {"title": "A"}, "A work", 2020, None, "ok", None, None, None, None, ())


def caveats() -> Caveats:
    """Those that the templates use."""
    found = html._ENVIRONMENT.globals["caveat"]
    assert isinstance(found, Caveats)
    return found


def test_the_same_caveat_is_made_once() -> None:
    assert caveats().line(ShownCaveat(CAVEAT)) is caveats().line(ShownCaveat(replace(CAVEAT)))
    assert "Few &lt;people&gt; were" in caveats().line(ShownCaveat(CAVEAT))


def test_one_that_was_hit_is_marked_and_the_next_one_is_not() -> None:
    plain = caveats().label(ShownCaveat(CAVEAT), False)
    hit = caveats().label(ShownCaveat(CAVEAT, [(0, 3)]), False)
    assert "<mark>Few</mark>" in hit
    assert " open>" in hit
    assert caveats().label(ShownCaveat(CAVEAT), False) == plain
    assert "<mark>" not in plain
    assert " open>" not in plain


def test_one_that_rests_on_a_work_names_it_as_it_is_now() -> None:
    named = [
        caveats().warning(ShownCaveat(replace(CAVEAT, citations=(replace(WORK, title=title),))))
        for title in ("A first name", "A second name")
    ]
    assert ["A first name" in named[0], "A second name" in named[1]] == [True, True]


def test_whether_a_label_is_opened_is_told_apart() -> None:
    assert caveats().label(ShownCaveat(CAVEAT), True) != caveats().label(ShownCaveat(CAVEAT), False)
