"""Cursors: where a list goes on, as a text that programs give back as it is.

A cursor names the last thing that was given and not a number of a page, so that what others add or take away elsewhere
makes no one see a thing twice or miss one.
"""

from __future__ import annotations

import base64
import binascii
import json

from kb.errors import InputError
from web.api.asked import LARGEST

Part = int | str


def cursor(kind: str, *parts: Part) -> str:
    """The cursor of a list called `kind`."""
    return base64.urlsafe_b64encode(json.dumps([kind, *parts], separators=(",", ":")).encode()).decode().rstrip("=")


def parts_of(text: str, kind: str, *shape: type[Part]) -> list[Part] | None:
    """What a cursor holds; None for an empty one. Raises InputError for one that is of another list, or none."""
    if not text:
        return None
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(found, list):
            raise ValueError
        name, *parts = found
        fits = name == kind and [type(each) for each in parts] == [*shape]
        if not fits or any(isinstance(each, int) and not 0 <= each <= LARGEST for each in parts):
            raise ValueError
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InputError(
            "This cursor is not of this list.",
            place="cursor",
            cure="Give back `next` of the page before, as it is and with the same other parameters; or begin anew.",
        ) from error
    return parts
