"""The page of a search: of all hits the first so many in the wanted order, without sorting the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from indexer import bm25f
from indexer.arrays import Numbers, Places, Scores, first
from indexer.engine import Sort
from indexer.leaf import Leaf
from indexer.tree import Tree
from indexer.vector import Found, Matching, Some

Ids = npt.NDArray[np.int64]


def page(
    leaves: Sequence[Leaf],
    matching: Matching,
    tree: Tree,
    found: Found,
    hits: Sequence[Numbers],
    sort: Sort,
    offset: int,
    limit: int,
) -> tuple[Ids, Scores]:
    """The ids and scores of the hits from `offset` on, at most `limit`; the id decides what nothing else does.

    `hits` are what is left of `found` in each leaf.
    """
    if not limit or offset >= sum(map(len, hits)):
        return np.empty(0, dtype=np.int64), np.empty(0)
    wanted = offset + limit
    scored: Sequence[Scores] = ()
    if sort == "relevance" and isinstance(found, Some):
        enough = max(wanted, bm25f.RERANKED)
        hits, scored = zip(*(found.contenders(n, each, enough) for n, each in enumerate(hits)), strict=True)
    ids = np.concatenate([leaf.arrays.ids[each] for leaf, each in zip(leaves, hits, strict=True)])
    if sort == "newest":
        places = first([-ids], wanted)[offset:]
        scores = _scores_of(found, hits, places)
        return ids[places], scores
    scores = np.concatenate(scored or [found.scores(n, each) for n, each in enumerate(hits)])
    if sort == "relevance":
        _add_nearness(matching, tree, hits, ids, scores)
        keys = [-scores, ids]
    else:
        column, sign = ("rank", 1) if sort == "grade" else ("cited", -1)
        numbers = [leaf.numbers(column)[each] for leaf, each in zip(leaves, hits, strict=True)]
        keys = [sign * np.concatenate(numbers).astype(np.int64), -scores, ids]
    places = first(keys, wanted)[offset:]
    return ids[places], scores[places]


def _add_nearness(matching: Matching, tree: Tree, hits: Sequence[Numbers], ids: Ids, scores: Scores) -> None:
    """Raise the scores of the best hits in which words typed side by side stand side by side."""
    best = np.sort(first([-scores, ids], bm25f.RERANKED))
    begin = 0
    for leaf, each in enumerate(hits):
        here = best[(best >= begin) & (best < begin + len(each))]
        if len(here):
            scores[here] += matching.nearer(tree, leaf, each[here - begin])
        begin += len(each)


def _scores_of(found: Found, hits: Sequence[Numbers], places: Places) -> Scores:
    scores = np.zeros(len(places))
    begin = 0
    for leaf, each in enumerate(hits):
        here = np.flatnonzero((places >= begin) & (places < begin + len(each)))
        order = here[np.argsort(places[here])]
        scores[order] = found.scores(leaf, each[places[order] - begin])
        begin += len(each)
    return scores
