"""Whether what is locked and built is what the program needs: hashes, no addresses, data inside the wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("run", "test", "build")
PINNED = re.compile(r"[\w.-]+==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def root(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath


def locked(lock: Path) -> dict[str, list[Requirement]]:
    """The requirements of a lock by name; one name may stand twice, with markers that exclude each other."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[A-Za-z0-9].*$", lock.read_text(encoding="utf-8"), re.M):
        requirement = Requirement(line.rstrip("\\ "))
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^[A-Za-z0-9].*(?:\n .*)*", text, re.M)
    assert blocks
    assert [block for block in blocks if not PINNED.match(block)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_address_or_a_place_on_a_machine(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert re.findall(r"\S*(?:://|--index|--find-links|--extra-index|\s/)\S*", text) == []


def test_the_running_lock_satisfies_what_the_package_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = locked(root / "requirements" / "run.txt")
    for text in project["dependencies"]:
        wanted = Requirement(text)
        versions = [str(found.specifier).removeprefix("==") for found in lock[canonicalize_name(wanted.name)]]
        assert versions
        assert all(wanted.specifier.contains(version) for version in versions), text


def test_running_installs_no_test_tool(root: Path) -> None:
    run = {name for lock in ("run", "build") for name in locked(root / "requirements" / f"{lock}.txt")}
    tools = re.findall(r"^[\w-]+", (root / "requirements" / "test.in").read_text(encoding="utf-8"), re.M)
    assert tools
    assert run.isdisjoint(canonicalize_name(tool) for tool in tools)


def test_what_two_locks_share_has_the_same_version(root: Path) -> None:
    run, test, build = (locked(root / "requirements" / f"{name}.txt") for name in ("run", "test", "build"))
    for one, other in ((run, test), (run, build), (build, test)):
        for name in one.keys() & other.keys():
            versions = {str(found.specifier) for found in one[name]}
            assert {str(found.specifier) for found in other[name]} <= versions


def test_a_wheel_carries_templates_styles_migrations_and_the_data(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    [wheel] = tmp_path.glob("caveat_kb-*.whl")
    with ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    here = {
        f"{target}/{path.relative_to(root / folder).as_posix()}"
        for folder, target in (("kb", "kb"), ("indexer", "indexer"), ("web", "web"), ("data", "kb/data"))
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here - packed == set()
    assert {name for name in packed if ".dist-info/" not in name} == here
