"""The kinds of field that drafts are made of: words that can be kept, names, codes and days."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from kb.words import fault_in


def _storable(text: str) -> str:
    if fault := fault_in(text):
        raise ValueError(fault)
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _iso_day(value: Any) -> Any:
    """A day is read in one form only: a bare number would become seconds since 1970."""
    if type(value) is date or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise PydanticCustomError("day", "it is no day", {"cure": "Write it as year-month-day, such as 2026-11-22."})


Words = Annotated[str, AfterValidator(_storable)]
Filled = Annotated[Words, AfterValidator(_filled)]
Name = Annotated[Filled, Field(max_length=200)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Day = Annotated[date, BeforeValidator(_iso_day)]
# TOML has no null: an empty string stands for what is not known.
Unknown = Annotated[Words | None, BeforeValidator(_none_if_empty)]
UnknownDay = Annotated[Day | None, BeforeValidator(_none_if_empty)]
