"""A large file of new statements, read, checked and sealed by a second process while the first one writes.

The second process only reads the store, as it was before the import, and sends what is to be written; so both cores
work. It takes files of origins of which the store has nothing yet: what would be an update is left to the ordinary way.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from kb.curate import By
from kb.errors import CaveatError, InputError
from kb.ingest.drafts import StatementDraft
from kb.ingest.kind import BatchMark, Compared, Lined
from kb.ingest.reading import Outcome, Reading
from kb.ingest.sources import source_of
from kb.ingest.statement_rows import Prepared, prepared
from kb.ingest.statements import StatementImport
from kb.store import Store, connect

# A smaller file is done before a second process is ready.
WORTH_IT = 8 * 1024 * 1024
BEGIN = f"import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from {__name__} import main; main()"


@dataclass(frozen=True, slots=True)
class Task:
    """What the second process needs to know."""

    url: str
    path: Path
    mapping: str | None
    origin: str | None
    article: str | None
    keep_going: bool
    batch: int
    by: By


class NotNew(Exception):
    """The file holds statements of an origin that the store knows already."""


@dataclass(frozen=True, slots=True)
class Read:
    """So many rows were read; `rows` are those of them that are to be written."""

    count: int
    rows: Prepared | None


class Preparing(StatementImport):
    """Statements that are prepared and not written; `send` takes the rows."""

    send: Callable[[Prepared], None]

    def compare(self, chunk: Sequence[Lined[StatementDraft]]) -> list[Compared[StatementDraft]]:
        if any(self._known.has_origin(origin) for origin in {lined.draft.origin for lined in chunk}):
            raise NotNew
        return super().compare(chunk)

    def create(self, drafts: Sequence[StatementDraft], batch: BatchMark, state: str = "published") -> None:
        self.send(prepared(drafts, self._known, batch, state))


@contextmanager
def read_ahead(task: Task) -> Iterator[Iterator[Read | Outcome]]:
    """What the second process sends: a `Read` for each chunk, and the outcome last.

    Raises NotNew, and InputError where the file cannot be read. The process ends with the block, however that is left.
    """
    with subprocess.Popen([sys.executable, "-c", BEGIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(sys.path, process.stdin)
            pickle.dump(task, process.stdin)
            process.stdin.close()
            yield _received(process.stdout)
        finally:
            process.kill()


def _received(stream: IO[bytes]) -> Iterator[Read | Outcome]:
    while True:
        try:
            said = pickle.load(stream)
        except (EOFError, pickle.UnpicklingError) as error:
            raise InputError(
                "The process that reads the file has ended.",
                place="import",
                cure="Look whether there is enough memory, then import again; nothing was kept.",
            ) from error
        if isinstance(said, Exception):
            raise said
        yield said


def url_of(session: Session) -> str:
    """The address of a session's store, with its password."""
    return session.connection().engine.url.render_as_string(hide_password=False)


def main() -> None:
    """In the second process: read the file, and send what is to be written."""
    # Ctrl-C is for the first process, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    task: Task = pickle.load(sys.stdin.buffer)
    out = sys.stdout.buffer
    try:
        _send(task, out)
        out.flush()
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(1)


def _send(task: Task, out: IO[bytes]) -> None:
    try:
        store = Store(connect(task.url), b"")
        try:
            with store.reading() as session:
                kind = Preparing(session, source_of(task.path, task.mapping), task.by.actor, task.origin, task.article)
                waiting: list[Prepared] = []
                kind.send = waiting.append

                def progress(count: int) -> None:
                    pickle.dump(Read(count, waiting.pop() if waiting else None), out, pickle.HIGHEST_PROTOCOL)

                mark = BatchMark(task.batch, task.by)
                said: object = Reading(kind, mark, task.keep_going, progress=progress).outcome()
        finally:
            store.close()
    except CaveatError as error:
        said = InputError(error.message, place=error.place, cure=error.cure)
    except NotNew as error:
        said = error
    pickle.dump(said, out)
