"""Which Python `make` takes: `requirements/find-python.sh`, among programs that stand in for Pythons of many kinds."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "requirements" / "find-python.sh"


def found(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """What the script prints where only the programs in the folder are on the PATH, and the system's are in `own`."""
    command, places = ["/bin/sh", str(SCRIPT), *asked], {"PATH": str(folder), "SYSTEM_PYTHONS": str(folder / "own")}
    return subprocess.run(command, env=places, capture_output=True, text=True, check=False)


def python(folder: Path, name: str, *, new: bool = True, venv: bool = True, optimised: bool = True) -> None:
    """A program that answers the script's questions as such a Python does."""
    answers = {"version_info": new, "ensurepip": venv, "CONFIG_ARGS": optimised}
    cases = "".join(f"  *{asked}*) exit {0 if yes else 1};;\n" for asked, yes in answers.items())
    program = folder / name
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\ncase "$2" in\n{cases}esac\nexit 2\n')
    program.chmod(0o755)


def test_the_newest_that_was_built_with_optimisations_is_taken(tmp_path: Path) -> None:
    python(tmp_path, "python3.13", optimised=False)
    python(tmp_path, "python3.12")
    python(tmp_path, "python3.11")
    assert found(tmp_path).stdout == "python3.12\n"


def test_without_such_a_one_on_the_path_it_is_the_systems_own(tmp_path: Path) -> None:
    python(tmp_path, "python3.12", optimised=False)
    python(tmp_path, "own/python3", new=False)
    python(tmp_path, "own/python3.11")
    assert found(tmp_path).stdout == f"{tmp_path}/own/python3.11\n"


def test_without_any_it_is_the_newest(tmp_path: Path) -> None:
    python(tmp_path, "python3.12", optimised=False)
    python(tmp_path, "python3.11", optimised=False)
    assert found(tmp_path).stdout == "python3.12\n"


def test_the_python_that_runs_this_can_be_asked(tmp_path: Path) -> None:
    assert found(tmp_path, sys.executable).stdout == f"{sys.executable}\n"


@pytest.mark.parametrize("own", [True, False])
def test_a_real_one_counts_as_optimised_where_it_is_the_systems_or_says_so(tmp_path: Path, own: bool) -> None:
    python(tmp_path, "python3.12", optimised=False)
    real = Path(sys.executable).resolve()
    (tmp_path / "python3.11").symlink_to(real)
    says_so = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    places = {"PATH": str(tmp_path), "SYSTEM_PYTHONS": str(real.parent if own else tmp_path)}
    told = subprocess.run(["/bin/sh", str(SCRIPT)], env=places, capture_output=True, text=True, check=True)
    assert told.stdout == ("python3.11\n" if own or says_so else "python3.12\n")


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
