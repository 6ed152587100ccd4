"""The work that a curator means by a DOI, a PMID, a PMCID or a title: found among the known citations, or made known.

Nothing is asked of any network. A citation that is made from what somebody typed says which of its parts nobody has
compared with the work; those that were compared must be named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kb.content import citation_content
from kb.curate import By
from kb.errors import Conflict, InputError
from kb.history import Act, append, hashed
from kb.identifiers import KINDS, Identifier, parse
from kb.ingest.citations import columns_of
from kb.ingest.drafts import CitationDraft
from kb.ingest.references.same_work import folded
from kb.loading import citation_record
from kb.model import Citation
from kb.records import CitationRecord

# In this order: eight digits alone are a PMID.
READ = ("doi", "pmcid", "pmid")
MOST = 8
LONGEST_TITLE = 2_000
PARTS = ("title", "author", "journal", "year")
"""What can be typed beside an identifier, and compared with the work."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody typed to name a work: an identifier, or else a title."""

    identifier: Identifier | None
    title: str


@dataclass(frozen=True, slots=True)
class NewWork:
    """A work nobody knew here, as it was typed; `compared` names the parts that were compared with the work itself."""

    meant: Meant
    title: str = ""
    author: str = ""
    journal: str = ""
    year: str = ""
    compared: frozenset[str] = field(default_factory=frozenset)


def meant(text: str) -> Meant:
    """Read what was typed. Raises InputError for nothing, and for what looks like an identifier and is none."""
    text = " ".join(text.split())
    if not text:
        raise InputError("No work was named.", place="work", cure="Give its DOI, PMID, PMCID or title.")
    for kind in READ:
        try:
            return Meant(parse(kind, text), "")
        except InputError:
            continue
    if re.match(r"(?:https?://|doi:|pmid:|pmcid:|10\.[0-9]{4,}/)", text, re.IGNORECASE) or text.isdigit():
        looks = "; ".join(f"a {kind.upper()} like {KINDS[kind].example}" for kind in READ)
        raise InputError(f"“{text[:200]}” names no work here.", place="work", cure=f"Give {looks}; or the title.")
    if len(text) > LONGEST_TITLE:
        raise InputError("The title is too long.", place="work", cure=f"Use at most {LONGEST_TITLE} characters.")
    return Meant(None, text)


def known(session: Session, wanted: Meant) -> list[CitationRecord]:
    """The citations that are this work: by its identifier, or by exactly this title, case and blanks aside."""
    if wanted.identifier is not None:
        column = {"doi": Citation.doi, "pmid": Citation.pmid, "pmcid": Citation.pmcid}[wanted.identifier.kind]
        query = select(Citation).where(column == wanted.identifier.value)
    else:
        # Both sides are folded by the database: one knows the case of ASCII alone, another that of all letters.
        same = func.lower(Citation.title) == func.lower(wanted.title)
        query = select(Citation).where(or_(Citation.title == wanted.title, same))
    return [citation_record(row) for row in session.scalars(query.order_by(Citation.id).limit(MOST))]


def make(session: Session, work: NewWork, by: By) -> str:
    """Make a citation of what was typed; its key. Raises InputError for a bad year or an unknown part to compare.

    Raises Conflict where such a work is known already.
    """
    if already := known(session, work.meant) or _by_title(session, work):
        raise Conflict(f"This work is known already, as citation {already[0].id}.", cure="Choose it from the list.")
    if unknown := sorted(work.compared - {*PARTS, "identifier"}):
        raise InputError(f"“{unknown[0]}” is no part of a citation.", place="compared", cure="Leave it out.")
    try:
        draft = CitationDraft.model_validate(_csl(session, work))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"The citation cannot be kept: {first['msg']}.", place="work", cure="Correct it.") from error
    row = Citation(**columns_of(draft), standing="ok")
    told = hashed(citation_content(row))
    row.content_hash = told["content_hash"]
    session.add(row)
    session.flush()
    append(session, [Act("create", f"citation:{row.id}", None, told, by.reason)], by.actor, by.at)
    return row.key


def _by_title(session: Session, work: NewWork) -> list[CitationRecord]:
    """Where a title stands beside an identifier, a work of that title that has no identifier of this kind."""
    if work.meant.identifier is None or not work.title:
        return []
    kind = work.meant.identifier.kind
    return [
        each for each in known(session, Meant(None, " ".join(work.title.split()))) if not each.csl.get(kind.upper())
    ]


def _csl(session: Session, work: NewWork) -> Mapping[str, Any]:
    """The record in CSL-JSON, with what of it nobody has compared."""
    identifier = work.meant.identifier
    title = " ".join((work.title or work.meant.title).split())
    parts: dict[str, Any] = {}
    unchecked = [name for name in ("title", "author") if name not in work.compared or not getattr(work, name, "")]
    if work.meant.title and "title" in work.compared:
        unchecked = [name for name in unchecked if name != "title"]
    if title:
        parts["title"] = title
    if author := " ".join(work.author.split()):
        parts["author"] = [_named(name) for name in author.split(";") if name.strip(" ,")]
    if journal := " ".join(work.journal.split()):
        parts["container-title"] = journal
        unchecked += [] if "journal" in work.compared else ["journal"]
    if year := work.year.strip():
        if not re.fullmatch(r"[0-9]{4}", year):
            raise InputError(f"“{year[:20]}” is no year.", place="year", cure="Write four digits, such as 2024.")
        parts["issued"] = {"date-parts": [[int(year)]]}
        unchecked += [] if "year" in work.compared else ["year"]
    if identifier is not None:
        parts[identifier.kind.upper()] = identifier.value
        unchecked += [] if "identifier" in work.compared else [identifier.kind.upper()]
    key = f"{identifier.kind}:{identifier.value}"[:200] if identifier is not None else _title_key(session, title)
    kind = "article-journal" if journal else "document"
    return {"id": key, "type": kind, **parts, "custom": {"unchecked_fields": unchecked}}


def _named(name: str) -> dict[str, str]:
    """A person as `family, given`; a name without a comma, or with several, is kept as it was typed."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family and given and "," not in given:
        return {"family": family, "given": given}
    return {"literal": name.strip()}


def _title_key(session: Session, title: str) -> str:
    """A key made of the title's first words; numbered where another title begins so."""
    stem = "title:" + "-".join(folded(title).split())[:80].strip("-")
    for number in count(1):
        name = stem if number == 1 else f"{stem}-{number}"
        if session.scalar(select(Citation.id).where(Citation.key == name)) is None:
            return name
    raise AssertionError("numbers do not end")
