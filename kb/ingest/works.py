"""Works that rows name by an identifier or a whole record: found among the known citations, or made known.

A citation that is made from an identifier alone says so: its parts are unchecked until somebody compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InputError
from kb.identifiers import parse
from kb.ingest.citations import columns_of, insert_citations
from kb.ingest.drafts import CitationDraft
from kb.ingest.kind import BatchMark, Misfit
from kb.ingest.named import IDENTIFIERS, KEY, NamedWork, RecordedWork, Work
from kb.model import Citation
from kb.records import CHUNK

UNSEEN = ["title", "author"]


class Works:
    """The works that one import names. `ids` are the citations of the store by key, and grow."""

    def __init__(self, session: Session, ids: dict[str, int]) -> None:
        self._session = session
        self.ids = ids
        self._new: dict[str, CitationDraft] = {}
        self._made: dict[tuple[str, str], str] = {}
        self._named: dict[tuple[str, str], str] = {}

    def knows(self, key: str) -> bool:
        """Whether there is such a citation, or will be."""
        return key in self.ids or key in self._new

    def key_of(self, work: Work) -> str:
        """The key of the citation for a work; raises Misfit for an identifier that is none."""
        return self._of_record(work) if isinstance(work, RecordedWork) else self._of_identifier(work)

    def unwritten(self, keys: Collection[str]) -> list[CitationDraft]:
        """Those of these citations that this import has made known."""
        missing = set(keys).difference(self.ids)
        return [self._new[key] for key in dict.fromkeys(keys) if key in missing and key in self._new] if missing else []

    def write(self, works: Sequence[CitationDraft], batch: BatchMark) -> None:
        """Write those of these citations that are not in the store yet."""
        missing = [draft for draft in works if draft.id not in self.ids]
        if not missing:
            return
        insert_citations(self._session, missing, batch)
        names = [draft.id for draft in missing]
        for at in range(0, len(names), CHUNK):
            found = select(Citation.key, Citation.id).where(Citation.key.in_(names[at : at + CHUNK]))
            self.ids.update(dict(self._session.execute(found).all()))

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        """The keys of the store's citations by kind and value of each identifier."""
        found = {}
        for key, *values in self._session.execute(
            select(Citation.key, Citation.doi, Citation.pmid, Citation.pmcid).order_by(Citation.id.desc())
        ):
            found.update({(kind, value): key for kind, value in zip(IDENTIFIERS, values, strict=True) if value})
        return found

    def _of_identifier(self, work: NamedWork) -> str:
        kind, value = work.kind.casefold(), work.value
        if (known := self._named.get((kind, value))) is not None:
            return known
        key = self._named[kind, value] = self._found(kind, value, work.title)
        return key

    def _found(self, kind: str, value: str, called: str | None) -> str:
        if kind == KEY:
            # Whether it is known is judged where all keys are.
            return value
        csl: dict[str, Any] = {}
        if kind not in IDENTIFIERS:
            if not kind:
                raise Misfit("slots", value, "identifier", "The kind of identifier is missing.", "Say which it is.")
            key = f"{kind}:{value}"[:200]
        else:
            value = _read(kind, value)
            if (known := self._known.get((kind, value)) or self._made.get((kind, value))) is not None:
                return known
            key, csl = f"{kind}:{value}"[:200], {IDENTIFIERS[kind]: value}
            self._made[kind, value] = key
        if not self.knows(key):
            title = {"title": called} if called else {}
            record = {"id": key, "type": "document", **title, **csl}
            unseen = {"custom": {"unchecked_fields": [*UNSEEN, *csl]}}
            self._new[key] = CitationDraft.model_validate({**record, **unseen})
        return key

    def _of_record(self, work: RecordedWork) -> str:
        csl = dict(work.csl)
        key = str(csl.get("id", ""))
        if self.knows(key):
            return key
        for kind, name in IDENTIFIERS.items():
            if csl.get(name) and (known := self._known.get((kind, _read(kind, str(csl[name]))))) is not None:
                return known
        try:
            self._new[key] = CitationDraft.model_validate(csl)
            columns_of(self._new[key])
        except (ValueError, InputError) as error:
            self._new.pop(key, None)
            raise Misfit(
                "slots", key, "citation", "The citation cannot be read.", "Import the citations first."
            ) from error
        return key


def _read(kind: str, value: str) -> str:
    try:
        return parse(kind, value).value
    except InputError as error:
        raise Misfit("slots", value, "identifier", error.message, error.cure) from error
