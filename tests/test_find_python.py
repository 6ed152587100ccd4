"""Which Python `make` takes: `requirements/find-python.sh`, among programs that stand in for Pythons of many kinds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "requirements" / "find-python.sh"
SYSTEMS_OWN = "/usr/bin/python3"


def found(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """What the script prints where only the programs in the folder are on the PATH."""
    command = ["/bin/sh", str(SCRIPT), *asked]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def python(folder: Path, name: str, *, new: bool = True, venv: bool = True, optimised: bool = True) -> None:
    """A program that answers the script's questions as such a Python does."""
    answers = {"version_info": new, "ensurepip": venv, "CONFIG_ARGS": optimised}
    cases = "".join(f"  *{asked}*) exit {0 if yes else 1};;\n" for asked, yes in answers.items())
    program = folder / name
    program.write_text(f'#!/bin/sh\ncase "$2" in\n{cases}esac\nexit 2\n')
    program.chmod(0o755)


def test_the_newest_that_was_built_with_optimisations_is_taken(tmp_path: Path) -> None:
    python(tmp_path, "python3.13", optimised=False)
    python(tmp_path, "python3.12")
    python(tmp_path, "python3.11")
    assert found(tmp_path).stdout == "python3.12\n"


def test_without_such_a_one_on_the_path_it_is_the_systems_own_or_the_newest(tmp_path: Path) -> None:
    python(tmp_path, "python3.12", optimised=False)
    python(tmp_path, "python3.11", optimised=False)
    own = found(tmp_path, SYSTEMS_OWN).returncode == 0
    assert found(tmp_path).stdout == (f"{SYSTEMS_OWN}\n" if own else "python3.12\n")


def test_the_one_that_is_named_is_taken_however_it_was_built(tmp_path: Path) -> None:
    python(tmp_path, "python3.12")
    python(tmp_path, "mine", optimised=False)
    assert found(tmp_path, "mine").stdout == "mine\n"


@pytest.mark.parametrize(
    ("kind", "said"),
    [({"new": False}, "mine is not Python 3.11 or newer"), ({"venv": False}, "mine lacks the venv module")],
)
def test_one_that_cannot_be_used_is_refused_with_what_to_do(tmp_path: Path, kind: dict[str, bool], said: str) -> None:
    python(tmp_path, "mine", **kind)
    refused = found(tmp_path, "mine")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert said in refused.stderr


def test_one_that_is_too_old_or_has_no_environments_is_passed_over(tmp_path: Path) -> None:
    python(tmp_path, "python3.14", new=False)
    python(tmp_path, "python3.13", venv=False)
    python(tmp_path, "python3.12")
    assert found(tmp_path).stdout == "python3.12\n"
