"""How well the order of hits serves a reader: nDCG@10 on judged collections, beside plain BM25 in the same run.

The queries of these collections are long questions, so both sides take OR: Caveat's side is what the page's offer
"any of the words" searches, with Caveat's analyser, query language and engine. Plain BM25 (k1 1.2, b 0.75, Lucene's
idf, each query word as often as it stands there) has the same analyser and reads the same text in one field.

    python tests/benchmarks/ranking.py [--sets ../shared/examples/search] [--per-query]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytrec_eval

from indexer.asked import understood
from indexer.engine import IndexDocument, Position, Request, SearchEngine
from indexer.names import Names, load_names
from indexer.open import open_engine
from indexer.query import any_of, parse
from indexer.text import tokens
from indexer.tree import as_text

SETS = Path(__file__).resolve().parents[3] / "shared" / "examples" / "search"
MEASURES = {"nDCG@10": "ndcg_cut_10", "AP@100": "map_cut_100", "R@100": "recall_100"}
"""What is printed, and its name in trec_eval."""
FIRST = "nDCG@10"
"""The one that decides."""
DEEP = 100

Run = dict[str, dict[str, float]]
"""For each query the documents found, each with its score."""


def main() -> int:
    """Print the measures of both sides for each collection, and their means; 1 where plain BM25 is better anywhere."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--sets", type=Path, default=SETS, help="folder of collections: corpus, queries, qrels")
    options.add_argument("--per-query", action="store_true", help="also in how many queries each side is better")
    given = options.parse_args()
    folders = sorted(each.parent for each in given.sets.glob("*/qrels.tsv"))
    if not folders:
        print(f"No judged collection lies in {given.sets}.", file=sys.stderr)
        return 2
    ours_first: list[float] = []
    plain_first: list[float] = []
    print(f"{'':12}{'':12}" + "".join(f"{measure:>10}" for measure in MEASURES) + "   seconds")
    for folder in folders:
        documents, queries = _lines(folder / "corpus.jsonl"), _lines(folder / "queries.jsonl")
        judge = pytrec_eval.RelevanceEvaluator(_judged(folder / "qrels.tsv"), set(MEASURES.values()))
        each: dict[str, dict[str, float]] = {}
        for side, run in (("plain BM25", plain), ("Caveat", caveat)):
            began = time.perf_counter()
            found = run(documents, queries)
            seconds = time.perf_counter() - began
            scores = judge.evaluate(found)
            means = {name: statistics.fmean(of[key] for of in scores.values()) for name, key in MEASURES.items()}
            print(
                f"{folder.name:12}{side:12}" + "".join(f"{mean:10.4f}" for mean in means.values()) + f"{seconds:10.1f}"
            )
            (plain_first if run is plain else ours_first).append(means[FIRST])
            each[side] = {query: of[MEASURES[FIRST]] for query, of in scores.items()}
        if given.per_query:
            _compare(folder.name, *each.values())
    for side, firsts in (("plain BM25", plain_first), ("Caveat", ours_first)):
        print(f"{'mean':12}{side:12}{sum(firsts) / len(firsts):10.4f}")
    return int(any(ours < theirs for ours, theirs in zip(ours_first, plain_first, strict=True)))


def caveat(documents: list[dict[str, str]], queries: list[dict[str, str]]) -> Run:
    """What Caveat's engine finds: each document a statement whose own words are the document's title and text."""
    with tempfile.TemporaryDirectory() as folder:
        names = load_names()
        engine = open_engine(f"whoosh:{folder}/index")
        engine.rebuild(
            (
                IndexDocument(number, 1, {"text": _text(document)}, {}, grade_rank=0, cited=0)
                for number, document in enumerate(documents)
            ),
            Position("a benchmark", engine.fingerprint, 0),
        )
        found = {
            query["_id"]: {documents[id_]["_id"]: score for id_, score in _asked(engine, names, query["text"])}
            for query in queries
        }
        engine.close()
    return found


def _asked(engine: SearchEngine, names: Names, question: str) -> Iterator[tuple[int, float]]:
    wide = any_of(parse(question))
    asked = understood(as_text(wide) if wide is not None else question, names, (), engine.count)
    answer = engine.search(Request(asked.tree, limit=DEEP, time_limit=10, facets=()))
    return zip(answer.ids, answer.scores, strict=True)


def plain(documents: list[dict[str, str]], queries: list[dict[str, str]], k1: float = 1.2, b: float = 0.75) -> Run:
    """BM25 written down as it stands in the textbooks."""
    postings: dict[str, dict[int, int]] = defaultdict(dict)
    lengths = []
    for number, document in enumerate(documents):
        counts = Counter(token.term for token in tokens(_text(document)))
        lengths.append(sum(counts.values()))
        for term, often in counts.items():
            postings[term][number] = often
    mean = sum(lengths) / len(lengths)
    found: Run = {}
    for query in queries:
        scores: dict[int, float] = defaultdict(float)
        for token in tokens(query["text"]):
            having = postings.get(token.term, {})
            rarity = math.log(1 + (len(documents) - len(having) + 0.5) / (len(having) + 0.5))
            for number, often in having.items():
                scores[number] += rarity * often * (k1 + 1) / (often + k1 * (1 - b + b * lengths[number] / mean))
        best = sorted(scores.items(), key=lambda each: -each[1])[:DEEP]
        found[query["_id"]] = {documents[number]["_id"]: score for number, score in best}
    return found


def _text(document: dict[str, str]) -> str:
    return f"{document['title']} {document['text']}"


def _compare(name: str, theirs: dict[str, float], ours: dict[str, float]) -> None:
    better = sum(ours[query] > theirs[query] + 1e-9 for query in ours)
    worse = sum(ours[query] < theirs[query] - 1e-9 for query in ours)
    print(f"{name:12}Caveat is better in {better} and worse in {worse} of {len(ours)} queries")


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _judged(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, relevance = line.split("\t")
        judged[query][document] = int(relevance)
    return dict(judged)


if __name__ == "__main__":
    raise SystemExit(main())
