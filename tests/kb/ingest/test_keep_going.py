"""The good rows of a file that has bad ones, the bad ones in a file of their own, and what a file no longer has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.curate import By
from kb.errors import InputError, RejectedRows
from kb.graded import read_all
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.ingest.undo import undo
from kb.store import Store
from kb.verify import faults

DAY = date(2026, 11, 23)
Keep = Callable[..., Report]


@pytest.fixture
def keep(store: Store, by: Callable[..., By]) -> Keep:
    """`keep(path)` imports the good rows of a file."""

    def run(path: Path, **order: Any) -> Report:
        with store.writing() as session:
            return import_file(session, Order(path, "statements", **{"keep_going": True, **order}), by())

    return run


def keys(store: Store) -> list[str]:
    with store.reading() as session:
        assert list(faults(session)) == []
        return [each.key for each in read_all(session, DAY)]


def claim(key: str, **more: Any) -> dict[str, Any]:
    return {"origin": "o", "key": key, "text": f"Claim {key}.", "type": "safety", **more}


def test_good_rows_go_in_and_bad_ones_can_be_mended(store: Store, keep: Keep, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [claim("A"), claim("B", type="no type"), claim("C", caveats=["nobody"]), claim("D")]
    lines = [json.dumps(each) for each in rows]
    path.write_text("\n".join([lines[0], lines[1], "{broken", "", *lines[2:]]) + "\n", "utf-8")
    with pytest.raises(RejectedRows):
        keep(path, keep_going=False)
    assert keys(store) == []
    report = keep(path)
    assert (report.new, report.rejected) == (2, 3)
    assert keys(store) == ["A", "D"]
    rejected = Path(str(report.rejected_rows))
    assert rejected == tmp_path / "rows.rejected.jsonl"
    # The empty line goes with the row before it.
    assert rejected.read_text("utf-8") == f"{lines[1]}\n{{broken\n\n{lines[2]}\n"
    mended = rejected.read_text("utf-8").replace("no type", "safety").replace('"caveats": ["nobody"]', '"caveats": []')
    rejected.write_text(mended.replace("{broken", json.dumps(claim("E"))), "utf-8")
    assert keep(rejected).new == 3
    assert keys(store) == ["A", "D", "B", "E", "C"]


def test_a_table_keeps_its_header_and_rows_over_several_lines(store: Store, keep: Keep, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    (tmp_path / "t.toml").write_text("""
origin = "o"
key = "no"
text = "claim"
type = { column = "kind", values = { s = "safety" } }
""")
    path.write_bytes(b'no,claim,kind\r\n1,"over\r\ntwo lines",x\r\n2,good,s\r\n3,bad,y\r\n')
    report = keep(path, mapping=str(tmp_path / "t.toml"))
    assert (report.new, report.rejected) == (1, 2)
    rejected = Path(str(report.rejected_rows))
    assert rejected.read_bytes() == b'no,claim,kind\r\n1,"over\r\ntwo lines",x\r\n3,bad,y\r\n'
    rejected.write_bytes(rejected.read_bytes().replace(b",x", b",s").replace(b",y", b",s"))
    assert keep(rejected, mapping=str(tmp_path / "t.toml")).new == 2
    assert keys(store) == ["2", "1", "3"]
    path.write_bytes(b"no,claim,kind\n9,bad,y\n")
    keep(path, mapping=str(tmp_path / "t.toml"))
    assert rejected.exists(), "a file that is there already is not overwritten"


def test_a_row_that_relates_to_a_bad_one_is_bad_too(store: Store, keep: Keep, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    relations = {"A": "B", "B": "C", "C": "X", "D": "E", "E": "D"}
    rows = [claim(key, relations=[{"other": other, "kind": "duplicates"}]) for key, other in relations.items()]
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    report = keep(path)
    assert (report.new, report.rejected) == (2, 3)
    assert [(each.line, each.code) for each in report.problems] == [(n, "unknown-statement") for n in (1, 2, 3)]
    assert keys(store) == ["D", "E"]
    assert Path(str(report.rejected_rows)).read_text().count("\n") == 3


def test_a_file_without_a_good_row_writes_nothing(store: Store, keep: Keep, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("{broken\n")
    report = keep(path)
    assert (report.new, report.rejected, report.batch, report.rejected_rows) == (0, 1, None, None)
    assert [each.name for each in tmp_path.iterdir() if "rejected" in each.name] == []


def test_what_the_file_has_no_more_is_withdrawn_and_comes_back_with_undo(
    store: Store, keep: Keep, by: Callable[..., By], tmp_path: Path
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(claim(key)) + "\n" for key in "ABC"))
    keep(path)
    path.write_text(json.dumps(claim("B")) + "\n")
    assert keep(path).missing == 2
    assert keys(store) == ["A", "B", "C"]
    report = keep(path, withdraw_missing=True)
    assert report.missing == 2
    assert keys(store) == ["B"]
    assert keep(path, withdraw_missing=True).batch is None
    with store.writing() as session:
        undo(session, report.batch or 0, by())
    assert keys(store) == ["A", "B", "C"]
    path.write_text(json.dumps(claim("B")) + "\n{broken\n")
    with pytest.raises(InputError, match="seem to be missing"):
        keep(path, withdraw_missing=True)
    assert keys(store) == ["A", "B", "C"]


def test_the_header_stands_above_the_rejected_rows_also_where_a_column_is_not_used(
    store: Store, by: Callable[..., By], tmp_path: Path
) -> None:
    path, mapping = tmp_path / "t.csv", tmp_path / "m.toml"
    path.write_text("no,claim,kind,else\n1,Tea helps.,efficacy,x\n2,Tea harms.,nonsense,y\n")
    mapping.write_text('origin = "o"\nkey = "no"\ntext = "claim"\ntype = "kind"\n')
    with store.writing() as session:
        order = Order(path, "statements", mapping=str(mapping), keep_going=True)
        report = import_file(session, order, by())
    assert [(each.line, each.code, each.column) for each in report.problems if each.severity == "warning"] == [
        (1, "unused-column", "else")
    ]
    assert (report.new, report.rejected) == (1, 1)
    assert Path(str(report.rejected_rows)).read_text() == "no,claim,kind,else\n2,Tea harms.,nonsense,y\n"
