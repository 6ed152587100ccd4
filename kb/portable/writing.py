"""`kb export --all`: everything into a new folder, made beside it and switched in last: it is there whole, or not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import InputError
from kb.history import stored_head
from kb.model import Statement
from kb.portable import manifest
from kb.portable.lines import (
    Line,
    article_ids,
    article_lines,
    caveat_lines,
    citation_lines,
    flag_lines,
    statement_lines,
    topic_lines,
    waiver_lines,
)
from kb.portable.manifest import FORM, MANIFEST, SYNONYMS, VERSION, Manifest

BLOCK = 1 << 20


def export_all(session: Session, home: Path, folder: Path, at: datetime) -> Manifest:
    """Write everything that `session` sees into `folder`, which must not exist; its owner alone can read it.

    Statements stand as on the day of `at`. Raises InputError where the folder exists or cannot be written.
    """
    there = InputError("There is such a folder already.", place=str(folder), cure="Name a new one.")
    if folder.exists() or folder.is_symlink():
        raise there
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
        try:
            made = _written(session, home, beside, at)
            # A folder that came into being meanwhile is replaced only if it is empty.
            beside.rename(folder)
            _to_disk(folder.absolute().parent)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except FileExistsError as error:
        raise there from error
    except OSError as error:
        cure = "Name another place, with more room."
        raise InputError(f"The export cannot be written: {error.strerror}.", place=str(folder), cure=cure) from error
    return made


def _written(session: Session, home: Path, folder: Path, at: datetime) -> Manifest:
    (folder / "articles").mkdir(mode=0o700)
    files = {name: _write(folder / name, lines) for name, lines in _parts(session, at.date())}
    own = home / SYNONYMS
    if own.exists():
        files[SYNONYMS] = _copy(own, folder / SYNONYMS)
    head = stored_head(session)
    made = Manifest(
        form=FORM,
        version=VERSION,
        made_at=at.isoformat(timespec="seconds"),
        day=at.date().isoformat(),
        statements=session.scalar(select(func.count()).select_from(Statement)) or 0,
        revisions=head.count if head else 0,
        head=head.hash if head else "",
        files=dict(sorted(files.items())),
    )
    _copied(made.to_json().encode(), folder / MANIFEST)
    for each in (folder / "articles", folder):
        _to_disk(each)
    return made


def _parts(session: Session, day: date) -> Iterator[tuple[str, Iterable[Line]]]:
    yield manifest.CITATIONS, citation_lines(session)
    yield manifest.CAVEATS, caveat_lines(session)
    yield manifest.TOPICS, topic_lines(session)
    for id_ in article_ids(session):
        yield f"articles/{id_}.jsonl", article_lines(session, id_, day)
    yield manifest.STATEMENTS, statement_lines(session, day)
    yield manifest.WAIVERS, waiver_lines(session)
    yield manifest.FLAGS, flag_lines(session)


def _write(file: Path, lines: Iterable[Line]) -> str:
    """Write the lines; the sum of what was written."""
    running = hashlib.sha256()
    with _new(file) as descriptor:
        for line in lines:
            # Half a surrogate pair, which some databases keep, is told by its number.
            text = json.dumps(line, ensure_ascii=False) + "\n"
            block = text.encode(errors="backslashreplace")
            running.update(block)
            descriptor.write(block)
        descriptor.flush()
        os.fsync(descriptor.fileno())
    return running.hexdigest()


def _copy(source: Path, target: Path) -> str:
    content = source.read_bytes()
    _copied(content, target)
    return hashlib.sha256(content).hexdigest()


def _copied(content: bytes, target: Path) -> None:
    with _new(target) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _new(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", BLOCK)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
