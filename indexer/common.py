"""Long questions: words that nearly every statement has order the hits and find none by themselves.

"What is known about the effect of kratom on the liver" with OR between its words would find every statement with "the"
in it. Short queries keep all their words: there, "may" or "not" may be what is asked about.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from indexer.tree import Everything, Or, Ordered, Tree, Widened, Word

LONG_QUESTION = 6
"""Alternatives from which on a question is a long one."""
COMMON_SHARE = 0.25
"""A word in more than this share of all statements is common."""
FEWEST = 100
"""In fewer statements than these no word is called common: everything can be shown."""
SECONDS = 0.5
"""For counting all of a question's words; what was not counted by then is not called common."""


def without_common(tree: Tree, count: Callable[[Tree], int]) -> tuple[Tree, tuple[Word, ...]]:
    """The question whose common words only order what the others find, and these words.

    `count` says how many statements match. A short question, one of common words only, and every other tree stay as
    they are.
    """
    if not isinstance(tree, Or) or len(tree.parts) < LONG_QUESTION:
        return tree, ()
    most = max(FEWEST, COMMON_SHARE * count(Everything()))
    until = time.monotonic() + SECONDS
    words = [part for part in dict.fromkeys(tree.parts) if isinstance(part, Word | Widened)]
    common = [part for part in words if time.monotonic() < until and count(part) > most]
    telling = [part for part in tree.parts if part not in common]
    if not common or not telling:
        return tree, ()
    told = tuple(word for part in common if isinstance(word := _typed(part), Word))
    return Ordered(Or(tuple(telling)) if len(telling) > 1 else telling[0], tree), told


def _typed(part: Tree) -> Tree:
    return part.part if isinstance(part, Widened) else part
