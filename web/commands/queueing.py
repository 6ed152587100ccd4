"""`kb queue`: what waits for a curator, and how much of it."""

from __future__ import annotations

import json

import click

from kb.render.waiting import waiting_json, waiting_text
from kb.waiting import waiting
from web.opened import Opened, today


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as /queue.json does.")
@click.pass_obj
def queue(opened: Opened, as_json: bool) -> None:
    """Count what waits for a curator: flags, drafts, overdue reviews, works that fell, disagreements, empty slots.

    The page /queue lists each kind. They are counted up to ten thousand, those compared one by one up to a thousand.
    """
    with opened.store.reading() as session:
        found = waiting(session, today())
    click.echo(json.dumps(waiting_json(found), ensure_ascii=False, indent=2) if as_json else waiting_text(found))
