"""Works as a row names them, where it does so by an identifier or a whole record and not by a citation's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IDENTIFIERS = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}
"""The kinds by which a work is known everywhere, and what CSL-JSON calls them."""
KEY = "key"
"""The kind of a name that is the key of a known citation."""


@dataclass(frozen=True, slots=True)
class NamedWork:
    """An identifier of a kind (pmid, doi, pmcid, key, or a name of one's own), with a title where the row has one."""

    kind: str
    value: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedWork:
    """A whole CSL-JSON record, as an export of Caveat carries it."""

    csl: Mapping[str, Any]


Work = NamedWork | RecordedWork
