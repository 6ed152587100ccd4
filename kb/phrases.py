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


class Words:
    """A text cut into its words, in small letters; where each stands is worked out when it is asked for."""

    __slots__ = ("_spans", "set", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        small = text.lower()
        # A letter whose small form is two characters would cut the text elsewhere.
        self.words = _WORD.findall(small) if len(small) == len(text) else [w.lower() for w in _WORD.findall(text)]
        self.set = set(self.words)
        self._spans: list[tuple[int, int]] | None = None

    def spans(self) -> list[tuple[int, int]]:
        """Where each word begins and ends."""
        if self._spans is None:
            self._spans = [found.span() for found in _WORD.finditer(self.text)]
        return self._spans


# Where a phrase's words stand around its anchor: how many before it, how many in all, and which are not any word.
_Shape = tuple[int, int, tuple[int, ...]]
# By anchor and shape: the fixed words, and the lists that have this phrase.
_Index = dict[str, list[tuple[_Shape, dict[tuple[str, ...], list[str]]]]]


class PhraseBook:
    """Lists of phrases by name: the leftmost takes its words; of two at one place one without `*`, then the longest.

    So a list of exceptions hides words from the other lists of its book. Raises ValueError for a phrase that has no
    word, for braces that do not close, and for a name that is not among `names`. Its `common` ones are hardly
    worth looking for.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]], names: Mapping[str, Iterable[str]] | None = None) -> None:
        named = {name: f"{{{','.join(entries)}}}" for name, entries in (names or {}).items()}
        common = frozenset((names or {}).get("common", ()))
        index: dict[str, dict[_Shape, dict[tuple[str, ...], list[str]]]] = {}
        for name, entries in lists.items():
            for words in sorted({words for entry in entries for words in _expanded(entry, named)}):
                # The rarest word of a phrase, taken to be the longest that is not common: most texts have none of
                # them, and are left after one look.
                rare = [word != ANY and len(word) > 3 and word not in common for word in words]
                anchor = max(range(len(words)), key=lambda at: (words[at] != ANY, rare[at], len(words[at])))
                fixed = tuple(at for at, word in enumerate(words) if word != ANY)
                phrases = index.setdefault(words[anchor], {}).setdefault((anchor, len(words), fixed), {})
                phrases.setdefault(tuple(words[at] for at in fixed), []).append(name)
        self._index: _Index = {anchor: list(shapes.items()) for anchor, shapes in index.items()}
        self._anchors = frozenset(index)

    def find(self, text: Words) -> Found:
        """The phrases that stand in a text, by the name of their list, in the order of the text."""
        if self._anchors.isdisjoint(text.set):
            return NOTHING
        standing = [each for anchor in self._anchors & text.set for each in self._around(anchor, text)]
        if not standing:
            return NOTHING
        found: dict[str, tuple[Cue, ...]] = {}
        taken = 0
        for first, _, minus_last, _, name in sorted(standing):
            if first >= taken:
                taken = -minus_last
                start, end = text.spans()[first][0], text.spans()[taken - 1][1]
                found[name] = (*found.get(name, ()), Cue(start, end, text.text[start:end]))
        return found

    def _around(self, anchor: str, text: Words) -> Iterator[tuple[int, bool, int, int, str]]:
        """The phrases around an anchor, by what sorts them: first word, any `*`, minus the end, how many `*`, list."""
        words, count = text.words, len(text.words)
        at = -1
        for _ in range(words.count(anchor)):
            at = words.index(anchor, at + 1)
            for (before, length, fixed), phrases in self._index[anchor]:
                first = at - before
                last = first + length
                if first < 0 or last > count:
                    continue
                names = phrases.get(tuple([words[first + n] for n in fixed])) if length > 1 else phrases[(anchor,)]
                if names is not None and (length == 1 or _together(text, first, last)):
                    for name in names:
                        yield first, length > len(fixed), -last, length - len(fixed), name


def _together(text: Words, first: int, last: int) -> bool:
    """Whether nothing but white space, hyphens and apostrophes stands between neighbouring words."""
    spans = text.spans()
    return all(_BETWEEN.fullmatch(text.text, spans[n - 1][1], spans[n][0]) for n in range(first + 1, last))


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
