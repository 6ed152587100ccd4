"""A picture of the engines' figures: for each kind of query a bar an engine, on a logarithmic scale of milliseconds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

SHOWN = {
    "and": "two words AND",
    "or": "two words OR, all facets",
    "phrase": "phrase",
    "prefix": "prefix",
    "page": "the whole page (HTML)",
    "edit": "one edit until searchable",
}
LEFT, WIDTH, BAR, GAP, TOP = 190, 760, 13, 14, 62
LEAST, MOST = 0.1, 1000.0
COLOURS = ("#0b7285", "#adb5bd", "#868e96", "#495057")


def plot(found: Mapping[str, Mapping[str, Any]], count: int, ours: str) -> str:
    """An SVG of median (bar) and 95th percentile (line) of each engine; ours stands first and in colour."""
    lines = list(_groups(found))
    height = TOP + sum(len(group) * BAR + GAP for _, group in lines) + 24
    body = "".join(_drawn(lines, height, list(found)))
    title = f"Search over {count:,} statements: median and 95th percentile in milliseconds"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="18" font-size="13" font-weight="bold" fill="#212529">{escape(title)}</text>{body}</svg>\n'
    )


def _groups(found: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, list[tuple[str, float, float]]]]:
    for key, told in SHOWN.items():
        yield told, [(name, *each[key]) for name, each in found.items() if key in each]


def _drawn(lines: list[tuple[str, list[tuple[str, float, float]]]], height: int, names: list[str]) -> Iterator[str]:
    for n, name in enumerate(names):
        x = LEFT + n * 130
        yield f'<rect x="{x}" y="30" width="10" height="10" fill="{COLOURS[n % len(COLOURS)]}"/>'
        yield f'<text x="{x + 14}" y="39" fill="#212529">{escape(name)}</text>'
    for step in (0.1, 1.0, 10.0, 100.0, 1000.0):
        x = _x(step)
        yield f'<line x1="{x}" y1="{TOP - 10}" x2="{x}" y2="{height - 20}" stroke="#dee2e6"/>'
        yield f'<text x="{x}" y="{height - 6}" text-anchor="middle" fill="#495057">{step:g} ms</text>'
    y = TOP
    for told, group in lines:
        yield f'<text x="{LEFT - 8}" y="{y + 10}" text-anchor="end" fill="#212529">{escape(told)}</text>'
        for name, median, late in group:
            colour = COLOURS[names.index(name) % len(COLOURS)]
            yield f'<rect x="{LEFT}" y="{y + 1}" width="{_x(median) - LEFT:.1f}" height="{BAR - 3}" fill="{colour}"/>'
            yield f'<line x1="{_x(median):.1f}" y1="{y + 6}" x2="{_x(late):.1f}" y2="{y + 6}" stroke="{colour}"/>'
            told_figures = f"{median:.1f} / {late:.1f}"
            yield f'<text x="{_x(late) + 4:.1f}" y="{y + 10}" font-size="9" fill="#495057">{told_figures}</text>'
            y += BAR
        y += GAP


def _x(milliseconds: float) -> float:
    share = math.log(min(max(milliseconds, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return round(LEFT + share * (WIDTH - LEFT - 80), 1)
