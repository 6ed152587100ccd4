"""Small stores for the tests of the audit's rules, filled through `kb.ingest`, and what one rule finds in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kb.audit.findings import Finding, findings
from kb.audit.rule import Scope
from kb.audit.rules import RULES
from kb.audit.run import audit
from kb.curate import By
from kb.ingest.batch import Order, import_file
from kb.model import Statement
from kb.store import Store, create_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = NOW.date()
ORIGIN = "rules"


def someone(reason: str = "for a test", actor: str = "a tester", at: datetime = NOW) -> By:
    """Who does something, why and when."""
    return By(actor, reason, at)


def statement(key: str, text: str = "", **fields: Any) -> dict[str, Any]:
    """A statement in the native form: published, of efficacy and ungraded where nothing else is said."""
    words = text or f"Statement {key} says something."
    return {"origin": ORIGIN, "key": key, "text": words, "type": "efficacy", **fields}


def graded(level: str, **fields: Any) -> dict[str, Any]:
    """A grade in the native form, on GRADE's scale, with a rationale."""
    return {
        "scale": "grade",
        "level": level,
        "direction": "supports",
        "rationale": "Two trials, read in full.",
        "rater": "A. Rater",
        "made_on": "2026-11-01",
        **fields,
    }


def profile(start: str, *steps: tuple[str, int, str], start_reason: str = "as designed") -> dict[str, Any]:
    """A profile in the native form; a step is (domain, step, reason)."""
    domains = [{"domain": domain, "step": step, "reason": reason} for domain, step, reason in steps]
    return {"start": start, "start_reason": start_reason, "domains": domains}


def slot(citation: str | None, stance: str | None = "supports", note: str = "") -> dict[str, Any]:
    """A citation slot in the native form; without a citation it is empty."""
    return {"citation": citation, "stance": stance if citation else None, "note": note or "wanted: a trial"}


def work(key: str, design: str = "randomised controlled trial", **fields: Any) -> dict[str, Any]:
    """A citation in CSL-JSON, of a study design."""
    custom = {"study_design": design, **fields.pop("custom", {})}
    return {"id": key, "type": "article-journal", "title": f"The work {key}", "custom": custom, **fields}


def filled(
    folder: Path,
    statements: Sequence[Mapping[str, Any]],
    works: Sequence[Mapping[str, Any]] = (),
    caveats: Sequence[Mapping[str, Any]] = (),
) -> Store:
    """A new store in `folder` that holds these; the caller closes it."""
    store = create_store(f"sqlite:///{folder / 'store.sqlite3'}", b"a key for tests")
    if works:
        bring(store, folder / "works.json", json.dumps(works), "citations")
    if caveats:
        bring(store, folder / "caveats.json", json.dumps(caveats), "caveats")
    if statements:
        bring(store, folder / "statements.jsonl", "".join(json.dumps(row) + "\n" for row in statements), "statements")
    return store


def bring(store: Store, path: Path, content: str, kind: str, by: By | None = None) -> None:
    """Write a file and import it; what is rejected raises."""
    path.write_text(content, encoding="utf-8")
    with store.writing() as session:
        import_file(session, Order(path, kind), by or someone("to be audited"))


def ids(store: Store, origin: str = ORIGIN) -> dict[str, int]:
    """The numbers of the statements of an origin, by key."""
    with store.reading() as session:
        return dict(session.execute(select(Statement.key, Statement.id).where(Statement.origin == origin)).all())


def all_found(store: Store, code: str, day: date = DAY, origin: str | None = None) -> list[Finding]:
    """What one rule finds, gravest first. Fails where the rule crashed."""
    with store.reading() as session:
        scope = Scope(day, origin)
        results = audit(session, scope, [RULES[code]]).results
        crashes = [crash for result in results for crash in result.crashes]
        assert not crashes, crashes
        return [each for result in results for each in findings(session, result, scope)]


def found(store: Store, code: str, day: date = DAY) -> dict[str, str]:
    """The message that one rule has on each statement, by the statement's key; what is about none, by its place."""
    return {
        each.place if each.statement is None else each.statement.key: each.message
        for each in all_found(store, code, day)
    }


def keys(findings: Iterable[Finding]) -> list[str]:
    """The keys of the statements found, in order."""
    return [each.statement.key for each in findings if each.statement is not None]
