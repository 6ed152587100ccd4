"""A file that a second process reads ahead comes out exactly as one that is read by one process alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.curate import By
from kb.errors import CaveatError, InputError, RejectedRows
from kb.ingest import ahead, batch
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.store import Store, open_store
from kb.verify import faults

HEADER = "origin,key,text,type,grade,direction,rationale,topics,caveats,citations\n"
TABLE = HEADER + "".join(
    f"o,{n},Claim {n} — β.,safety,{'grade:low' if n % 2 else ''},supports,why {n},a; t{n % 7},"
    f"{'liver' if n % 3 else ''},PMID {n % 40 + 1}\n"
    for n in range(12_000)
)
Dump = Callable[[Store], Any]


@pytest.fixture
def both(
    demo_file: Path, tmp_path: Path, by: Callable[..., By], everything: Dump, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[list[Any], list[Any]]]:
    """`both("rows.csv", text)` imports a file with one process and with two: what was reported, and what is stored."""

    def run(name: str, *contents: str, **order: Any) -> tuple[list[Any], list[Any]]:
        reports, stores = [], []
        for way, worth in (("one", 1 << 60), ("two", 0)):
            monkeypatch.setattr(batch, "WORTH_IT", worth)
            folder = tmp_path / way
            folder.mkdir()
            shutil.copy(demo_file, folder / "store.sqlite3")
            store = open_store(f"sqlite:///{folder / 'store.sqlite3'}", b"a key for tests")
            told: list[Any] = []
            for content in contents:
                path = folder / name
                path.write_text(content, encoding="utf-8")
                try:
                    with store.writing() as session:
                        told.append(import_file(session, Order(path, "statements", **order), by()))
                except RejectedRows as error:
                    told.append(error.report)
                except CaveatError as error:
                    told.append(str(error))
            reports.append(json.loads(json.dumps(told, default=_plain).replace(str(folder), "")))
            stores.append(everything(store))
            with store.reading() as session:
                assert not list(faults(session))
            store.close()
        return reports, stores

    return run


def _plain(report: Report) -> dict[str, Any]:
    return {**report.to_json(), "samples": report.samples}


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps({"origin": "o", "type": "safety", "text": "A claim.", **row}) + "\n" for row in rows)


RELATED = [{"other": "2", "kind": "duplicates"}]
FILES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "a large table": ("rows.csv", [TABLE], {}),
    "again, and changed": ("rows.csv", [TABLE, TABLE, TABLE.replace("Claim 7 ", "Claim seven ")], {}),
    "relations ahead": ("rows.jsonl", [lines({"key": "1", "relations": RELATED}, {"key": "2"})], {}),
    "a bad row": ("rows.csv", [TABLE + "o,bad,x,nonsense,,,,,,\n"], {}),
    "a bad row, and going on": ("rows.csv", [TABLE + "o,bad,x,nonsense,,,,,,\n"], {"keep_going": True}),
    "a relation to nobody": ("rows.jsonl", [lines({"key": "1", "relations": RELATED}, {"key": "3"})], {}),
    "the same, and going on": (
        "rows.jsonl",
        [lines({"key": "1", "relations": RELATED}, {"key": "3"})],
        {"keep_going": True},
    ),
    "a known origin further down": (
        "rows.csv",
        [TABLE + "kratom-autoimmune,new,Words.,safety,,,,,,\n"],
        {},
    ),
    "broken text": ("rows.csv", [HEADER + 'o,1,"never closed,safety,,,,,,\n'], {}),
    "nothing new": ("rows.jsonl", [lines()], {}),
}


@pytest.mark.parametrize("case", FILES)
def test_two_processes_report_and_write_what_one_does(both: Callable[..., Any], case: str) -> None:
    name, contents, order = FILES[case]
    (one, two), (alone, together) = both(name, *contents, **order)
    assert two == one
    assert together.keys() == alone.keys()
    for table in alone:
        assert together[table] == alone[table], table


def test_rows_are_counted_as_they_are_read(
    demo: Store, tmp_path: Path, by: Callable[..., By], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "WORTH_IT", 0)
    path = tmp_path / "rows.csv"
    path.write_text(TABLE)
    counted: list[int] = []
    with demo.writing() as session:
        import_file(session, Order(path, "statements"), by(), progress=counted.append)
    assert counted == [5_000, 10_000, 12_000]


def test_a_second_process_that_dies_leaves_nothing(
    demo: Store, tmp_path: Path, by: Callable[..., By], everything: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "WORTH_IT", 0)
    monkeypatch.setattr(ahead, "BEGIN", "import sys; sys.stdin.buffer.read()")
    path = tmp_path / "rows.csv"
    path.write_text(TABLE)
    before = everything(demo)
    with pytest.raises(InputError, match="has ended") as refused, demo.writing() as session:
        import_file(session, Order(path, "statements"), by())
    assert refused.value.cure
    assert everything(demo) == before
