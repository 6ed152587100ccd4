"""What a dry run or an import found, in the words of the page: no option of the command, no place on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kb.errors import CaveatError, Problem
from web.uploads import MAPPING_FILE, Upload

SHOWN_PROBLEMS = 100
# What the command says of its options, in the words of the form.
IN_THE_FORM = {
    "Name a mapping: --map civic, or a file of your own.": "Choose a mapping, or write one.",
    "For an article, add --as article.": "For an article, choose that in the form.",
    "Add --title “…”.": "Write it into the form.",
    "Correct it, then: kb import": "Correct it, then check",
    " --map THIS-FILE": "",
    "--withdraw-missing": "Withdraw what is missing",
    "--keep-going": "Take the good rows",
    "--map": "Mapping",
    "--as": "What it holds",
    "`kb batches` lists them.": "The list names all there are.",
}
NOTHING_KNOWN: Mapping[str, Any] = {
    **dict.fromkeys(("new", "changed", "unchanged", "missing", "rejected", "possible_duplicates", "problem_count"), 0),
    "changes": {},
    "problems": [],
    "rejected_rows": None,
}
"""The report of an import of which only the batch is known."""


def in_form(text: str) -> str:
    """What a message says of the command's options, in the words of the form."""
    for option, words in IN_THE_FORM.items():
        text = text.replace(option, words)
    return text


def told(path: Path, upload: Upload, said: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    """A report as it is kept and shown, with the first of its problems and their number; `path` is the file's."""
    first = [
        {**asdict(each), "file": upload.name, "message": _words(path, upload, each.message), "cure": in_form(each.cure)}
        for each in problems[:SHOWN_PROBLEMS]
    ]
    rejected = said.get("rejected_rows")
    rejected = os.path.basename(rejected) if rejected else None
    return {**said, "problems": first, "problem_count": len(problems), "rejected_rows": rejected}


def told_error(path: Path, upload: Upload, error: CaveatError) -> dict[str, str]:
    """What an error says."""
    parts = {"message": error.message, "place": error.place, "cure": error.cure}
    return {name: _words(path, upload, text) for name, text in parts.items()}


def _words(path: Path, upload: Upload, text: str) -> str:
    for here, shown in ((path, upload.name), (path.parent.with_name(MAPPING_FILE), "Mapping")):
        text = text.replace(str(here), shown)
    return in_form(text)
