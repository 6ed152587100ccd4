"""The data that comes with Caveat, loaded as one: all of it or nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.curate import By
from kb.ingest.batch import Order, import_file
from kb.ingest.reading import Report
from kb.model import Batch


def demo_orders(data: Path) -> list[Order]:
    """The files of `data/` in the order in which they refer to each other."""
    articles = sorted((data / "articles").iterdir())
    orders = [Order(folder / "citations.json", "citations") for folder in articles]
    orders.append(Order(data / "caveats.json", "caveats"))
    for folder in articles:
        orders.append(Order(folder / "article.toml", "article"))
        orders.append(Order(folder / "statements.jsonl", "statements"))
    return orders


def load_demo(session: Session, data: Path, by: By) -> list[Report]:
    """Load `data/` into a store that has had no import yet; an empty list where it has had one.

    What people changed since is theirs: a second start must not set it back.
    """
    if session.scalar(select(func.count()).select_from(Batch)):
        return []
    return [import_file(session, order, by) for order in demo_orders(data)]
