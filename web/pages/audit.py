"""`/audit`: what the last audit found, rule by rule, how grades are spread, and the trend over runs."""

from __future__ import annotations

import math
from itertools import islice

from flask import Blueprint, Response, flash, request

from kb.audit.findings import explain
from kb.audit.rule import GRAVEST_FIRST, Rule, Scope
from kb.audit.rules import RULES
from kb.audit.runs import Run, found_in, runs
from kb.changes import lag
from kb.errors import InputError, NotFound
from kb.render.html import card
from kb.scales import load_scales
from web.answers import html_answer
from web.auditing import Auditing
from web.links import page_numbers
from web.pages.signing import seen_other
from web.serving import serving
from web.signed_in import is_curator, now, visitor

blueprint = Blueprint("audit", __name__)
SHOWN_RUNS = 30
ON_A_PAGE = 20
# A small store is audited by then, and its findings are the first thing that one sees.
SECONDS_FOR_SMALL = 3.0
LETTERS = {
    "G": "Grades",
    "C": "Citations",
    "K": "Caveats",
    "W": "Wording",
    "P": "Provenance",
    "A": "The audit itself",
}
PARTS = {"direction": "Direction", "type": "Kind of claim", "topic": "Topic", "article": "Article", "origin": "Origin"}


@blueprint.get("/audit")
def page() -> Response:
    """The last run, the trend, and how many statements stand at which grade."""
    here = serving()
    with here.store.reading() as session:
        kept = runs(session, SHOWN_RUNS)
        since = lag(session, kept[0].seen) if kept else 0
    levels = _levels(kept[0]) if kept else []
    return html_answer(
        "audit.html",
        run=kept[0] if kept else None,
        trend_of=list(reversed(kept)),
        since=since,
        running=Auditing(here).running,
        curating=is_curator(),
        letters=LETTERS,
        rules=RULES,
        severities=GRAVEST_FIRST,
        levels=levels,
        parts_of=PARTS,
        index=kept[0].counts["census"].get("index") if kept else None,
    )


@blueprint.post("/audit/run")
def run() -> Response:
    """Audit everything now; a large store takes a minute or two, and the page says that it runs."""
    thread = Auditing(serving()).begin(visitor().name, now())
    if thread is None:
        flash("An audit is running already.")
    else:
        thread.join(SECONDS_FOR_SMALL)
    return seen_other("/audit")


@blueprint.get("/audit/<code>")
def rule(code: str) -> Response:
    """A rule's manual page, and what it found in the last run that still holds, a page at a time."""
    wanted = rule_or_refuse(code)
    here = serving()
    number = _page_number()
    with here.store.reading() as session:
        kept = runs(session, 1)
        hits = found_in(session, kept[0].id, wanted) if kept else None
        some = list(islice(iter(hits), (number - 1) * ON_A_PAGE, number * ON_A_PAGE)) if hits is not None else []
        found = list(explain(session, wanted, some, {}, Scope(here.today())))
        told = [each for each in kept[0].counts["told"] if each["rule"] == wanted.code] if kept else []
    total = len(hits) if hits is not None else 0
    pages = max(-(-total // ON_A_PAGE), 1)
    return html_answer(
        "audit_rule.html",
        rule=wanted,
        area=LETTERS[wanted.code[0]],
        run=kept[0] if kept else None,
        total=total,
        told=told,
        findings=[
            (each, card(each.statement, heading_level=3), each.other and card(each.other, heading_level=4))
            for each in found
            if each.statement is not None
        ],
        gone=len(some) - len(found),
        page=number,
        pages=pages,
        numbers=page_numbers(min(number, pages), pages),
    )


def rule_or_refuse(code: str) -> Rule:
    """The rule of this code. Raises NotFound."""
    if code not in RULES:
        raise NotFound(f"There is no rule “{code}”.", place=f"/audit/{code}", cure="/audit lists them.")
    return RULES[code]


def _page_number() -> int:
    given = request.args.get("page", "1")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _levels(run: Run) -> list[tuple[str, str, str]]:
    """Levels that a statement has, best first within their scale: name, symbol with word, tone."""
    scales, found = load_scales(), []
    for name in run.counts["census"]["levels"]:
        try:
            level = scales.parse(name)
        except InputError:
            # A level that its scale does not know is a finding; its statements are counted all the same.
            found.append((math.inf, name, name, "none"))
            continue
        found.append((scales.sort_key(level.scale, level.id), name, f"{level.symbol} {level.label}", level.tone))
    return [(name, label, tone) for _, name, label, tone in sorted(found)]
