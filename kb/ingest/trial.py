"""A spreadsheet opened on trial, in a process of its own: calamine ends the process that has too little memory for it.

It also panics at numbers that no sheet has. XLSX is looked through beforehand (`workbook`), the older and the binary
formats cannot be; neither finds everything, so every file is tried.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from kb.errors import InputError

MOST_MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 60


def refuse_fatal(path: Path) -> None:
    """Raise InputError where opening the file ends the process, or takes too much memory or time."""
    tried = [sys.executable, "-m", __name__, str(path)]
    try:
        ended = subprocess.run(tried, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _refused(path) from error
    if ended.returncode:
        raise _refused(path)


def _refused(path: Path) -> InputError:
    return InputError(
        "The spreadsheet is broken, or too large to be opened.",
        place=str(path),
        cure="Save it as .xlsx in a spreadsheet program, or export it as CSV.",
    )


def _try(path: str) -> None:
    """Lay out and read every sheet within the memory allowed."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # No file of what was in memory is left behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with Path(path).open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
        for name in book.sheet_names:
            for _ in book.get_sheet_by_name(name).iter_rows():
                pass
    except CalamineError:
        # It comes again when the file is opened, and is told there.
        return


if __name__ == "__main__":
    _try(sys.argv[1])
