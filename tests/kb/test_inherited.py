"""Where the caveats of a statement come from is said, and which others can be attached."""

from __future__ import annotations

from kb.graded import read
from kb.inherited import attachable, carried
from kb.store import Store
from tests.kb.conftest import NOW


def test_each_caveat_says_whether_it_is_attached_or_comes_with_article_or_topic(demo: Store) -> None:
    with demo.reading() as session:
        every = read(session, range(1, 67), NOW.date())
        sources = {each.source for one in every for each in one.recorded_caveats}
        assert {"attached", "topic"} <= sources
        for one in every:
            told = {each.code: each for each in carried(session, one)}
            assert told.keys() == {each.code for each in one.recorded_caveats}
            for each in one.recorded_caveats:
                assert told[each.code].attached == (each.source == "attached")
                expected = {"attached": "attached to this", "article": "article “", "topic": "topic “"}[each.source]
                assert expected in told[each.code].origin


def test_what_is_inherited_can_be_attached_too_and_what_is_attached_cannot(demo: Store) -> None:
    with demo.reading() as session:
        every = read(session, range(1, 67), NOW.date())
        one = next(each for each in every if {"attached", "topic"} <= {c.source for c in each.recorded_caveats})
        offered = {each.code for each in attachable(session, one)}
        assert offered.isdisjoint({each.code for each in one.recorded_caveats if each.source == "attached"})
        assert {each.code for each in one.recorded_caveats if each.source == "topic"} <= offered
