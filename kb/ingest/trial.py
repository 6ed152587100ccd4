"""A spreadsheet opened on trial, in a process of its own: calamine ends the process that has too little memory for it.

XLSX is looked through beforehand (`workbook`); the older and the binary formats cannot be, so they are tried.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

from kb.errors import InputError

MOST_MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 60


def refuse_fatal(path: Path) -> None:
    """Raise InputError where opening the file takes too much memory or time."""
    tried = [sys.executable, "-m", __name__, str(path)]
    try:
        ended = subprocess.run(tried, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _refused(path) from error
    # A signal ended it. Any other fault comes again when the file is opened, and is told there.
    if ended.returncode < 0:
        raise _refused(path)


def _refused(path: Path) -> InputError:
    return InputError(
        "The spreadsheet is too large to be opened.",
        place=str(path),
        cure="Save it as .xlsx in a spreadsheet program, or export it as CSV.",
    )


def _try(path: str) -> None:
    """Lay out every sheet within the memory allowed."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # No file of what was in memory is left behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Path(path).open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
    for name in book.sheet_names:
        book.get_sheet_by_name(name)


if __name__ == "__main__":
    _try(sys.argv[1])
