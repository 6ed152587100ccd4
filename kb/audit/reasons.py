"""Whether a reason that somebody wrote down says anything: an empty one does not, nor does a word to fill a field."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

# What people write into a field that must not stay empty, or that their tool wrote for them.
PLACEHOLDERS = {
    "as above",
    "blank",
    "dummy",
    "empty",
    "fixme",
    "lorem ipsum",
    "missing",
    "na",
    "n a",
    "nan",
    "nil",
    "no comment",
    "no explanation",
    "no rationale",
    "no reason",
    "no reason given",
    "no reason was given",
    "none",
    "none given",
    "none provided",
    "not applicable",
    "not available",
    "not given",
    "not known",
    "not provided",
    "not recorded",
    "not specified",
    "not stated",
    "null",
    "pending",
    "placeholder",
    "rationale",
    "reason",
    "same",
    "same as above",
    "see above",
    "tba",
    "tbc",
    "tbd",
    "test",
    "to be added",
    "to be confirmed",
    "to be determined",
    "to be done",
    "to be written",
    "to do",
    "todo",
    "undefined",
    "unknown",
    "unspecified",
    "wip",
    "xx",
    "xxx",
}
# A level or a step said once more is no reason for it: "low", "GRADE: very low certainty", "−1", "very serious".
RESTATED = re.compile(
    r"(?:(?:grade|graded|level|rated) )*(?:very low|low|moderate|high|not gradable|no evidence|[0-9])"
    r"(?: (?:certainty|quality|evidence|confidence|level|grade|of|step|steps|down|up))*"
    r"|(?:(?:not|no|very|extremely) )*serious(?: concerns?)?|(?:no )?concerns?|(?:down|up)graded|rated (?:down|up)"
    r"|yes|no|ok"
)
SHORTEST = 2
LONGEST = 32
"""No placeholder is longer, blanks around it left out; so a database can leave the long reasons alone."""


def says_nothing(reason: str) -> bool:
    """Whether a reason is empty, a placeholder such as "-", "n/a" or "todo", or only says the level once more."""
    if len(reason) > LONGEST and len(reason.strip()) > LONGEST:
        return False
    return _says_nothing(reason)


# Where many are short, many are the same.
@lru_cache(maxsize=4096)
def _says_nothing(reason: str) -> bool:
    words = " ".join(re.findall(r"[^\W_]+", reason.casefold()))
    return len(words) < SHORTEST or words in PLACEHOLDERS or RESTATED.fullmatch(words) is not None


def is_short(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that leaves out what is too long for a placeholder."""
    return func.length(func.trim(column)) <= LONGEST
