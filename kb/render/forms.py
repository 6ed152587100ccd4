"""The forms in which a list of statements leaves as a file: how it ends, what it is called, and its lines.

A list of the works that statements cite holds no statement's words; each work says whether it still stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.graded import GradedStatement
from kb.render.csl import csl_lines
from kb.render.csv import csv_lines
from kb.render.fhir import fhir_lines
from kb.render.json import as_json
from kb.render.ris import ris_lines
from kb.render.work_words import works_of


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `of_works`: it holds the works that the statements cite, each once, and not the statements."""

    name: str
    ending: str
    content_type: str
    label: str
    lines: Callable[[Iterable[GradedStatement]], Iterator[str]]
    of_works: bool = False


def jsonl_lines(statements: Iterable[GradedStatement]) -> Iterator[str]:
    """One statement a line."""
    for each in statements:
        yield json.dumps(as_json(each), ensure_ascii=False) + "\n"


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("csv", "csv", "text/csv; charset=utf-8", "CSV", csv_lines),
        Form("jsonl", "jsonl", "application/x-ndjson; charset=utf-8", "JSONL", jsonl_lines),
        Form("fhir", "fhir.ndjson", "application/fhir+ndjson; charset=utf-8", "FHIR R5", fhir_lines),
        Form(
            "ris",
            "ris",
            "application/x-research-info-systems; charset=utf-8",
            "RIS",
            lambda statements: ris_lines(works_of(statements)),
            of_works=True,
        ),
        Form(
            "csl",
            "csl.json",
            "application/vnd.citationstyles.csl+json; charset=utf-8",
            "CSL-JSON",
            lambda statements: csl_lines(works_of(statements)),
            of_works=True,
        ),
    )
}
