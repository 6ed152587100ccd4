"""What text the store accepts: any Unicode text but the two things that databases and files cannot carry."""

from __future__ import annotations


def fault_in(text: str) -> str | None:
    """What makes `text` impossible to keep, in words; None where it can be kept."""
    if "\x00" in text:
        return "it holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"it holds half of a surrogate pair (U+{ord(text[error.start]):04X})"
    return None
