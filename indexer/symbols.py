"""What the reader typed, cut into the symbols of the query language: words, quotations, parentheses, minus
signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

QUOTES = '"“”„‟«»＂'
_SYMBOL = re.compile(rf"\s+|[{QUOTES}()]|[^\s{QUOTES}()]+")
_QUOTE = re.compile(f"[{QUOTES}]")


def symbols(text: str) -> Iterator[tuple[str, bool]]:
    """The text's symbols, each with whether a `-` stood right before it. A quotation with its marks is one
    symbol.
    """
    place = 0
    negates = False
    after_blank = True
    last_quote = max((found.start() for found in _QUOTE.finditer(text)), default=-1)
    while place < len(text):
        found = _SYMBOL.match(text, place)
        assert found is not None  # the three alternatives cover every character
        symbol, place = found.group(), found.end()
        if symbol.isspace():
            after_blank = True
            continue
        if symbol[0] == "-" and after_blank:
            if symbol == "-" and text[place : place + 1] in (*QUOTES, "("):
                negates, after_blank = True, False
                continue
            if len(symbol) > 1:
                negates, symbol = True, symbol[1:]
        if symbol in QUOTES and place <= last_quote:
            closing = _QUOTE.search(text, place)
            assert closing is not None
            symbol, place = text[place - 1 : closing.end()], closing.end()
        yield symbol, negates
        negates, after_blank = False, symbol == "("
