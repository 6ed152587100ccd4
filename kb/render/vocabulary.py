"""Words of the vocabularies as HTML: a level, a direction, a stance. Each is made once and serves every statement."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup

TEMPLATE = "vocabulary.html"
MOST = 1024
"""Pieces of a kind that are kept; somebody's own scales may have any number of levels."""


class Vocabulary:
    """The macros of `vocabulary.html` by name, for templates; what each makes of a value is kept."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.level, self.stars, self.direction, self.claim, self.stance, self.severity = map(
            self._kept, ("level", "stars", "direction", "claim", "stance", "severity")
        )

    def _kept(self, macro: str) -> Callable[[Hashable], Markup]:
        @lru_cache(maxsize=MOST)
        def made(value: Hashable) -> Markup:
            return Markup(getattr(self._environment.get_template(TEMPLATE).module, macro)(value))

        return made
