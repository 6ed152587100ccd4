"""What a study's design is, read from the words that describe it: what it can show, and where GRADE starts.

The words stand in `data/designs.toml`. A design that cannot be read is unknown, which no rule takes for a weakness.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from kb.data import data_folder
from kb.errors import InputError

# Strongest first: a work that is several of these is called by the first.
CLASSES = (
    "registration",
    "systematic-review",
    "randomised",
    "non-randomised-trial",
    "observational",
    "case-reports",
    "clinical",
    "qualitative",
    "animal",
    "laboratory",
    "guidance",
    "narrative-review",
)
STARTING_LOW = frozenset({"non-randomised-trial", "observational", "case-reports"})
STUDIES_IN_PEOPLE = STARTING_LOW | {"randomised", "clinical"}
NOT_IN_PEOPLE = frozenset({"animal", "laboratory"})


@dataclass(frozen=True, slots=True)
class Design:
    """All that a description says a work is; empty where it says nothing that is known."""

    classes: frozenset[str]

    @property
    def name(self) -> str:
        """The class that it is called by, such as `randomised`; `unknown` where nothing was read."""
        return next((each for each in CLASSES if each in self.classes), "unknown")

    @property
    def is_not_in_people(self) -> bool:
        """Whether it is of animals or the laboratory alone; a review of them only where it says so."""
        return bool(self.classes & NOT_IN_PEOPLE) and not self.classes & STUDIES_IN_PEOPLE

    @property
    def is_study_of_effect(self) -> bool:
        """Whether it can hold an effect in people: a study in people, or a systematic review that may hold some."""
        if "registration" in self.classes or self.is_not_in_people:
            return False
        return bool(self.classes & (STUDIES_IN_PEOPLE | {"systematic-review"}))

    @property
    def is_associative(self) -> bool:
        """Whether it observes and does not intervene: it shows associations."""
        observing = {"observational", "case-reports"}
        return bool(self.classes & observing) and not self.classes & {"randomised", "non-randomised-trial"}

    @property
    def starts_at(self) -> str | None:
        """GRADE's starting level: high for randomised trials, low for other studies in people, else none.

        GRADE guidelines 3 (Balshem 2011, doi:10.1016/j.jclinepi.2010.07.015). A systematic review starts where the
        studies start that it says it is of.
        """
        if not self.is_study_of_effect:
            return None
        if "randomised" in self.classes:
            return "high"
        return "low" if self.classes & STARTING_LOW else None


UNKNOWN = Design(frozenset())


def design_of(study_design: str | None, csl: Mapping[str, Any] | None = None) -> Design:
    """The design of a citation: by its own words, else by what its record says in `custom.design` or `genre`."""
    found = read_design(study_design or "")
    if found.classes or csl is None:
        return found
    custom = csl.get("custom")
    told = [custom.get("design")] if isinstance(custom, Mapping) else []
    return read_design(", ".join(each for each in (*told, csl.get("genre")) if isinstance(each, str)))


@lru_cache(maxsize=10_000)
def read_design(words: str) -> Design:
    """The design that words describe."""
    instead, classes = _patterns()
    found, left = set(), words
    for name, pattern in instead.items():
        left, count = pattern.subn(" ", left)
        if count:
            found.add(name)
    for name, pattern in classes.items():
        # A review that is told to be systematic is no narrative one as well.
        if name == "narrative-review" and "systematic-review" in found:
            continue
        if pattern.search(left):
            found.add(name)
    return Design(frozenset(found)) if found else UNKNOWN


@cache
def _patterns() -> tuple[Mapping[str, re.Pattern[str]], Mapping[str, re.Pattern[str]]]:
    """The words of `data/designs.toml`. Raises InputError where it cannot be read, so that nothing passes unread."""
    path = data_folder() / "designs.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        instead, classes = ({name: _pattern(entries) for name, entries in table[part].items()} for part in PARTS)
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise InputError(f"The words cannot be read: {error}.", place=str(path), cure="Mend the file.") from error
    if unknown := sorted({*instead, *classes} - set(CLASSES)):
        raise InputError(f"{unknown[0]} is no class of designs.", place=str(path), cure=f"Use {', '.join(CLASSES)}.")
    return instead, classes


PARTS = ("instead", "class")


def _pattern(entries: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(entries)})(?!\w)", re.IGNORECASE)
