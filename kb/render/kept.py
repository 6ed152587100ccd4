"""Pieces of HTML that many statements share, each made once: words of the vocabularies, and the same caveats."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup

from kb.caveats import RequiredCaveat
from kb.render.shown import ShownCaveat

MOST = 1024
"""Pieces of a kind that are kept; somebody's own scales may have any number of levels."""


class Macros:
    """The macros of one template by name. What is made by one is HTML, and nothing of it is escaped again."""

    def __init__(self, environment: Environment, template: str) -> None:
        self._environment = environment
        self._template = template

    def __call__(self, name: str, *given: object) -> Markup:
        """What the macro makes of what is given."""
        # Macros lie in the template's module, which Jinja makes once; rendering makes a context each time.
        made: Markup = getattr(self._environment.get_template(self._template).module, name)(*given)
        return made


class Vocabulary:
    """The macros of `vocabulary.html` for templates; what each makes of a value is kept."""

    def __init__(self, environment: Environment) -> None:
        self._macros = Macros(environment, "vocabulary.html")
        self.level, self.stars, self.direction, self.claim, self.stance, self.severity, self.grade_line = map(
            self._kept, ("level", "stars", "direction", "claim", "stance", "severity", "grade_line")
        )

    def _kept(self, name: str) -> Callable[..., Markup]:
        @lru_cache(maxsize=MOST)
        def made(*values: Hashable) -> Markup:
            return self._macros(name, *values)

        return made


class Caveats:
    """The macros of `caveats.html` for templates.

    What they make of a caveat that was not hit and rests on no work is kept: it says the same of many statements.
    """

    def __init__(self, environment: Environment) -> None:
        self._macros = Macros(environment, "caveats.html")
        self.line, self.warning, self.label = map(self._kept, ("line", "warning", "label"))

    def _kept(self, name: str) -> Callable[..., Markup]:
        @lru_cache(maxsize=MOST)
        def plain(caveat: RequiredCaveat, *how: bool) -> Markup:
            return self._macros(name, ShownCaveat(caveat), *how)

        def made(shown: ShownCaveat, *how: bool) -> Markup:
            if shown.hit or shown.caveat.citations:
                return self._macros(name, shown, *how)
            return plain(shown.caveat, *how)

        return made
