"""What a folder with everything says of itself: its files with their sums, and what is not in it.

    manifest.json           this
    citations.jsonl         works, each with its standing
    caveats.jsonl           caveats that were written down
    topics.jsonl            topics, and the caveats that they bring along
    articles/N.jsonl        an article's record, then its text in pieces, each with the statements made of it
    statements.jsonl        every statement, drafts and withdrawn ones too, whole, with every grade it was ever given
    waivers.jsonl           findings that somebody accepted
    flags.jsonl             what somebody doubts about a statement, resolved or not
    synonyms.toml           the names of one's own, where there are any

Wherever words of a statement stand, its grade and caveats stand in the same object. The parts are in the order in which
they refer to each other.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import InputError

FORM = "caveat-everything"
VERSION = 1
MANIFEST = "manifest.json"
CITATIONS, CAVEATS, TOPICS = "citations.jsonl", "caveats.jsonl", "topics.jsonl"
STATEMENTS, WAIVERS, FLAGS, SYNONYMS = "statements.jsonl", "waivers.jsonl", "flags.jsonl", "synonyms.toml"
ARTICLE = re.compile(r"articles/[0-9]+\.jsonl")
ALWAYS = (CITATIONS, CAVEATS, TOPICS, STATEMENTS, WAIVERS, FLAGS)
NOT_IN_IT = (
    "The history: a new one begins with the import and names this one’s head. `kb backup` keeps it.",
    "Accounts with their passwords, roles and tokens; raters are there by the names that stand beside their grades.",
    "Audits that were run, and searches that found nothing.",
    "Batches: what came with which import, so that single ones cannot be undone any more.",
    "The search index, which is built from the rest; settings and the secret key.",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in `manifest.json`. `revisions` and `head` are those of the history that is left behind."""

    form: str
    version: int
    made_at: str
    day: str
    statements: int
    revisions: int
    head: str
    files: dict[str, str]
    not_in_it: tuple[str, ...] = NOT_IN_IT

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """What the folder says it holds, every file compared with its sum.

    Raises InputError where it is no such folder, and for a file that is missing, damaged or not named in it.
    """
    file = folder / MANIFEST
    try:
        said = json.loads(file.read_bytes())
        if said["form"] != FORM:
            raise ValueError("it is of another form")
        if said["version"] > VERSION:
            raise InputError("A newer Caveat wrote this folder.", place=str(file), cure="Import it with that version.")
        found = Manifest(**{**said, "not_in_it": tuple(said["not_in_it"])})
        names = set(found.files)
    except OSError as error:
        cure = "Name a folder that `kb export --all` has written."
        raise InputError(f"It cannot be read: {error.strerror}.", place=str(file), cure=cure) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cure = "Export anew; nothing was changed."
        raise InputError(f"This is no list of what was exported: {error}.", place=str(file), cure=cure) from error
    for name in sorted(names | set(ALWAYS)):
        if name not in ALWAYS and name != SYNONYMS and not ARTICLE.fullmatch(name):
            raise InputError(f"It names “{name[:80]}”, which no export has.", place=str(file), cure="Export anew.")
        _prove(folder / name, found.files.get(name))
    for file_ in (folder / SYNONYMS, *folder.glob("articles/*.jsonl")):
        if file_.exists() and file_.relative_to(folder).as_posix() not in names:
            cure = "Take it out, or export anew; nothing was changed."
            raise InputError("This file is not named in the folder’s manifest.", place=str(file_), cure=cure)
    return found


def sum_of(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _prove(file: Path, expected: str | None) -> None:
    try:
        actual = sum_of(file)
    except OSError as error:
        cure = "Bring it back from where the folder was copied; nothing was changed."
        raise InputError(f"A file of the export is missing: {error.strerror}.", place=str(file), cure=cure) from error
    if actual != expected:
        raise InputError(
            "This file is not what was exported: its SHA-256 is another one.",
            place=str(file),
            cure="Copy it again from where it came; nothing was changed.",
        )
