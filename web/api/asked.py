"""What may be asked of the API: each parameter with its limits. The description is made of these models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from indexer.engine import Sort
from indexer.query import LONGEST_QUERY
from kb.audit.rules import RULES

# The largest number that every database can hold as an id.
LARGEST = 2**31 - 1
MOST = 200
"""Things on a page, where a statement comes whole."""
VALUES_OF_A_FACET = 9
"""So many of each facet that all together are no more than a search takes."""
OTHER_NAMES = 100
LONGEST_VALUE = 300
LONGEST_CURSOR = 300

Value = Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)]
Values = Annotated[list[Value], Field(max_length=VALUES_OF_A_FACET, description="Repeat it for OR.")]
Cursor = Annotated[
    str,
    Field(max_length=LONGEST_CURSOR, description="Where to go on: as the last page’s `next` has it. Opaque."),
]


class Asked(BaseModel):
    """What a query string may say; a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class PageAsked(Asked):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many on a page, at most.")] = 20
    cursor: Cursor = ""


class SearchAsked(PageAsked):
    """A search: words, filters, order."""

    q: Annotated[
        str,
        Field(
            max_length=LONGEST_QUERY,
            description='Words are ANDed; "a phrase", OR, -word, (…) and prefix* work. Without words, everything.',
        ),
    ] = ""
    grade: Values = []
    direction: Values = []
    type: Values = []
    topic: Values = []
    caveat: Values = []
    citation: Values = []
    article: Values = []
    origin: Values = []
    population: Values = []
    intervention: Values = []
    outcome: Values = []
    sort: Annotated[Sort, Field(description="What comes first.")] = "relevance"
    synonyms: Annotated[Literal["on", "off"], Field(description="Whether other names are searched too.")] = "on"
    without: Annotated[
        list[Value], Field(max_length=OTHER_NAMES, description="Other names that are not to be searched.")
    ] = []


class StatementsAsked(PageAsked):
    """Which published statements, in order of their numbers."""

    origin: Annotated[str, Field(max_length=LONGEST_VALUE, description="Only this data set.")] = ""
    article: Annotated[str, Field(max_length=LONGEST_VALUE, description="Only this article, by its slug.")] = ""


def _rule(code: str) -> str:
    if code and code not in RULES:
        raise ValueError(f"there is no rule “{code}”")
    return code


class FindingsAsked(PageAsked):
    """Which findings of the last audit."""

    rule: Annotated[
        str,
        Field(
            max_length=3,
            description="Only this rule, by its code.",
            json_schema_extra={"enum": ["", *sorted(RULES)]},
        ),
        AfterValidator(_rule),
    ] = ""


class Numbered(BaseModel):
    """A number in an address."""

    id_: Annotated[int, Field(ge=1, le=LARGEST, description="The number, as it stands in the address.")]


class Named(BaseModel):
    """A name in an address."""

    slug: Annotated[str, Field(min_length=1, description="The article’s name, as it stands in its address.")]
