"""Addresses of searches: the query string that means the same search with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

Selected = Mapping[str, tuple[str, ...]]
_NO_VALUE = "\0value\0"


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """What a search's address says; what is left at its default is not written."""

    words: str = ""
    selected: Selected = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    limit: int = 20
    widen: bool = True
    without: tuple[str, ...] = ()

    DEFAULT_LIMIT = 20

    def __str__(self) -> str:
        return self.to("/search")

    def to(self, path: str) -> str:
        """The same search at another path, such as /search.json."""
        query = urlencode(self.pairs())
        return f"{path}?{query}" if query else path

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values in a fixed order: the words, the facets, then how the list is cut."""
        pairs = [("q", self.words)] if self.words else []
        pairs += self.fixed()
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def fixed(self) -> list[tuple[str, str]]:
        """What stays when other words are typed: facets, order, length of a page, other names switched off."""
        pairs = [(name, value) for name, values in self.selected.items() for value in values]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.limit != self.DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if not self.widen:
            pairs.append(("synonyms", "off"))
        pairs += [("without", name) for name in self.without]
        return pairs

    def values(self, facet: str, find: str = "", by: str = "count", page: int = 1, path: str = "/search/values") -> str:
        """The list of one facet's values under this search, those that begin with the words of `find`."""
        own = [("facet", facet), ("find", find), ("by", by if by != "count" else ""), ("page", str(page))]
        kept = [(name, value) for name, value in own if value and (name, value) != ("page", "1")]
        return f"{path}?{urlencode([*kept, *self.at(1).pairs()])}"

    def whole(self, path: str) -> str:
        """All of this search, whatever its pages are."""
        return replace(self, page=1, limit=self.DEFAULT_LIMIT).to(path)

    def with_words(self, words: str) -> SearchAddress:
        return replace(self, words=words, page=1)

    def sorted_by(self, sort: str) -> SearchAddress:
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> SearchAddress:
        return replace(self, page=page)

    def toggled(self, facet: str, value: str) -> SearchAddress:
        """With the value chosen, or no longer chosen where it was."""
        chosen = self.selected.get(facet, ())
        changed: Sequence[str] = [each for each in chosen if each != value] if value in chosen else [*chosen, value]
        selected = {**self.selected, facet: tuple(changed)}
        return replace(self, selected={name: values for name, values in selected.items() if values}, page=1)

    def toggling(self, facet: str) -> Callable[[str], str]:
        """`toggled` for many values of a facet, each as an address."""
        chosen = self.selected.get(facet, ())
        # All but the value is written once, around what no value is.
        before, _, after = str(self.toggled(facet, _NO_VALUE)).partition(quote_plus(_NO_VALUE))

        def address(value: str) -> str:
            return str(self.toggled(facet, value)) if value in chosen else before + quote_plus(value) + after

        return address

    def without_filters(self) -> SearchAddress:
        return replace(self, selected={}, page=1)

    def without_filter(self, facet: str) -> SearchAddress:
        """With no value of this facet chosen."""
        return replace(self, selected={name: each for name, each in self.selected.items() if name != facet}, page=1)

    def naming(self, name: str) -> SearchAddress:
        """With another name of what was typed left out, or searched again where it was left out."""
        kept = tuple(each for each in self.without if each.casefold() != name.casefold())
        return replace(self, without=kept if len(kept) < len(self.without) else (*kept, name), page=1)

    def widened(self, widen: bool) -> SearchAddress:
        """With other names searched, all of them, or none."""
        return replace(self, widen=widen, without=(), page=1)


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The pages to link to: the first, the last and those around `page`; None stands for a gap."""
    near = sorted({1, pages, *range(page - 2, page + 3)} & set(range(1, pages + 1)))
    numbers: list[int | None] = []
    for number in near:
        if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
