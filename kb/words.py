"""What text the store accepts (all but two things that databases and files cannot carry), and how messages show it."""

from __future__ import annotations

import os
from pathlib import Path


def fault_in(text: str) -> str | None:
    """What makes `text` impossible to keep, in words; None where it can be kept."""
    if "\x00" in text:
        return "it holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"it holds half of a surrogate pair (U+{ord(text[error.start]):04X})"
    return None


def plain(text: str) -> str:
    """`text` as one line that a terminal shows and does not obey: what cannot be printed stands as its code."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def file_name(path: Path) -> str:
    """A file's name as it can be kept: a name in another encoding than UTF-8 with signs for what is none."""
    return os.fsencode(path.name).decode("utf-8", "replace")
