"""Words with the hits of a search marked in them, escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup, escape

# Spans of code points in the words that a key names: "text", "quote", "topic:NAME", "caveat:INDEX" (in
# `statement.caveats`), "note:POSITION" and "title:POSITION" (of a slot).
Spans = Sequence[tuple[int, int]]
Marks = Mapping[str, Spans]

# What a reader is told about a hit that is not in the statement's own words, by the beginning of its key.
ELSEWHERE = {
    "quote": "in the source’s words",
    "caveat": "in a caveat",
    "title": "in a cited title",
    "note": "in a slot note",
    "topic": "in a topic",
}


def marked(text: str, spans: Spans = ()) -> Markup:
    """`text` escaped, with `<mark>` around the spans; spans that overlap become one, and none reaches past the text."""
    if not spans:
        return escape(text)  # the most frequent case by far
    parts: list[str] = []
    at = 0
    for start, end in joined(spans, len(text)):
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return Markup("".join(parts))


def joined(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """The spans in order, cut to `length`, empty ones left out and overlapping ones joined."""
    current: tuple[int, int] | None = None
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if current is not None and start < current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current


def elsewhere(marks: Marks) -> list[str]:
    """Where hits lie outside the statement's words, in words, in a fixed order; empty where there are none."""
    kinds = {key.partition(":")[0] for key, spans in marks.items() if spans}
    return [words for kind, words in ELSEWHERE.items() if kind in kinds]
