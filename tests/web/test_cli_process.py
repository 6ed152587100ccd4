"""The `kb` command as a process of its own: pipes, encodings, permissions, and two commands at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from kb.data import data_folder
from web.cli import kb

PATIENCE = 120
STATEMENTS = data_folder() / "articles" / "kratom-autoimmune" / "statements.jsonl"
# Every command that works on a store; `settings` only prints, and `init` is what makes one.
NEEDS_A_STORE: dict[str, list[str]] = {
    "import": [str(STATEMENTS)],
    "batches": [],
    "undo": ["1", "--reason", "r"],
    "search": ["liver"],
    "misses": [],
    "export": [],
    "show": ["1"],
    "history": ["1"],
    "verify": [],
    "grade": ["1", "--level", "low", "--reason", "r"],
    "rate": ["1"],
    "agreement": [],
    "audit": [],
    "waive": ["G04", "1", "--until", "2999-01-01", "--reason", "r"],
    "waivers": [],
    "unwaive": ["1", "--reason", "r"],
    "withdraw": ["1", "--reason", "r"],
    "publish": ["1"],
    "queue": [],
    "similar": ["1"],
    "relate": ["1", "duplicates", "2", "--reason", "r"],
    "backup": ["monday.caveat"],
    "user add": ["R. Ater"],
    "user list": [],
    "user role": ["R. Ater", "--give", "rater"],
    "user disable": ["R. Ater"],
    "user enable": ["R. Ater"],
    "user reset": ["R. Ater"],
    "user forget": ["R. Ater"],
    "token add": ["R. Ater", "--label", "nightly"],
    "token list": [],
    "token revoke": ["1"],
    "index sync": [],
    "index rebuild": [],
    "index check": [],
}

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def command(pytestconfig: pytest.Config) -> tuple[list[str], dict[str, str]]:
    """How `kb` is called, and an environment in which it is this checkout's and no setting is set."""
    script = Path(sys.executable).with_name("kb")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KB_", "PYTHON", "LC_"))}
    environ = {**clean, "PYTHONPATH": str(pytestconfig.rootpath), "PYTHONWARNINGS": "error", "LANG": "C.UTF-8"}
    return ([str(script)] if script.exists() else [sys.executable, "-m", "web.cli"]), environ


@pytest.fixture(scope="module")
def filled(command: tuple[list[str], dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data that comes with Caveat; tests work on copies of it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    words, environ = command
    subprocess.run(
        [*words, "init", "--demo"], env={**environ, "KB_HOME": str(home)}, check=True, timeout=PATIENCE, umask=0o022
    )
    return home


@pytest.fixture
def start(command: tuple[list[str], dict[str, str]], tmp_path: Path) -> Iterator[Start]:
    """Starts `kb` in an empty folder, with the settings given; whatever still runs at the end is stopped."""
    words, environ = command
    started: list[subprocess.Popen[str]] = []
    (tmp_path / "cwd").mkdir()

    def starting(*args: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*words, *args],
            env={**environ, "KB_HOME": str(tmp_path / "home"), **settings},
            cwd=tmp_path / "cwd",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding=settings.get("PYTHONIOENCODING", "utf-8").replace("ascii", "utf-8"),
            umask=0o022,
        )
        started.append(process)
        return process

    yield starting
    for process in started:
        if process.poll() is None:
            process.kill()
        with process:
            pass


@pytest.fixture
def bare(start: Start) -> Run:
    """Runs `kb` to its end, in a home that does not exist yet."""

    def running(*args: str, **settings: str) -> subprocess.CompletedProcess[str]:
        process = start(*args, **settings)
        out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    return running


@pytest.fixture
def run(bare: Run, filled: Path, tmp_path: Path) -> Run:
    """Runs `kb` to its end on a copy of the data that comes with Caveat."""
    shutil.copytree(filled, tmp_path / "home")
    return bare


def test_every_command_that_needs_a_store_is_tried_without_one() -> None:
    names = set()
    for name, each in kb.commands.items():
        names |= {f"{name} {inner}" for inner in each.commands} if isinstance(each, click.Group) else {name}
    assert {*NEEDS_A_STORE} == names - {"init", "restore", "settings", "synonyms", "serve"}


@pytest.mark.parametrize("words", NEEDS_A_STORE)
def test_without_a_store_a_command_names_the_cure_and_creates_nothing(bare: Run, tmp_path: Path, words: str) -> None:
    ran = bare(*words.split(), *NEEDS_A_STORE[words])
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "Run `kb init`" in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["cwd"]


SLOW = {"alembic", "argon2", "flask", "idutils", "jinja2", "numpy", "sqlalchemy", "whoosh", "kb.ingest.batch"}


@pytest.mark.parametrize(
    ("words", "may_load"),
    [
        (["--version"], set()),
        (["verify"], {"sqlalchemy", "argon2"}),
        (["audit", "--rule", "G01", "--fail-on", "never"], {"sqlalchemy", "numpy"}),
        (["search", "liver"], {"sqlalchemy", "numpy", "whoosh"}),
    ],
)
def test_a_command_loads_only_what_it_uses(filled: Path, words: list[str], may_load: set[str]) -> None:
    program = (
        "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules)); from web.cli import main; main()"
    )
    environ = {**os.environ, "KB_HOME": str(filled)}
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], env=environ, capture_output=True, encoding="utf-8", check=True
    )
    loaded = {*ran.stdout.rpartition("LOADED ")[2].split()}
    assert "web.cli" in loaded
    assert loaded & SLOW <= may_load


def test_what_is_asked_for_is_on_standard_output_and_what_is_said_about_it_is_not(run: Run) -> None:
    ran = run("search", "liver", "nosuchword*", "--json")
    assert json.loads(ran.stdout)["total"] == 0
    assert ran.stderr == ""
    text = run("search", "liver", "--limit", "1")
    assert "33 found" in text.stderr
    assert "33 found" not in text.stdout
    assert run("search", "liver", "--csv").stdout.startswith("id,origin,key,text,caveats,")
    for refused in (run("show", "999"), run("nosuchcommand")):
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr != ""


def test_whatever_lies_in_the_home_belongs_to_its_owner_only(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("grade", "3", "--level", "high", "--reason", "r")
    run("index", "rebuild")
    modes = {path: path.stat().st_mode & 0o777 for path in (home, *home.rglob("*"))}
    assert home / "secret-key" in modes
    assert {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_a_home_made_under_a_generous_umask_is_its_owners_only(filled: Path) -> None:
    modes = {path: path.stat().st_mode & 0o777 for path in (filled, *filled.rglob("*"))}
    assert {path.name for path in modes} >= {"home", "caveat.sqlite3", "secret-key", "index"}
    assert {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.parametrize("flags", [[], ["--json"], ["--csv"]])
def test_a_reader_who_has_seen_enough_is_no_failure(run: Run, start: Start, flags: list[str]) -> None:
    process = start("search", "", "--limit", "66", *flags)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() != ""
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(PATIENCE) == 0
    assert "Traceback" not in err
    assert "Broken" not in err
    assert "Exception" not in err


PLAIN = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NARROW = [{"LC_ALL": "C"}, PLAIN, *({"PYTHONIOENCODING": name} for name in ("ascii", "latin-1", "cp1252"))]


@pytest.mark.parametrize("settings", NARROW, ids=lambda settings: "-".join(settings.values()))
def test_a_terminal_that_cannot_write_every_sign_still_gets_the_grade_in_words(
    run: Run, settings: dict[str, str]
) -> None:
    found = run("search", "--grade", "grade:low", "--limit", "66", **settings)
    assert found.returncode == 0
    assert "Low [grade:low]" in found.stdout
    assert "Low certainty" in found.stdout
    assert run("grade", "3", "--level", "low", "--direction", "β", "--reason", "r", **settings).returncode == 2


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_json_written_in_a_narrow_encoding_says_the_same(run: Run, encoding: str) -> None:
    args = ["search", "--grade", "grade:low", "--limit", "66", "--json"]
    assert "⊕⊕◯◯" in (whole := run(*args).stdout)
    assert json.loads(run(*args, PYTHONIOENCODING=encoding).stdout) == json.loads(whole)


def test_arguments_that_are_not_text_are_refused_or_ignored_in_words(run: Run) -> None:
    broken = os.fsdecode(b"\xff")
    assert json.loads(run("search", broken, "liver", "--json").stdout)["total"] == 33
    refused = run("grade", "3", "--level", "low", "--reason", broken)
    assert refused.returncode == 2
    assert "half of a surrogate pair" in refused.stderr


def test_index_check_finds_a_change_that_the_index_has_not_read(run: Run, tmp_path: Path) -> None:
    assert run("index", "check").returncode == 0
    run("grade", "3", "--level", "high", "--reason", "r", KB_INDEX_URL=f"whoosh:{tmp_path / 'other'}")
    behind = run("index", "check")
    assert (behind.returncode, behind.stdout) == (1, "")
    assert "1 outdated in the index: 3\n" in behind.stderr
    assert "kb index sync" in behind.stderr
    assert "lags 1 changes behind" in run("search", "kratom").stderr
    assert run("index", "sync").returncode == 0
    assert run("index", "check").returncode == 0


def test_a_change_that_the_index_cannot_follow_is_stored_and_the_warning_says_so(run: Run) -> None:
    ran = run("withdraw", "3", "--reason", "a double", KB_INDEX_URL="nonsense")
    assert ran.returncode == 0
    assert ran.stderr.startswith("kb: The change is stored; the search index will show it later.")
    assert "state: withdrawn" in run("show", "3").stdout


def test_two_judgements_at_once_are_both_recorded(run: Run, start: Start) -> None:
    reasons = ["one reader's view", "another reader's view"]
    both = [start("grade", "3", "--level", "low", "--reason", reason) for reason in reasons]
    assert [process.communicate(timeout=PATIENCE)[1] for process in both] == ["", ""]
    assert [process.returncode for process in both] == [0, 0]
    history = json.loads(run("history", "3", "--json").stdout)
    assert {each["reason"] for each in history} >= {*reasons}
    assert json.loads(run("show", "3", "--json").stdout)["version"] == 3
    assert run("verify").returncode == 0
    assert run("index", "check").returncode == 0


def test_of_two_judgements_of_the_same_version_one_is_a_conflict(run: Run, start: Start) -> None:
    both = [start("grade", "3", "--level", "low", "--reason", "r", "--version", "1") for _ in range(2)]
    said = {process.communicate(timeout=PATIENCE)[1] for process in both}
    assert sorted(process.returncode for process in both) == [0, 1]
    assert "" in said
    assert "Statement 3 was changed meanwhile: you saw version 1, it is now at 2." in "".join(said)
    assert run("verify").returncode == 0


def test_two_first_starts_at_once_make_one_store(run: Run, start: Start, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "home")
    both = [start("init", "--demo") for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sorted("not loaded again" in out for out, _ in told) == [False, True]
    assert run("verify").returncode == 0
    assert run("index", "check").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_output_that_cannot_be_written_is_one_line_and_no_traceback(
    command: tuple[list[str], dict[str, str]], filled: Path
) -> None:
    words, environ = command
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*words, "search", "kratom", "--limit", "60"],
            env={**environ, "KB_HOME": str(filled)},
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    assert ran.returncode == 3
    assert ran.stderr == "kb: standard output: No space left on device. Not all was written.\n"


@pytest.mark.parametrize("words", [["synonyms"], ["search", "kratom"], ["serve", "--port", "0"]])
def test_a_file_of_names_that_contradicts_itself_is_refused_with_its_line(
    start: Start, filled: Path, tmp_path: Path, words: list[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    (home / "synonyms.toml").write_text(
        '[[same]]\nnames = ["a", "b"]\n\n[[same]]\nnames = ["c", "A"]\n', encoding="utf-8"
    )
    process = start(*words, KB_HOME=str(home))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{home / 'synonyms.toml'}:5" in said
    assert "“A” already stands for another thing" in said


def test_the_other_names_of_a_word_are_listed(start: Start, filled: Path) -> None:
    process = start("synonyms", "ra", KB_HOME=str(filled))
    assert process.communicate(timeout=60)[0].splitlines() == ["rheumatoid arthritis"]
