"""Lists of phrases, found in a text in one pass: what `data/wording.toml` is read with.

A phrase is words with blanks between. `{a,b}` stands for either of two parts of it, within a word too (`reduc{e,es}`),
`<name>` for any entry of a list of names, and `*` for any one word. Case does not matter, and between two words of a
phrase may stand white space, a hyphen or an apostrophe, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

# Also what cuts a text: "95%" is one word, "low-certainty" two.
_WORD = re.compile(r"[\w%]+")
_WORD_OR_ANY = re.compile(r"\*|[\w%]+")
_NAME = re.compile(r"<([\w-]+)>")
_BETWEEN = re.compile(r"\s*[-‐‑–'’]?\s*")
ANY = "*"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of a text that say something about it: code points, the end exclusive."""

    start: int
    end: int
    words: str


Found = Mapping[str, tuple[Cue, ...]]
NOTHING: Found = {}


@dataclass(frozen=True, slots=True)
class _Phrase:
    list: str
    group: str
    words: tuple[str, ...]
    anchor: int


class PhraseBook:
    """Lists of phrases by name, in groups: within a group the longest phrase at the leftmost place takes its words.

    So a list of exceptions, in the group of the lists that it excepts from, hides words from them. Raises ValueError
    for a phrase that has no word, and for a name that is not among `names`.
    """

    def __init__(
        self, groups: Mapping[str, Mapping[str, Iterable[str]]], names: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        named = {name: f"{{{','.join(entries)}}}" for name, entries in (names or {}).items()}
        self._by_anchor: dict[str, list[_Phrase]] = {}
        for group, lists in groups.items():
            for name, entries in lists.items():
                for words in sorted({words for entry in entries for words in _expanded(entry, named)}):
                    anchor = max(range(len(words)), key=lambda at: (words[at] != ANY, len(words[at])))
                    self._by_anchor.setdefault(words[anchor], []).append(_Phrase(name, group, words, anchor))
        # Most texts have none of these words, and are left after one look: the rarest word of a phrase, which is
        # taken to be its longest.
        self._anchors = frozenset(self._by_anchor)

    def find(self, text: str) -> Found:
        """The phrases that stand in a text, by the name of their list, in the order of the text."""
        words = _WORD.findall(text.lower())
        if self._anchors.isdisjoint(words):
            return NOTHING
        spans = [found.span() for found in _WORD.finditer(text)]
        if len(words) != len(spans):  # a letter whose small form is two characters
            words = [text[start:end].lower() for start, end in spans]
        found: dict[str, tuple[Cue, ...]] = {}
        taken: dict[str, int] = {}
        for first, last, phrase in sorted(self._at(text, words, spans), key=lambda each: (each[0], -each[1])):
            if first >= taken.get(phrase.group, 0):
                taken[phrase.group] = last
                start, end = spans[first][0], spans[last - 1][1]
                found[phrase.list] = (*found.get(phrase.list, ()), Cue(start, end, text[start:end]))
        return found

    def _at(self, text: str, words: list[str], spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, _Phrase]]:
        for at, word in enumerate(words):
            for phrase in self._by_anchor.get(word, ()):
                first = at - phrase.anchor
                last = first + len(phrase.words)
                if (
                    first >= 0
                    and last <= len(words)
                    and all(wanted == ANY or wanted == words[first + n] for n, wanted in enumerate(phrase.words))
                    and all(_BETWEEN.fullmatch(text, spans[n - 1][1], spans[n][0]) for n in range(first + 1, last))
                ):
                    yield first, last, phrase


def _expanded(entry: str, named: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Every phrase that an entry stands for, as its words."""

    def meant(found: re.Match[str]) -> str:
        if found[1] not in named:
            raise ValueError(f"“{entry}” names <{found[1]}>, of which nothing is known")
        return named[found[1]]

    while _NAME.search(entry):
        entry = _NAME.sub(meant, entry)
    for phrase in _chosen(entry):
        words = tuple(_WORD_OR_ANY.findall(phrase.lower()))
        if all(word == ANY for word in words):
            raise ValueError(f"“{entry}” holds a phrase without a word")
        yield words


def _chosen(entry: str) -> Iterator[str]:
    """An entry with one part chosen of each pair of braces, in every way, the outer braces first."""
    start = entry.find("{")
    if start < 0:
        yield entry
        return
    depth, cuts = 0, [start]
    for at in range(start, len(entry)):
        depth += {"{": 1, "}": -1}.get(entry[at], 0)
        if depth == 0 or (depth == 1 and entry[at] == ","):
            cuts.append(at)
        if depth == 0:
            break
    else:
        raise ValueError(f"“{entry}” opens braces that nothing closes")
    for before, after in pairwise(cuts):
        yield from _chosen(entry[:start] + entry[before + 1 : after] + entry[cuts[-1] + 1 :])
