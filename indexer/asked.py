"""What was typed, as it will be searched: read, widened by other names, and told of to the reader."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from indexer.common import without_common
from indexer.names import Names
from indexer.query import Ignored, ParsedQuery, parse
from indexer.tree import Leaf, Phrase, Tree, every_leaf, leaves
from indexer.widen import Added, widened


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it will be searched.

    `tree` is what an engine gets; `typed` is the same before it was widened. `added` are the other names, those
    switched off among them; `common` are words that only order the hits; `split` are compounds whose parts are searched
    side by side, each with these parts.
    """

    typed: ParsedQuery
    tree: Tree
    added: tuple[Added, ...]
    common: tuple[str, ...]
    split: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> tuple[Leaf, ...]:
        """What a hit may contain, other names among it: what is marked in it."""
        return leaves(self.tree)

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """What of the typed text has no part in the search."""
        return self.typed.ignored


def understood(
    text: str, names: Names | None, without: Collection[str], count: Callable[[Tree], int] | None
) -> Understood:
    """Read what was typed.

    No `names`: nothing is widened; `without` are single names to leave out. No `count` (which says how many statements
    match): no word is taken for a common one, and no name for one that nobody used.
    """
    return of_parsed(parse(text), names, without, count)


def of_parsed(
    parsed: ParsedQuery, names: Names | None, without: Collection[str], count: Callable[[Tree], int] | None
) -> Understood:
    """The same for a query that was read already."""
    tree, added = (parsed.tree, ()) if names is None else widened(parsed.tree, names, without, count)
    tree, common = (tree, ()) if count is None else without_common(tree, count)
    return Understood(parsed, tree, added, tuple(word.typed or word.surface for word in common), _split(parsed.tree))


def _split(tree: Tree) -> tuple[tuple[str, tuple[str, ...]], ...]:
    compounds = [leaf for leaf in every_leaf(tree) if isinstance(leaf, Phrase) and not leaf.quoted and leaf.typed]
    return tuple({leaf.typed: (leaf.typed, leaf.surfaces) for leaf in compounds}.values())
