"""Addresses of searches."""

from __future__ import annotations

from itertools import product

from web.links import SearchAddress, Selected

SELECTED: tuple[Selected, ...] = (
    {},
    {"grade": ("a b", "c")},
    {"topic": ("x&y", "é")},
    {"grade": ("c",), "topic": ("x",), "type": ("z",)},
)


def test_many_values_are_toggled_as_one_is() -> None:
    rest = product(("", "liver & ü"), ("relevance", "grade"), (20, 50), ((True, ("n m",)), (False, ())))
    for selected, (words, sort, limit, (widen, without)) in product(SELECTED, rest):
        address = SearchAddress(words, selected, sort, 3, limit, widen, without)
        for facet in ("grade", "topic", "type", "caveat"):
            toggled = address.toggling(facet)
            for value in ("a b", "c", "x", "neu+ü&", "z"):
                assert toggled(value) == str(address.toggled(facet, value))
