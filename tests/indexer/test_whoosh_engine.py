"""What is Whoosh's own: a damaged folder is refused and left alone, old indexes go when nobody reads them."""

from __future__ import annotations

import errno
import random
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from whoosh.index import open_dir

from indexer.engine import IndexDocument, Position, Request
from indexer.query import parse
from indexer.tree import Everything
from indexer.whoosh_checks import check_contents, check_segments, sum_of
from indexer.whoosh_engine import WhooshEngine
from indexer.whoosh_writer import Tier
from kb.errors import IndexDamaged, IndexUnavailable, StoreUnavailable

POSITION = Position("store", "fingerprint", 1)


def documents(count: int = 3, first: int = 0) -> Iterator[IndexDocument]:
    numbers = range(first, first + count)
    return (IndexDocument(n, 1, {"text": f"secretword number{n}"}, {}, 0, 0) for n in numbers)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild(documents(), POSITION)
    engine.close()
    return tmp_path / "index"


@pytest.fixture
def engine(path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(path, patience=0.05)
    yield opened
    opened.close()


def contents(path: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in path.rglob("*") if file.is_file() and "lock" not in file.name}


def edit(engine: WhooshEngine, times: int) -> None:
    """Add a document so many times, which merges small segments again and again."""
    for number in range(100, 100 + times):
        engine.apply(documents(1, number), [], POSITION)


def index_of(path: Path) -> Path:
    return path / (path / "current").read_text().strip()


def largest(path: Path, pattern: str) -> Path:
    """Of the files that match, the one that holds the statements."""
    return max(index_of(path).glob(pattern), key=lambda each: each.stat().st_size)


# Whoosh leaves a file it fails to read half open, to be closed by the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("pattern", ["*.toc", "*.seg"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
def test_a_truncated_file_makes_the_index_unavailable_and_nothing_is_touched(
    engine: WhooshEngine, path: Path, pattern: str, kept: float
) -> None:
    torn = largest(path, pattern)
    torn.write_bytes(torn.read_bytes()[: int(torn.stat().st_size * kept)])
    before = contents(path)
    for ask in (
        lambda: engine.search(Request(parse("secretword").tree)),
        lambda: engine.search(Request(Everything())),
        engine.position,
        lambda: list(engine.versions()),
        lambda: engine.apply(documents(1), [], POSITION),
    ):
        with pytest.raises(IndexUnavailable, match="kb index rebuild"):
            ask()
    assert contents(path) == before
    engine.rebuild(documents(5), POSITION)
    assert engine.count(Everything()) == 5


@pytest.mark.parametrize("pattern", ["*.seg", "*.toc", "MAIN_*.sum", "*.toc.sum"])
def test_a_flipped_bit_anywhere_is_damage_and_never_a_wrong_answer(
    engine: WhooshEngine, path: Path, pattern: str
) -> None:
    file = largest(path, pattern)
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << (at % 8)
        file.write_bytes(flipped)
        opened = WhooshEngine(path)
        with pytest.raises(IndexDamaged):
            opened.count(Everything())
        opened.close()
    file.write_bytes(whole)
    assert WhooshEngine(path).count(Everything()) == engine.count(Everything())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_flipped_bit_in_a_large_segment_is_damage_for_whoever_reads_it_and_for_the_check(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.whoosh_checks._SOON_READ", 0)
    monkeypatch.setattr("indexer.whoosh_checks._EDGE", 4096)
    engine = WhooshEngine(path)
    engine.rebuild(documents(300), POSITION)
    file = largest(path, "*.seg")
    whole = file.read_bytes()
    asked = [
        Request(parse(words).tree) for words in ("secretword", "number1 OR number2", '"secretword number1"', "sec*")
    ]
    right = [engine.search(each) for each in asked]
    noticed = 0
    for at in range(0, len(whole), max(1, len(whole) // 30)):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << (at % 8)
        file.write_bytes(flipped)
        opened = WhooshEngine(path)
        try:
            assert [opened.search(each) for each in asked] == right
        except IndexDamaged:
            noticed += 1
            with pytest.raises(IndexDamaged):
                opened.position()
        with pytest.raises(IndexDamaged):
            list(WhooshEngine(path).versions())
        opened.close()
    assert noticed > 8
    file.write_bytes(whole)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_was_damaged_after_it_was_opened_is_not_merged_into_a_good_one(engine: WhooshEngine, path: Path) -> None:
    engine.rebuild(documents(6), POSITION)
    assert engine.count(Everything()) == 6
    file = largest(path, "*.seg")
    whole = file.read_bytes()
    at = whole.index(np.arange(6, dtype="<u4").tobytes())
    file.write_bytes(whole[:at] + b"\1" + whole[at + 1 :])
    with pytest.raises(IndexDamaged):
        edit(engine, 10)
    assert file.exists()


def test_a_commit_that_goes_while_its_sum_is_looked_for_is_gone_and_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_MAIN_7.toc", "_MAIN_7.toc.sum"):
        (tmp_path / name).write_bytes(b"x")

    def next_commit_comes(path: Path) -> tuple[int, int]:
        found = sum_of(path)
        for each in tmp_path.iterdir():
            each.unlink()
        return found

    monkeypatch.setattr("indexer.whoosh_checks.sum_of", next_commit_comes)
    with pytest.raises(FileNotFoundError):
        check_contents(tmp_path, 7)


def test_an_index_written_before_there_were_sums_is_damaged(engine: WhooshEngine, path: Path) -> None:
    for file in index_of(path).glob("*.sum"):
        file.unlink()
    with pytest.raises(IndexDamaged, match="has no checksum"):
        WhooshEngine(path).position()


def test_commits_leave_no_sum_of_what_is_gone(engine: WhooshEngine, path: Path) -> None:
    for number in range(30):
        engine.apply(documents(number + 1), [], POSITION)
    names = {each.name for each in index_of(path).iterdir()}
    sums = {name for name in names if name.endswith(".sum")}
    expected = {f"{name.removesuffix('.seg')}.sum" for name in names if name.endswith((".seg", ".toc"))}
    assert sums == expected


def test_writers_whose_random_numbers_are_alike_name_their_segments_apart(engine: WhooshEngine, path: Path) -> None:
    names = []
    for number in (10, 11):
        random.seed(1)
        engine.apply([IndexDocument(number, 1, {"text": "written"}, {}, 0, 0)], [], POSITION)
        names += [each.name for each in index_of(path).glob("*.seg")]
    assert (engine.count(Everything()), len(names)) == (5, len(set(names)))


@pytest.mark.parametrize("name", ["", "gone", "index-000000000000", "../index", "\udcff"])
def test_a_pointer_to_nothing_makes_the_index_unavailable_and_a_rebuild_cures_it(
    engine: WhooshEngine, path: Path, name: str
) -> None:
    (path / "current").write_bytes(name.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexUnavailable, match="kb index rebuild"):
        engine.position()
    engine.rebuild(documents(1), POSITION)
    assert engine.count(Everything()) == 1


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    engine = WhooshEngine(tmp_path)
    for ask in (engine.position, lambda: engine.rebuild(documents(), POSITION)):
        with pytest.raises(IndexUnavailable, match="nothing in it was touched"):
            ask()
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(engine: WhooshEngine, path: Path) -> None:
    other = WhooshEngine(path)
    with other.update(), pytest.raises(IndexUnavailable, match="another process"):
        engine.apply(documents(1), [], POSITION)
    engine.apply(documents(1), [], POSITION)
    other.close()


def test_an_index_that_is_still_read_is_swept_away_only_when_its_reader_is_gone(
    engine: WhooshEngine, path: Path
) -> None:
    engine.count(Everything())
    other = WhooshEngine(path)
    other.rebuild(documents(1), POSITION)
    assert len(list(path.glob("index-*"))) == 2
    assert engine.count(Everything()) == 1
    other.apply([], [], POSITION)
    assert len(list(path.glob("index-*"))) == 1
    other.close()


def test_what_a_crashed_rebuild_left_is_swept_away(engine: WhooshEngine, path: Path) -> None:
    (path / "index-abandoned").mkdir()
    engine.apply([], [], POSITION)
    assert [each.name for each in path.glob("index-*")] == [index_of(path).name]


def test_the_folders_are_open_to_their_owner_only(path: Path) -> None:
    for folder in (path, index_of(path)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_segments_do_not_pile_up_and_mostly_deleted_ones_are_rewritten(engine: WhooshEngine, path: Path) -> None:
    engine.rebuild(documents(100), POSITION)
    for _ in range(40):
        engine.apply(documents(1), [], POSITION)
    assert len(list(index_of(path).glob("*.seg"))) <= 10
    engine.apply([], range(1, 80), POSITION)
    assert engine.count(Everything()) == 21
    engine.count(parse("number99").tree)
    engine.apply([], [], POSITION)
    assert engine.count(parse("secretword").tree) == 21


def test_of_each_size_there_are_few_segments_and_the_folder_holds_no_others(
    engine: WhooshEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiers = [Tier(2, 1), Tier(6, 3), Tier(20, 5)]
    monkeypatch.setattr("indexer.whoosh_writer.TIERS", tiers)
    monkeypatch.setattr("indexer.whoosh_writer.IN_MEMORY", 6)
    engine.rebuild(documents(200), POSITION)
    sizes: set[int] = set()
    for n in range(120):
        engine.apply([IndexDocument(n % 90, n, {"text": f"edited{n}"}, {}, 0, 0)], [], POSITION)
        segments = open_dir(str(index_of(path)))._read_toc().segments
        live = [each.doc_count() for each in segments]
        sizes |= set(live)
        assert all(sum(size <= tier.documents for size in live) <= tier.most for tier in tiers), live
        assert {f"{each.segment_id()}.seg" for each in segments} == {each.name for each in index_of(path).glob("*.seg")}
    assert max(size for size in sizes if size <= 20) > 6, "all tiers were met"
    assert engine.count(Everything()) == 200
    assert [engine.count(parse(f"edited{n}").tree) for n in (29, 30, 119)] == [0, 1, 1]


def test_a_closed_engine_opens_again_when_asked(engine: WhooshEngine) -> None:
    engine.count(Everything())
    engine.close()
    engine.close()
    assert engine.count(Everything()) == 3


def test_a_check_beside_an_edit_finds_nothing_wrong(
    engine: WhooshEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.whoosh_writer.TIERS", [Tier(2, 1), Tier(32_000, 5)])
    engine.rebuild(documents(20), POSITION)
    engine.apply(documents(1), [], POSITION)
    other = WhooshEngine(path)

    def edited_meanwhile(folder: Path, segments: Iterable[str], whole: bool = False) -> None:
        if whole:
            other.apply(documents(1), [], POSITION)
        check_segments(folder, segments, whole)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("indexer.whoosh_engine.check_segments", edited_meanwhile)
        engine.position()
        assert len(list(engine.versions())) == 20
    assert engine.count(Everything()) == 20
    other.close()


def test_a_fault_of_the_program_does_not_condemn_the_index(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as broken:
        broken.setattr("indexer.whoosh_engine.page", faulty)
        with pytest.raises(IndexUnavailable):
            engine.search(Request(parse("secretword").tree))
    assert engine.search(Request(parse("secretword").tree)).total == 3


def test_commits_that_fail_leave_no_segments_behind(
    engine: WhooshEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {each.name for each in index_of(path).iterdir()}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as cramped:
        cramped.setattr("indexer.whoosh_checks.write_sum", full)
        for _ in range(3):
            with pytest.raises(IndexUnavailable, match="the disk is full"):
                engine.apply(documents(5), [], POSITION)
    assert {each.name for each in index_of(path).iterdir()} == before
    engine.apply(documents(5), [], POSITION)
    assert engine.count(Everything()) == 5


def test_threads_share_a_segments_lists_without_harm(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.leaf._KEPT_LISTS", 2)
    engine.rebuild(documents(40), POSITION)
    trees = [parse(f"number{n}").tree for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(engine.count, trees * 10))
    assert found == [1] * 400


def test_a_first_build_that_fails_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "none yet"
    engine = WhooshEngine(path)

    def breaking() -> Iterator[IndexDocument]:
        yield from documents(3)
        raise StoreUnavailable("the store went away")

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            engine.rebuild(breaking(), POSITION)
    assert list(path.glob("index-*")) == []


def test_want_of_memory_is_no_damage(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object) -> None:
        raise MemoryError("Unable to allocate 2 GiB")

    with monkeypatch.context() as patched:
        patched.setattr("indexer.whoosh_writer.write_segment", too_much)
        with pytest.raises(IndexUnavailable, match="not enough memory"):
            engine.apply(documents(1), [], POSITION)
    assert engine.count(Everything()) == 3
    assert list(engine.versions())


def test_a_sum_that_cannot_be_written_leaves_no_part_of_itself(
    engine: WhooshEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr("indexer.whoosh_checks.to_disk", full)
        with pytest.raises(IndexUnavailable, match="disk is full"):
            engine.apply(documents(1), [], POSITION)
    assert list(path.glob("*/.*.new")) == []
