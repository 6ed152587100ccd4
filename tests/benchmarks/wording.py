"""How well words tell certainty: `python tests/benchmarks/wording.py` prints it, and `… speed` how fast they are read.

Reads the folder with the shared examples beside the checkout: sentences on effects from Cochrane reviews with their
authors' GRADE level, the level cut out of the text and marked “[CERTAINTY]”. Two parts:

1. *Certainty read from words*, beside a plain reader of the table in GRADE guidance 26 as the baseline: coverage is the
   share of sentences whose words say a level, agreement how many of those have the authors' level. An effect without a
   hedge says none. Reviews fall into two halves by the hash of their id: the words in `data/wording.toml` were mended
   by looking at one half, and the other was only ever measured.
2. *Precision of the over-claim rule* on findings judged by hand (`tests/kb/judged_overclaims.jsonl`). Whoever judged
   read each sentence as its authors wrote it. Where the level is part of a sentence (“[CERTAINTY] suggests that X may
   …”), cutting it out makes an over-claim that is none in the original; such findings are marked `level_cut` and
   counted apart, and with the level put back the rule finds nothing in them. A CIViC item carries no GRADE level; the
   one in the list is the judge's: very low for a single case, a laboratory study or an inference.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kb.data import data_folder
from kb.overclaim import TYPES_OF_EFFECT, overclaim
from kb.wording import claimed_certainty

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
JUDGED = ROOT / "tests" / "kb" / "judged_overclaims.jsonl"
CUT = "[CERTAINTY]"
LEVELS = ("very-low", "low", "moderate", "high")
SENTENCES = 200_000

Reader = Callable[[str], str | None]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its authors' level; `seen` where its review is of the half that was looked at."""

    review: str
    level: str
    text: str

    @property
    def seen(self) -> bool:
        return int(sha256(self.review.encode()).hexdigest(), 16) % 2 == 0


def effect_sentences(shared: Path) -> list[Sentence]:
    """The sentences of the shared file."""
    path = shared / "examples" / "wording" / "effect-sentences.jsonl"
    return [Sentence(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def plain_reader(text: str) -> str | None:
    """What a plain reader of guidance 26's table says: the least certain of its words decides."""
    for level, words in (
        ("very-low", r"uncertain(?:ty)?"),
        ("low", "may|might|suggests?|suggested|suggesting"),
        ("moderate", "probably|likely"),
    ):
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return level
    return None


def says_a_level(text: str) -> str | None:
    """The level that is stated or hedged."""
    claimed = claimed_certainty(text)
    return claimed.level if claimed is not None and claimed.by in ("stated", "hedged") else None


def says_or_doubts(text: str) -> str | None:
    """The same, and low where there are only words of doubt ("insufficient evidence")."""
    claimed = claimed_certainty(text)
    return claimed.level if claimed is not None and claimed.by in ("stated", "hedged", "doubt") else None


READERS: Mapping[str, Reader] = {
    "plain reader of the table": plain_reader,
    "Caveat, words that say a level": says_a_level,
    "Caveat, words of doubt too": says_or_doubts,
}


def agreement(sentences: list[Sentence], reader: Reader) -> tuple[float, float]:
    """Agreement with the authors where the reader says a level, and the share of sentences where it does."""
    said = [(each.level, level) for each in sentences if (level := reader(each.text)) is not None]
    return sum(ours == theirs for theirs, ours in said) / len(said), len(said) / len(sentences)


def as_written(text: str, level: str) -> str:
    """A sentence with its level put back where it is part of the sentence, and left out where it stands as a tag."""
    out, depth = [], 0
    for piece in re.split(r"(\[CERTAINTY\]|[()])", text):
        depth = max(0, depth + {"(": 1, ")": -1}.get(piece, 0))
        tag = depth > 0 or re.search(r"[,;–-]\s*$", "".join(out)) is not None
        out.append(("" if tag else f"{level.replace('-', ' ')}-certainty evidence") if piece == CUT else piece)
    return "".join(out)


@dataclass(frozen=True)
class Judged:
    """A finding of the over-claim rule, with whether a reader found it to be one."""

    source: str
    text: str
    level: str
    level_cut: bool
    overclaims: bool


def texts(shared: Path | None) -> Iterator[tuple[str, str]]:
    """Every text that the list may speak of, with its source: the article's, and the shared ones where they are."""
    for path in sorted((data_folder() / "articles").glob("*/statements.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield from (("article", row["text"]), ("article", row["quote"]))
    if shared is None:
        return
    yield from (("cochrane", each.text) for each in effect_sentences(shared))
    for year in ("2021", "2026"):
        with (shared / "examples" / "statements" / f"civic-{year}.tsv").open(encoding="utf-8", newline="") as file:
            yield from ((f"civic-{year}", row["evidence_statement"]) for row in csv.DictReader(file, delimiter="\t"))


def judged(shared: Path | None) -> list[Judged]:
    """The judged findings whose words are at hand; the list names them by the SHA-256 of their text."""
    known = {(source, sha256(text.encode()).hexdigest()): text for source, text in texts(shared)}
    rows = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    return [
        Judged(row["source"], text, row["level"], row.get("level_cut", False), row["overclaims"])
        for row in rows
        if (text := known.get((row["source"], row["sha256"]))) is not None
    ]


def precision(findings: list[Judged]) -> tuple[float, int]:
    """The share of the rule's present findings that are over-claims, and how many there are."""
    found = [each.overclaims for each in findings if overclaim(each.text, each.level) is not None]
    return (sum(found) / len(found) if found else 1.0), len(found)


def unjudged(shared: Path) -> list[str]:
    """Findings in the Cochrane sentences and the article that nobody has judged yet."""
    known = {each.text for each in judged(shared)}
    found = [each.text for each in effect_sentences(shared) if overclaim(each.text, each.level)]
    for path in sorted((data_folder() / "articles").glob("*/statements.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        effects = [row for row in rows if row["type"] in TYPES_OF_EFFECT]
        found += [row["text"] for row in effects if overclaim(row["text"], row["grade"]["level"])]
    return [text for text in found if text not in known]


def print_certainty() -> None:
    """The first part."""
    sentences = effect_sentences(SHARED)
    halves = {
        "all": sentences,
        "looked at": [each for each in sentences if each.seen],
        "only measured": [each for each in sentences if not each.seen],
    }
    print("Certainty read from words\n")
    for half, chosen in halves.items():
        print(f"{half}: {len(chosen)} sentences of {len({each.review for each in chosen})} reviews")
        for name, reader in READERS.items():
            agrees, covers = agreement(chosen, reader)
            print(f"  {name:32} agreement {agrees:6.1%}   coverage {covers:6.1%}")
    print("\nAuthors' level (down) and the words' (across), all sentences:\n")
    print(" " * 10 + "".join(f"{level:>10}" for level in (*LEVELS, "none said")))
    table = Counter((each.level, says_a_level(each.text)) for each in sentences)
    for theirs in LEVELS:
        print(f"{theirs:10}" + "".join(f"{table[theirs, ours]:10}" for ours in (*LEVELS, None)))


def print_precision() -> None:
    """The second part."""
    findings = judged(SHARED)
    written = [each for each in findings if not each.level_cut]
    held = {each.text for each in effect_sentences(SHARED) if not each.seen}
    print(
        f"\nOver-claims: {len(findings)} findings judged by hand; {len(unjudged(SHARED))} of today's are not judged\n"
    )
    for name, chosen in {
        "sentences as written": written,
        "  of the article": [each for each in written if each.source == "article"],
        "  Cochrane": [each for each in written if each.source == "cochrane"],
        "  Cochrane, only measured half": [each for each in written if each.text in held],
        "  CIViC": [each for each in written if each.source.startswith("civic")],
        "with the level cut out of sentences": findings,
    }.items():
        share, count = precision(chosen)
        print(f"  {name:36} precision {share:6.1%} of {count}")
    back = [each for each in findings if each.level_cut and overclaim(as_written(each.text, each.level), each.level)]
    print(
        f"  findings left among the {sum(each.level_cut for each in findings)} once the level is put back: {len(back)}"
    )


def print_speed() -> None:
    """Microseconds a sentence, each rule's reading by itself and all of them on one sentence."""
    from kb.overclaim import underclaim, unhedged
    from kb.wording import absolute_words, causal_words, inserted_phrases, promotional_words, read_words

    with gzip.open(SHARED / "bench" / "sentences.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        sentences = [line.rstrip("\n").partition("\t")[2] for line, _ in zip(file, range(SENTENCES), strict=False)]

    def every_rule(text: str) -> None:
        overclaim(text, "low"), unhedged(text, "low"), underclaim(text, "low")
        absolute_words(text), causal_words(text), promotional_words(text), inserted_phrases(text)

    claimed_certainty("")
    print(f"Reading {len(sentences)} sentences\n")
    for name, read in {
        "read_words": read_words,
        "overclaim": lambda text: overclaim(text, "low"),
        "promotional and inserted": lambda text: (promotional_words(text), inserted_phrases(text)),
        "all of W01 to W06": every_rule,
    }.items():
        began = time.process_time()
        for text in sentences:
            read(text)
        took = time.process_time() - began
        print(f"  {name:26} {took / len(sentences) * 1e6:6.1f} µs a sentence")


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: the sentences lie in it.")
    if sys.argv[1:] == ["speed"]:
        print_speed()
    else:
        print_certainty()
        print_precision()
