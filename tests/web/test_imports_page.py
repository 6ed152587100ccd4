"""`/imports`: a file is sent, looked at, imported in the background and taken back; for curators only."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import people, sign_in
from kb.curate import By
from kb.data import data_folder
from kb.errors import InputError
from kb.ingest.batch import Order, import_file
from kb.ingest.uploaded import kind_told_by
from kb.settings import Settings
from kb.store import Store
from tests.running import PATIENCE
from web.app import create_app
from web.importing import Importing
from web.uploads import WEEK, Upload, Uploads

NOW = datetime.now(UTC)
GUESSED = "no,claim,certainty\nA1,Zebra tea helps sleep.,low\nA2,Zebra tea harms nobody.,very low\n"


def rows(*keys: str, **more: object) -> bytes:
    """Statements about zebras in the native form."""
    made = ({"key": key, "text": f"Zebra {key} helps.", "type": "efficacy", **more} for key in keys)
    return "".join(json.dumps(each) + "\n" for each in made).encode()


class Desk:
    """A browser in which somebody with these roles is signed in."""

    def __init__(self, app: Flask, store: Store, name: str, *roles: str) -> None:
        with store.writing() as session:
            people.add(session, name, By("a test", "for a test", NOW), roles=roles)
            row = people.account_row(session, name)
            row.must_change = False
            secret = sign_in.begin(session, row.id, NOW)
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as kept:
            kept["_user_id"] = secret

    def page(self, path: str = "/imports") -> str:
        return self.client.get(path).text

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page("/account"))
        assert found
        return found[1]

    def post(self, path: str, **form: object) -> TestResponse:
        return self.client.post(path, data={**form, "csrf_token": self.token()})

    def send(self, content: bytes, name: str = "zebras.jsonl", **form: object) -> TestResponse:
        return self.post("/imports", file=(BytesIO(content), name), **form)

    def sent(self, content: bytes, name: str = "zebras.jsonl", **form: object) -> str:
        """The address of a file that was sent and checked."""
        answer = self.send(content, name, **form)
        assert answer.status_code == 303, answer.text
        self.settle(answer.headers["Location"])
        return answer.headers["Location"]

    def settle(self, address: str) -> str:
        """The page of a file when nothing works on it any more."""
        until = time.monotonic() + PATIENCE
        while "hx-trigger" in (page := self.page(address)):
            assert time.monotonic() < until, page
            time.sleep(0.02)
        return page

    def found(self, count: int) -> bool:
        """Whether the search finds so many zebras, as soon as the index has read of them."""
        until = time.monotonic() + PATIENCE
        while self.client.get("/search.json?q=zebra").get_json()["total"] != count and time.monotonic() < until:
            time.sleep(0.02)
        return time.monotonic() < until

    def imported(self, address: str, **form: object) -> str:
        answer = self.post(f"{address}/confirm", **form)
        assert answer.status_code == 303, answer.text
        return self.settle(address)


@pytest.fixture
def house(own: tuple[Flask, Store]) -> Iterator[Callable[..., Desk]]:
    """`house("A", "curator")` is the browser of A, a curator, on the demo."""
    app, store = own
    app.config["SESSION_COOKIE_SECURE"] = False
    yield lambda name, *roles: Desk(app, store, name, *roles)
    # A store is closed when nobody works on it any more.
    for each in threading.enumerate():
        if each.name.endswith(" a file"):
            each.join(PATIENCE)


@pytest.fixture
def desk(house: Callable[..., Desk]) -> Desk:
    """A curator's."""
    return house("a curator", "curator")


def counts(page: str) -> dict[str, str]:
    """The report as the page shows it."""
    return dict(re.findall(r"<dt>(.*?)</dt><dd>([0-9,]+)", page))


def test_a_file_is_sent_looked_at_imported_and_taken_back(desk: Desk) -> None:
    address = desk.sent(rows("Z1", "Z2"), origin="zoo")
    preview = desk.page(address)
    assert counts(preview) == {"New": "2", "Changed": "0", "Unchanged": "0"}
    assert "is checked, not imported" in preview
    assert "Zebra" not in desk.client.get("/search.json?q=zebra").text
    done = desk.imported(address, reason="zebras are wanted")
    batch = re.search(r"Done: this is batch (\d+)", done)
    assert batch
    assert counts(done)["New"] == "2"
    assert desk.found(2)
    listed = desk.page()
    assert f"Undo batch {batch[1]}" in listed
    assert "zebras.jsonl" in listed
    assert f"/imports#batch-{batch[1]}" in done
    undone = desk.post(f"/imports/batches/{batch[1]}/undo", reason="no zebras")
    assert undone.status_code == 303
    assert f"Batch {batch[1]} is undone: 2 statements hidden" in desk.page()
    assert f"Undo batch {batch[1]}" not in desk.page()
    assert desk.found(0)


def test_the_preview_is_what_a_dry_run_reports(desk: Desk, own: tuple[Flask, Store], tmp_path: Path) -> None:
    content = rows("Z1", "Z2") + b'{"key": "Z3"}\n{"key": \n'
    path = tmp_path / "zebras.jsonl"
    path.write_bytes(content)
    with own[1].reading() as session:
        report = import_file(session, Order(path, "statements", "zoo"), By("x", "x", NOW), dry_run=True)
    page = desk.page(desk.sent(content, origin="zoo"))
    assert counts(page) == {"New": "2", "Changed": "0", "Unchanged": "0", "Rejected": "2"}
    for problem in report.problems:
        assert f"line {problem.line}<" in page
        assert problem.code in page
    assert page.count("draft, ungraded, not published") == len(report.problems) > 1
    assert str(tmp_path) not in page


def test_a_file_with_rejected_rows_is_refused_or_its_good_rows_taken(desk: Desk) -> None:
    address = desk.sent(rows("Z1") + b'{"key": "Z2"}\n', origin="zoo")
    refused = desk.imported(address, reason="only good ones")
    assert "Nothing was changed." in refused
    assert 'value="only good ones"' in refused
    assert "<dt>New</dt><dd>1" in refused
    done = desk.imported(address, keep_going="on")
    assert "Done: this is batch" in done
    with desk.client.get(f"{address}/rejected") as rest:
        assert rest.data == b'{"key": "Z2"}\n'
        assert "draft, ungraded, not published" in rest.headers["Content-Disposition"]
    again = desk.post(f"{address}/confirm")
    assert again.status_code == 409
    assert "imported already" in again.text


def test_missing_ones_are_withdrawn_only_where_that_was_asked_for(desk: Desk) -> None:
    desk.imported(desk.sent(rows("Z1", "Z2"), origin="zoo"))
    address = desk.sent(rows("Z1"), origin="zoo")
    assert "<dt>Missing</dt><dd>1" in desk.page(address)
    done = desk.imported(address, withdraw_missing="on")
    assert "were withdrawn" in done
    assert desk.found(1)


def test_an_unknown_table_is_guessed_at_and_read_by_what_the_person_makes_of_it(desk: Desk) -> None:
    address = desk.sent(GUESSED.encode(), "zebras.csv")
    page = desk.page(address)
    assert "What do these columns mean?" in page
    assert "<code>claim</code> may be the <strong>text</strong>" in page
    text = re.search(r'<textarea id="own"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert text
    mapping = unescape(text[1])
    broken = desk.post(f"{address}/check", mapping="own", own="key =")
    assert broken.status_code == 303
    assert "no TOML" in desk.settle(address)
    assert "key =</textarea>" in desk.page(address), "what was typed is kept"
    desk.post(f"{address}/check", mapping="own", own=mapping)
    assert counts(desk.settle(address))["New"] == "2"
    assert "Done: this is batch" in desk.imported(address)
    assert "by the mapping a mapping of one’s own" in desk.page()


def test_a_file_that_cannot_be_read_says_where_and_what_to_do(desk: Desk) -> None:
    address = desk.sent('{"key": "Z1", "text": "Zébra"}\n'.encode("latin-1"))
    page = desk.page(address)
    assert "zebras.jsonl:1: The file is not UTF-8" in page
    assert "Save it as UTF-8" in page
    assert "/confirm" not in page
    unknown = desk.page(desk.sent(b"\x00\x01\x02", "zebra.bin"))
    assert "Say what it holds" in unknown


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "There is no file."),
        ({"file": (BytesIO(b""), "empty.csv")}, "The file is empty."),
        ({"file": (BytesIO(b"x"), "x.csv"), "kind": "nonsense"}, "cannot be imported"),
        ({"file": (BytesIO(b"x"), "x.csv"), "mapping": "own"}, "There is no mapping."),
        ({"file": (BytesIO(b"x"), "x.csv"), "origin": "x" * 101}, "longer than 100"),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(desk: Desk, form: dict[str, object], said: str) -> None:
    answer = desk.post("/imports", **{"title": "My <own> title", **form})
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="My &lt;own&gt; title"' in answer.text


def test_a_mapping_is_never_a_path(desk: Desk) -> None:
    page = desk.page(desk.sent(GUESSED.encode(), "zebras.csv", mapping="/etc/passwd"))
    assert "There is no mapping “/etc/passwd”." in page
    assert "TOML:" not in page


def test_a_file_that_is_too_large_is_refused_by_a_page(
    own: tuple[Flask, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.bodies.LARGEST_BODY", 5_000)
    settings = replace(own[0].extensions["caveat"].settings, upload_limit=100)
    app = create_app(settings, own[1])
    app.config["SESSION_COOKIE_SECURE"] = False
    desk = Desk(app, own[1], "a curator", "curator")
    answer = desk.send(rows("Z1", "Z2", "Z3"), origin="zoo")
    assert answer.status_code == 413
    assert "larger than 100 bytes" in answer.text
    assert "KB_UPLOAD_LIMIT" in answer.text
    assert 'value="zoo"' in answer.text
    # Of what is larger by far nothing is read, not even what was typed.
    whole = desk.send(b"x" * 10_000, "large.csv")
    assert whole.status_code == 413
    assert "larger than 100 bytes" in whole.text
    assert desk.post("/imports/0123456789abcdef/check", own="x" * 10_000).status_code == 413
    assert Uploads(settings.home).all() == []


def test_files_are_the_senders_own(desk: Desk, house: Callable[..., Desk]) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    other = house("another curator", "curator")
    for path in (address, f"{address}/rejected"):
        assert other.client.get(path).status_code == 404
    for path in ("check", "confirm", "discard"):
        assert other.post(f"{address}/{path}").status_code == 404
    assert address not in other.page()
    assert desk.client.get("/imports/../../secret-key").status_code == 404
    assert desk.client.get("/imports/0000000000000000").status_code == 404
    assert desk.client.get("/imports/state.json").status_code == 404


@pytest.mark.parametrize("role", ["rater", "admin"])
def test_other_roles_are_refused(desk: Desk, house: Callable[..., Desk], role: str) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    other = house(f"a {role}", role)
    assert 'href="/imports"' not in other.page("/")
    assert 'href="/imports"' in desk.page("/")
    for path in ("/imports", address):
        assert other.client.get(path).status_code == 403
    for path in ("/imports", f"{address}/confirm", "/imports/batches/1/undo"):
        assert other.post(path, reason="no").status_code == 403


def test_without_a_form_token_nothing_is_taken(desk: Desk, tmp_path: Path) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    assert desk.client.post("/imports", data={"file": (BytesIO(rows("Z9")), "z.jsonl")}).status_code == 400
    for path in (f"{address}/confirm", f"{address}/discard", f"{address}/check", "/imports/batches/1/undo"):
        assert desk.client.post(path, data={"reason": "no"}).status_code == 400
    assert len(Uploads(tmp_path / "home").all()) == 1
    assert "is checked, not imported" in desk.page(address)


def test_a_file_lies_under_a_name_of_ours_where_only_the_owner_reads(desk: Desk, tmp_path: Path) -> None:
    desk.sent(rows("Z1"), "../../../état civil.jsonl", origin="zoo")
    (upload,) = Uploads(tmp_path / "home").all()
    path = Uploads(tmp_path / "home").path(upload)
    assert path.relative_to(tmp_path / "home" / "uploads" / upload.key).parts == ("file", "etat_civil.jsonl")
    for each in (path, *path.parents[:3], path.parents[1] / "state.json"):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each


def test_discarding_takes_the_file_away(desk: Desk, tmp_path: Path) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    assert desk.post(f"{address}/discard").status_code == 303
    assert "Discarded: zebras.jsonl." in desk.page()
    assert desk.client.get(address).status_code == 404
    assert Uploads(tmp_path / "home").all() == []


def test_files_go_after_a_week(desk: Desk, tmp_path: Path) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    folder = tmp_path / "home" / "uploads" / address.rpartition("/")[2]
    desk.page()
    assert folder.exists()
    old = time.time() - WEEK - 60
    os.utime(folder, (old, old))
    desk.page()
    assert not folder.exists()


def abandoned(home: Path, address: str, **changed: object) -> Upload:
    """A file on which a process worked that is gone."""
    uploads = Uploads(home)
    upload = uploads.find(address.rpartition("/")[2], "a curator")
    for name, value in {"stage": "importing", "rows": 5, **changed}.items():
        setattr(upload, name, value)
    uploads.save(upload)
    return upload


def test_of_a_process_that_is_gone_the_store_says_what_became_of_its_import(desk: Desk, tmp_path: Path) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    abandoned(tmp_path / "home", address, began=NOW.isoformat())
    page = desk.page(address)
    assert "Stopped: nothing of it was written." in page
    assert f"{address}/confirm" in page
    done = desk.imported(address)
    batch = re.search(r"Done: this is batch (\d+)", done)
    assert batch
    # The same end, but nobody lived to note it.
    abandoned(tmp_path / "home", address, report=None)
    page = desk.page(address)
    assert f"batch {batch[1]} is there, whole" in page
    assert counts(page)["New"] == "1"


def test_a_check_whose_process_is_gone_can_be_begun_again(desk: Desk, tmp_path: Path) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    abandoned(tmp_path / "home", address, stage="checking", report=None)
    assert "Stopped: nothing of it was written." in desk.page(address)
    desk.post(f"{address}/check", origin="zoo")
    assert counts(desk.settle(address))["New"] == "1"


def test_a_file_on_which_a_process_works_shows_how_far_it_is_and_takes_no_other_order(
    desk: Desk, tmp_path: Path
) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    upload = abandoned(tmp_path / "home", address, rows=1234)
    taken = Uploads(tmp_path / "home").take(upload)
    assert taken is not None
    try:
        page = desk.page(address)
        assert "1,234 rows read" in page
        assert 'hx-trigger="every 1s"' in page
        assert f'<a href="{address}">Refresh</a>' in page
        for path in ("confirm", "check", "discard"):
            answer = desk.post(f"{address}/{path}")
            assert answer.status_code == 409
            assert "being worked on" in answer.text
        assert "is being imported" in desk.page()
    finally:
        os.close(taken)


def test_two_people_import_at_once_and_both_finish(desk: Desk, house: Callable[..., Desk]) -> None:
    other = house("another curator", "curator")
    one, two = desk.sent(rows("Z1"), origin="zoo"), other.sent(rows("Z2"), origin="park")
    assert desk.post(f"{one}/confirm").status_code == 303
    assert other.post(f"{two}/confirm").status_code == 303
    assert "Done: this is batch" in desk.settle(one)
    assert "Done: this is batch" in other.settle(two)


def test_an_import_waits_while_another_program_writes(desk: Desk, own: tuple[Flask, Store]) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")
    token = desk.token()
    with own[1].writing():
        answer = desk.client.post(f"{address}/confirm", data={"csrf_token": token})
        assert answer.status_code == 303
        assert "is being imported" in desk.page(address)
    assert "Done: this is batch" in desk.settle(address)


def test_an_undo_that_is_refused_says_why_and_keeps_the_reason(desk: Desk) -> None:
    first = desk.imported(desk.sent(rows("Z1"), origin="zoo"))
    desk.imported(desk.sent(rows("Z1", text="Zebras do not help."), origin="zoo"))
    batch = re.search(r"Done: this is batch (\d+)", first)
    assert batch
    refused = desk.post(f"/imports/batches/{batch[1]}/undo", reason="not wanted")
    assert refused.status_code == 409
    assert f"Batch {batch[1]} cannot be undone" in refused.text
    assert "first." in refused.text
    assert 'value="not wanted"' in refused.text
    assert desk.post(f"/imports/batches/{batch[1]}/undo", reason=" ").status_code == 400
    missing = desk.post("/imports/batches/999999/undo", reason="x")
    assert missing.status_code == 404
    assert "kb batches" not in missing.text


def test_what_falls_with_retractions_is_shown_whole(desk: Desk) -> None:
    csl = json.loads((data_folder() / "articles/kratom-autoimmune/citations.json").read_text())
    cited = {
        slot["citation"]
        for line in (data_folder() / "articles/kratom-autoimmune/statements.jsonl").read_text().splitlines()
        for slot in json.loads(line)["slots"]
        if slot["stance"] == "supports"
    }
    work = next(each for each in csl if each["id"] in cited and each.get("DOI"))
    notices = json.dumps({"retractions": {work["DOI"]: "10.5555/notice"}}).encode()
    address = desk.sent(notices, "notices.json")
    assert "<dd>retractions" in desk.page(address)
    done = desk.imported(address)
    assert "rest on these works" in done
    assert '<article class="card' in done
    assert "was retracted" in done


def test_an_article_becomes_drafts(desk: Desk) -> None:
    asked = {"title": "Tea", "article": "tea", "url": "https://example.org/tea"}
    text = b"Tea may reduce pain, and it may cause nausea. Tea is a promising plant."
    address = desk.sent(text, "tea.txt", **asked)
    assert counts(desk.page(address)).get("New"), desk.page(address)
    assert "Done: this is batch" in desk.imported(address)
    assert desk.client.get("/a/tea").status_code == 200
    assert "second file" in desk.page(desk.sent(b'slug = "x"\n', "article.toml"))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jsonl", b"{}", "statements"),
        ("a.csv", b"no,claim\n", "statements"),
        ("a.csv", b"", "statements"),
        (
            "a.csv",
            b"RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n",
            "retractions",
        ),
        ("a.json", b'{"10.1000/x": "10.1000/y"}', "retractions"),
        ("a.json", b'{ "retractions": {}}', "retractions"),
        ("a.json", b'[{"id": "x", "type": "book", "title": "T"}]', "citations"),
        ("a.json", b'[{"code": "x", "severity": "note"}]', "caveats"),
        ("a.ris", b"TY  - JOUR\n", "citations"),
        ("a.md", b"# T\n", "article"),
    ],
)
def test_what_a_file_holds_is_told_by_its_name_and_beginning(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert kind_told_by(path) == kind


def test_a_fault_of_ours_is_told_and_nothing_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    address = desk.sent(rows("Z1"), origin="zoo")

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Importing, "_imported", broken)
    page = desk.imported(address)
    assert "Something in Caveat broke" in page
    assert "/confirm" in page


@pytest.mark.parametrize(
    ("text", "size"), [("", 200 * 1024**2), ("50 MB", 50 * 1024**2), ("2gb", 2 * 1024**3), ("9", 9)]
)
def test_the_limit_of_uploads_is_a_setting_with_units(text: str, size: int) -> None:
    settings = Settings.read({"KB_UPLOAD_LIMIT": text})
    assert settings.upload_limit == size
    assert Settings.read(settings.environ()).upload_limit == size


@pytest.mark.parametrize("text", ["much", "0", "-5 MB", "5 TB"])
def test_a_limit_that_is_no_size_names_its_setting(text: str) -> None:
    with pytest.raises(InputError, match=r"KB_UPLOAD_LIMIT: .* is no size"):
        Settings.read({"KB_UPLOAD_LIMIT": text})
