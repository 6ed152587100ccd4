"""What to offer while somebody types: statements, topics, articles and citations that the words begun so far lead to.

The last word counts as begun unless a blank follows it. One search gives the statements, and by its facets the topics
and articles; citations are those in the slots of the best hits, and whichever has the identifier that was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from indexer.engine import Request, SearchEngine
from indexer.highlight import Sought, Span, marks
from indexer.query import parse
from indexer.tree import And, Leaf, Nothing, Or, Phrase, PhrasePrefix, Prefix, Tree, Word, leaves
from kb.cited import cited_by, identified
from kb.graded import GradedStatement, read
from kb.labels import facet_labels
from kb.records import CitationRecord

MOST_STATEMENTS = 5
MOST_OTHERS = 3
"""Topics, articles and citations, of each."""
LOOKED_THROUGH = 40
"""Of so many of the best hits the citations are looked through."""
VALUES = 200
"""Of so many of the most frequent topics and articles those that fit are taken."""
SHORTEST = 2
"""Letters from which on the word being typed is looked for; one letter begins a tenth of all words."""
EXPANSIONS = 24
"""The word being typed stands for so many of the most frequent words that begin so."""
SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Offered:
    """A topic or an article: its value for the facet, what it is called, and how many of the hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What is offered for the words typed so far; `marks` are those of each statement, by its id."""

    statements: tuple[GradedStatement, ...] = ()
    marks: Mapping[int, Mapping[str, tuple[Span, ...]]] = field(default_factory=dict)
    topics: tuple[Offered, ...] = ()
    articles: tuple[Offered, ...] = ()
    citations: tuple[CitationRecord, ...] = ()

    def __len__(self) -> int:
        return len(self.statements) + len(self.topics) + len(self.articles) + len(self.citations)


@dataclass(frozen=True, slots=True)
class Begun:
    """The query typed so far. `words` are what a label must have to fit: of each alternatives, any of which will do."""

    tree: Tree
    words: tuple[tuple[Leaf, ...], ...]


def begun(text: str) -> Begun:
    """Read what was typed so far; its tree is Nothing where there is too little of it to look for anything."""
    tree = parse(text).tree
    words = leaves(tree)
    if not words:
        return Begun(Nothing(), ())
    whole = Begun(tree, tuple((word,) for word in words))
    last = _last(tree)
    if not isinstance(last, Word | Phrase) or last.quoted or not last.typed or not text.endswith(last.typed):
        return whole
    others = tuple((word,) for word in words if word != last)
    if isinstance(last, Word) and len(last.surface) < SHORTEST and last.surface.isascii():
        return Begun(_with_last(tree, None), others)
    begins: Leaf
    if isinstance(last, Word):
        begins = Prefix(last.surface)
    else:
        begins = PhrasePrefix(last.terms[:-1], last.surfaces[:-1], last.surfaces[-1])
    return Begun(_with_last(tree, Or((last, begins))), (*others, (last, begins)))


def typed(engine: SearchEngine, session: Session, text: str, day: date) -> Typed:
    """What to offer. Raises IndexUnavailable where the index cannot answer."""
    here = begun(text)
    known = identified(session, text)
    if isinstance(here.tree, Nothing):
        return Typed(citations=tuple(known[:MOST_OTHERS]))
    answer = engine.search(
        Request(
            here.tree,
            limit=LOOKED_THROUGH,
            time_limit=SECONDS,
            facets=("topic", "article"),
            most_values=VALUES,
            most_expansions=EXPANSIONS,
        )
    )
    statements = [each for each in read(session, answer.ids[:MOST_STATEMENTS], day) if each.state == "published"]
    titles = facet_labels(session, {"article": answer.facets["article"]})["article"]
    cited = [each for each in cited_by(session, answer.ids) if _fits(each.title, here)]
    sought = Sought(leaves(here.tree))
    return Typed(
        statements=tuple(statements),
        marks={each.id: marks(each, sought) for each in statements},
        topics=_fitting(((value, value, n) for value, n in answer.facets["topic"].items()), here),
        articles=_fitting(((value, titles[value], n) for value, n in answer.facets["article"].items()), here),
        citations=tuple({each.id: each for each in (*known, *cited)}.values())[:MOST_OTHERS],
    )


def _fitting(values: Iterable[tuple[str, str, int]], here: Begun) -> tuple[Offered, ...]:
    return tuple(islice((Offered(*each) for each in values if each[2] and _fits(each[1], here)), MOST_OTHERS))


def _fits(label: str, here: Begun) -> bool:
    """Whether every word that was typed stands in it."""
    return all(Sought(alternatives).spans(label) for alternatives in here.words)


def _last(tree: Tree) -> Tree:
    """The part that was typed last; what is excluded is one part with its minus sign."""
    return _last(tree.parts[-1]) if isinstance(tree, And | Or) else tree


def _with_last(tree: Tree, other: Tree | None) -> Tree:
    """The tree with another part in the place of the last that was typed; None leaves it out."""
    match tree:
        case And(parts) | Or(parts):
            last = _with_last(parts[-1], other)
            left = parts[:-1] if isinstance(last, Nothing) else (*parts[:-1], last)
            return type(tree)(left) if len(left) > 1 else left[0]
        case _:
            return Nothing() if other is None else other
