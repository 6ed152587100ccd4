"""The embedded search engine: one folder, no server. Whoosh keeps the index; matching and counting are
NumPy's.

Below it: `whoosh_folder` (which index counts, locks), `whoosh_writer` (commits), `whoosh_snapshot` (one commit as
arrays), `vector` (query trees), `ranking`, `facets`. Above it: `indexer.sync`, which decides what to write. When the
index is damaged every call raises IndexUnavailable and nothing on disk is touched; a rebuild makes a new one beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex, open_dir

from indexer.array_file import DamagedArrays
from indexer.clock import Clock
from indexer.crossing import crossed
from indexer.engine import Answer, IndexDocument, Pieced, Position, Request
from indexer.facets import narrowed
from indexer.ranking import page
from indexer.table import Table, TableRequest
from indexer.tree import Tree
from indexer.vector import Matching
from indexer.whoosh_checks import Altered, check_contents, check_segments, newest
from indexer.whoosh_folder import REBUILD, Held, IndexFolder, damage_is_unavailability
from indexer.whoosh_schema import FINGERPRINT, schema
from indexer.whoosh_snapshot import Snapshot
from indexer.whoosh_spelling import nearest
from indexer.whoosh_writer import WhooshUpdate, is_worn, write_new
from kb.errors import IndexDamaged, IndexUnavailable

_COUNT_SECONDS = 0.25
_ATTEMPTS = 5


class WhooshEngine:
    """A SearchEngine (see `indexer.engine`) in a folder. `patience`: seconds to wait for another writer."""

    def __init__(self, path: Path, patience: float = 30.0) -> None:
        self._folder = IndexFolder(path, patience)
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._checked: set[str] = set()
        self._damaged: Path | None = None

    @property
    def fingerprint(self) -> str:
        """What an index written by this program has as its position's fingerprint."""
        return FINGERPRINT

    def position(self) -> Position | None:
        """How far the index has read; None where there is none yet."""
        if self._folder.current() is None:
            return None
        with self._reading() as snapshot:
            return snapshot.position

    @contextmanager
    def update(self) -> Iterator[WhooshUpdate]:
        """Take the write lock; what is applied inside is committed apply by apply."""
        self._current()
        with self._folder.writing():
            with self._reading() as snapshot:  # opened only now: a rebuild may have switched while we waited
                writer = WhooshUpdate(snapshot.folder, snapshot.index, snapshot.position, snapshot.arrays)
            try:
                yield writer
            except IndexDamaged as error:
                self._remember(snapshot.folder, error)
                raise
            self._folder.sweep()

    def apply(self, upserts: Iterable[IndexDocument], removals: Iterable[int], position: Position) -> None:
        """One `update()` with one `apply`."""
        with self.update() as update:
            update.apply(upserts, removals, position)

    def rebuild(self, documents: Iterable[IndexDocument] | Pieced, position: Position) -> None:
        """Build beside the present index and switch last; readers go on with the old one until then."""
        self._folder.prepare()
        with self._folder.writing():
            held = self._folder.create()
        try:
            write_new(held.folder, documents, position)
            with self._folder.writing():
                self._folder.switch(held.folder)
        except BaseException:
            self._folder.discard(held)
            raise
        held.release()
        with self._folder.writing():
            self._folder.sweep()

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Keep other processes from building an index in this folder at the same time."""
        self._folder.prepare()
        with self._folder.rebuilding():
            yield

    def search(self, request: Request) -> Answer:
        """The page that was asked for."""
        with self._reading() as snapshot, damage_is_unavailability(snapshot.folder):
            # What a new commit takes to open is not the query's time: else the first search after it would find less.
            clock = Clock(request.time_limit)
            leaves = snapshot.leaves
            matching = Matching(snapshot, clock, request.most_expansions)
            found = matching.found(request.tree)
            hits, facets, sizes = narrowed(
                leaves, found.documents, request.selected, request.facets, request.most_values
            )
            ids, scores = page(leaves, matching, request.tree, found, hits, request.sort, request.offset, request.limit)
            notes = list(matching.notes)
            if clock.cut:
                notes.append(f"{_stopped(request.time_limit)}: hits may be missing, and the order is rough.")
            return Answer(
                ids=tuple(ids.tolist()),
                scores=tuple(scores.tolist()),
                total=sum(map(len, hits)),
                facets=facets,
                position=snapshot.position,
                complete=not notes,
                notes=tuple(notes),
                facet_sizes=sizes,
            )

    def table(self, request: TableRequest) -> Table:
        """Two facets against each other, over all hits."""
        with self._reading() as snapshot, damage_is_unavailability(snapshot.folder):
            clock = Clock(request.time_limit)
            matching = Matching(snapshot, clock)
            found = matching.found(request.tree).documents
            notes = [*matching.notes, *([f"{_stopped(request.time_limit)}: hits may be missing."] if clock.cut else ())]
            counted = crossed(snapshot.leaves, found, request, snapshot.position.seq)
            return replace(counted, complete=not notes, notes=tuple(notes))

    def count(self, tree: Tree) -> int:
        """How many statements match, as far as they can be counted quickly."""
        with self._reading() as snapshot, damage_is_unavailability(snapshot.folder):
            return sum(map(len, Matching(snapshot, Clock(_COUNT_SECONDS)).found(tree).documents))

    def suggest(self, surface: str, limit: int = 5) -> list[str]:
        """Known words near this one."""
        with self._reading() as snapshot:
            return nearest(snapshot, surface, limit)

    def versions(self) -> Iterator[tuple[int, int]]:
        """Every document's id and version, after all segments were compared with their checksums."""
        with self._reading() as snapshot:
            with damage_is_unavailability(snapshot.folder):
                self._check_whole(snapshot)
            return iter(list(snapshot.versions()))

    def is_worn(self) -> bool:
        """Whether so many edits have passed that a new index would be better."""
        with self._reading() as snapshot:
            return is_worn([(leaf.live_count, len(leaf.dead)) for leaf in snapshot.leaves])

    def close(self) -> None:
        """Let go of the files; a search that is running keeps them until it is done."""
        with self._lock:
            self._retire()

    @staticmethod
    def _check_whole(snapshot: Snapshot) -> None:
        for segment_id in snapshot.arrays:
            try:
                check_segments(snapshot.folder, [segment_id], whole=True)
            except (FileNotFoundError, Altered):
                # A newer commit has merged it into another one, and compared it then.
                if snapshot.index.latest_generation() == snapshot.generation:
                    raise

    def _current(self) -> Path:
        folder = self._folder.current()
        if folder is None:
            raise IndexUnavailable("there is no search index yet.", place=str(self._folder.path), cure=REBUILD)
        return folder

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest commit, kept open for as long as it is used."""
        with self._lock:
            snapshot = self._newest()
            snapshot.users += 1
        try:
            yield snapshot
        except IndexDamaged as error:
            self._remember(snapshot.folder, error)
            raise
        finally:
            with self._lock:
                snapshot.users -= 1
                if snapshot.retired and not snapshot.users:
                    snapshot.close()

    def _remember(self, folder: Path, error: IndexDamaged) -> None:
        """Whoever keeps the index must hear of damage that was met on the way, in what is not read when it is opened.

        What else went wrong, in memory or in the program, a new index would not mend.
        """
        if isinstance(error.__cause__, DamagedArrays | Altered):
            self._damaged = folder

    def _newest(self) -> Snapshot:
        """The snapshot at hand unless something was committed or another index switched in since."""
        for attempt in range(_ATTEMPTS):
            folder = self._current()
            if folder == self._damaged:
                raise IndexDamaged("a part of it is not what was written.", place=str(folder), cure=REBUILD)
            try:
                with damage_is_unavailability(folder):
                    return self._opened(folder)
            except IndexUnavailable as error:
                # The folder may have been replaced and swept away between reading the pointer and opening it, and a
                # commit's files removed by the next one between reading its number and opening them.
                gone = isinstance(error.__cause__, FileNotFoundError)
                if attempt == _ATTEMPTS - 1 or (self._folder.current() == folder and not gone):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _opened(self, folder: Path) -> Snapshot:
        at_hand = self._snapshot
        index: FileIndex | None = None
        if at_hand is not None and at_hand.folder == folder:
            index = at_hand.index
            if index.latest_generation() == at_hand.generation:
                return at_hand
        held = Held(folder)
        try:
            check_contents(folder, newest(folder))  # before Whoosh unpickles it
            index = index or open_dir(str(folder), schema=schema())
            reader = self._checked_reader(folder, index)
            known = at_hand.arrays if at_hand is not None and at_hand.folder == folder else {}
            opened = Snapshot(held, index, reader, known)
        except BaseException:
            held.release()
            raise
        self._retire()
        self._snapshot = opened
        return opened

    def _checked_reader(self, folder: Path, index: FileIndex) -> Any:
        """The newest commit, opened after its files were compared with their sums. Raises Altered.

        OSError where it was replaced meanwhile: `_newest` tries again.
        """
        while True:
            generation = index.latest_generation()  # type: ignore[no-untyped-call]
            check_contents(folder, generation)
            contents: Any = index._read_toc()  # type: ignore[no-untyped-call]
            segments = {segment.segment_id() for segment in contents.segments}
            try:
                check_segments(folder, segments - self._checked)
            except Altered:
                if index.latest_generation() == generation:  # type: ignore[no-untyped-call]
                    raise
                continue  # its files are being removed, because the next commit was made
            reader: Any = index.reader()  # type: ignore[no-untyped-call]
            if reader.generation() == contents.generation == generation:
                self._checked = segments
                return reader
            reader.close()  # somebody committed in between

    def _retire(self) -> None:
        old, self._snapshot = self._snapshot, None
        if old is not None:
            old.retired = True
            if not old.users:
                old.close()


def _stopped(seconds: float) -> str:
    return f"The search was stopped after {seconds:g} s"
