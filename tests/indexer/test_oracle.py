"""The engine against the one that is obviously right: the same hits, scores, order and counts, whatever was written and
asked, in one segment or many, with deletions.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine import FIELDS, SEPARATOR, SORTS, IndexDocument, Position, Request
from indexer.open import open_engine
from indexer.text import stem
from indexer.tree import And, Everything, Not, Or, Ordered, Phrase, PhrasePrefix, Prefix, Widened, Word
from indexer.whoosh_writer import Tier
from tests.indexer.reference_engine import ReferenceEngine

WORDS = ["kratom", "kratoms", "liver", "pain", "painful", "universe", "universities", "il", "6", "may", "not"]
VALUES = ["one", "two", "three", "four"]

texts = st.lists(st.sampled_from([*WORDS, SEPARATOR]), max_size=9).map(" ".join)
bodies = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, texts))
facets = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(VALUES), max_size=3).map(tuple) for name in ("grade", "topic")}
)
documents = st.builds(
    IndexDocument, st.integers(0, 12), st.integers(1, 3), bodies, facets, st.integers(0, 2), st.integers(0, 2)
)
batches = st.lists(st.tuples(st.lists(documents, max_size=5), st.lists(st.integers(0, 12), max_size=2)), max_size=4)

words = st.sampled_from(WORDS).map(lambda word: Word(stem(word), word))
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
    lambda found: Phrase(tuple(map(stem, found)), tuple(found))
)
beginnings = st.sampled_from(["kra", "pai", "uni", "universi", "zzz"]).map(Prefix)
begun = st.builds(lambda word, rest: PhrasePrefix((word.term,), (word.surface,), rest.surface), words, beginnings)
names = st.builds(Widened, words | st.lists(words, min_size=2, max_size=2).map(lambda w: And(tuple(w))), st.lists(words | phrases, min_size=1, max_size=2).map(tuple))  # fmt: skip  # noqa: E501
trees = st.recursive(
    words | phrases | beginnings | begun | names | st.just(Everything()),
    lambda parts: (
        st.lists(parts, min_size=2, max_size=3).map(lambda found: And(tuple(found)))
        | st.lists(parts, min_size=2, max_size=3).map(lambda found: Or(tuple(found)))
        | parts.map(Not)
        | st.builds(Ordered, parts, parts)
    ),
    max_leaves=6,
)
requests = st.builds(
    Request,
    trees,
    st.fixed_dictionaries(
        {}, optional={name: st.lists(st.sampled_from(VALUES), max_size=2).map(tuple) for name in ("grade", "topic")}
    ),
    st.sampled_from(SORTS),
    st.integers(0, 3),
    st.integers(0, 8),
    st.just(60.0),
    st.just(("grade", "topic")),
    st.sampled_from([None, 0, 1, 2, 50]),
)


@settings(max_examples=30, deadline=None)
@given(first=st.lists(documents, max_size=8, unique_by=lambda each: each.id), then=batches, asked=st.lists(requests, min_size=1, max_size=6), small=st.sampled_from([0, 2, 2_000]), few=st.sampled_from([1, 4096]))  # fmt: skip  # noqa: E501
def test_the_engine_finds_scores_orders_and_counts_as_the_reference_does(
    first: list[IndexDocument],
    then: list[tuple[list[IndexDocument], list[int]]],
    asked: Sequence[Request],
    small: int,
    few: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        # Segments as they would be in a large index: not all of them are merged at once.
        patched.setattr("indexer.whoosh_writer.TIERS", [Tier(small, 1), Tier(2 * small + 1, 2)])
        patched.setattr("indexer.whoosh_writer.IN_MEMORY", small)
        patched.setattr("indexer.gathering.AT_ONCE", 3)
        patched.setattr("indexer.bulk.AT_ONCE", 5)
        # So few documents that the rest is left unscored, and so few that tables of all documents are made.
        patched.setattr("indexer.bm25f.RERANKED", 2)
        patched.setattr("indexer.arrays._FEW", few)
        engine, reference = open_engine(f"whoosh:{folder}/index"), ReferenceEngine(Path(folder))
        for each in (engine, reference):
            each.rebuild(iter(first), Position("s", "f", 1))
            for seq, (upserts, removals) in enumerate(then, 2):
                each.apply(upserts, removals, Position("s", "f", seq))
        for request in asked:
            found, right = engine.search(request), reference.search(request)
            assert found.total == right.total
            assert found.facets == right.facets
            assert [list(each) for each in found.facets.values()] == [list(each) for each in right.facets.values()]
            assert found.facet_sizes == right.facet_sizes
            assert found.scores == pytest.approx(right.scores)
            # Where two scores differ by rounding alone, either order is right.
            assert sorted(found.ids) == sorted(right.ids) or _nearly_tied(found.scores)
            assert engine.count(request.tree) == reference.count(request.tree)
        assert sorted(engine.versions()) == sorted(reference.versions())
        engine.close()


def _nearly_tied(scores: Sequence[float]) -> bool:
    return any(abs(one - other) < 1e-9 for one, other in pairwise(scores))
