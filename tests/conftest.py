"""What all tests share: the real data beside the checkout, and the programs that some tests drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from kb import passwords


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walk through all exits begins first: it takes longest, and nobody should wait for it alone at the end."""
    items.sort(key=lambda item: item.path.parent.name != "exits")


class Require:
    """What a test cannot do without: missing, it skips the test, or fails it where KB_REQUIRE is `all`."""

    def __call__(self, *programs: str) -> str:
        """The path of the first of these programs that is installed: one program may have several names."""
        for program in programs:
            if path := shutil.which(program):
                return path
        self.missing(f"the program {' or '.join(programs)}")

    def missing(self, what: str) -> NoReturn:
        """Say that something is not there which is no program on the PATH, a service for example."""
        reason = f"{what} is missing on this machine"
        if os.environ.get("KB_REQUIRE") == "all":
            pytest.fail(f"{reason}, and KB_REQUIRE=all wants every test to run")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def require() -> Require:
    """`require("chromium")` gives a program's path; `require.missing("PostgreSQL")` is for services."""
    return Require()


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder `shared` beside the checkout: real files, too large or too foreign to be part of it.

    A checkout need not have it: tests that use it are skipped without it, KB_REQUIRE notwithstanding.
    """
    folder = pytestconfig.rootpath.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real example files is not beside this checkout")
    return folder


@pytest.fixture(scope="module")
def cheap_hashes() -> Iterator[None]:
    """Passwords hashed with the least that Argon2id takes, where it is not tested how slow that is."""
    slow, passwords._HASHER = passwords._HASHER, passwords.PasswordHasher(1, 8, 1)
    passwords._nobodys.cache_clear()
    yield
    passwords._HASHER = slow
    passwords._nobodys.cache_clear()
