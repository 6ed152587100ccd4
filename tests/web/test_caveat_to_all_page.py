"""A caveat for all of a search: seen before, refused where the search changed, one batch, undone by one button."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from kb import curate
from kb.changes import announce
from kb.curate import By
from kb.ingest import caveat_to_all
from kb.model import Caveat, StatementCaveat
from kb.store import Store
from kb.verify import faults
from tests.web.conftest import NOW
from tests.web.desk import Desk, offered

PAGE = "/search/caveat?q=liver"


@pytest.fixture
def desk(own: tuple[Flask, Store]) -> Iterator[Desk]:
    """A curator's."""
    app, store = own
    app.config.update(SESSION_COOKIE_SECURE=False)
    yield Desk(app, store, "C. Urator", "curator")
    with store.reading() as session:
        assert list(faults(session)) == []


def preview(desk: Desk, code: str = "liver", act: str = "attach-caveat", page: str = PAGE) -> tuple[str, str]:
    """What the page says that it would change, and the mark of what was found."""
    text = desk.page(f"{page}&code={code}&act={act}")
    would, seen = re.search(r"It would change (.*?)</h2>", text), re.search(r'name="seen" value="(\w+)"', text)
    assert would
    return would[1], seen[1] if seen else ""


def attached(store: Store, code: str = "liver") -> int:
    """How many statements have the caveat themselves."""
    with store.reading() as session:
        of = select(StatementCaveat.statement_id).join(Caveat).where(Caveat.code == code)
        return len(session.scalars(of).all())


def form(seen: str, **more: str) -> dict[str, str]:
    return {"code": "liver", "act": "attach-caveat", "seen": seen, "reason": "all of them", **more}


def test_it_is_attached_to_what_was_looked_at_and_taken_off_by_undo(desk: Desk, own: tuple[Flask, Store]) -> None:
    assert 'href="/search/caveat?q=liver"' in desk.page("/search?q=liver")
    total, had = desk.client.get("/search.json?q=liver").json["total"], attached(own[1])
    would, seen = preview(desk)
    assert would == f"{total - had} statements"
    first = desk.page(f"{PAGE}&code=liver")
    assert first.count('<article class="card') == min(5, total)
    assert f"{had} have it attached and would stay as they are" in first
    done = desk.done(PAGE, **form(seen))
    assert f"attached to {total - had} statements (batch 5)" in done
    assert attached(own[1]) == total
    assert preview(desk)[0] == "0 statements"
    assert "attach-caveat" in desk.page("/imports")
    assert "Batch 5 is undone" in desk.done("/undo", **offered(done))
    assert attached(own[1]) == had


def test_it_is_taken_off_all_that_have_it(desk: Desk, own: tuple[Flask, Store]) -> None:
    had = attached(own[1])
    would, seen = preview(desk, act="detach-caveat")
    assert would == f"{had} statement{'' if had == 1 else 's'}"
    desk.done(PAGE, **form(seen, act="detach-caveat"))
    assert attached(own[1]) == 0


def test_what_is_inherited_already_is_told(desk: Desk) -> None:
    assert "inherit it from an article or a topic already" in desk.page("/search/caveat?q=liver&code=liver")


def test_a_search_that_finds_other_statements_by_then_changes_nothing(desk: Desk, own: tuple[Flask, Store]) -> None:
    before = attached(own[1])
    _, seen = preview(desk)
    found = desk.client.get("/search.json?q=liver").json["statements"][0]["id"]
    with own[1].writing() as session:
        curate.withdraw(session, found, By("Z. Other", "taken back", NOW))
    refused = desk.send(PAGE, **form(seen, reason="a long reason"))
    assert refused.status_code == 409
    assert "finds other statements now" in refused.text
    assert 'value="a long reason"' in refused.text
    assert attached(own[1]) == before


def test_a_search_that_is_not_whole_is_refused(desk: Desk, own: tuple[Flask, Store]) -> None:
    _, seen = preview(desk)
    with own[1].writing() as session:
        announce(session, [1], NOW)
    assert desk.client.get(PAGE).status_code == 503
    # The page that changes lets the index catch up first.
    assert "liver" in desk.done(PAGE, **form(seen))


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"reason": " "}, 400, "It needs a reason."),
        ({"code": "nothing"}, 404, "There is no caveat “nothing”."),
        ({"act": "paint"}, 400, "nothing that can be done"),
        ({"seen": "another"}, 409, "finds other statements now"),
    ],
)
def test_what_is_sent_wrongly_changes_nothing(
    desk: Desk, own: tuple[Flask, Store], changed: dict[str, str], status: int, words: str
) -> None:
    before = attached(own[1])
    _, seen = preview(desk)
    refused = desk.send(PAGE, **{**form(seen), **changed})
    assert refused.status_code == status
    assert words in refused.text
    assert attached(own[1]) == before


def test_an_address_that_means_less_than_it_says_is_refused(desk: Desk) -> None:
    refused = desk.client.get("/search/caveat?q=liver&colour=red")
    assert refused.status_code == 400
    assert "no filter" in refused.text


def test_too_many_at_once_are_refused_before_anything_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, seen = preview(desk)
    monkeypatch.setattr("web.pages.caveat_to_all.MOST", 1)
    monkeypatch.setattr(caveat_to_all, "MOST", 1)
    assert "more than can be changed at once" in desk.page(PAGE)
    assert desk.send(PAGE, **form(seen)).status_code == 400


def test_only_curators_are_offered_it(own: tuple[Flask, Store]) -> None:
    assert "/search/caveat" not in own[0].test_client().get("/search?q=liver").text
