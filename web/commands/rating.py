"""`kb rate`: what a second rater sees on a terminal; the opinion itself is recorded by `kb grade --as second`."""

from __future__ import annotations

import json

import click

from kb.blind import Turn, read_blind, turn, waiting
from kb.errors import NotFound
from kb.render.blind import blind_json, blind_text, rubric_text, scale_of
from web.opened import Opened, today

WHY_NOT = {
    Turn.UNGRADED: "Nobody has given a first grade yet: `kb grade` records it.",
    Turn.FIRST: "The grade that stands is yours; a second opinion is somebody else's.",
    Turn.RATED: "You have judged this statement already.",
}


@click.command()
@click.argument("id", type=int, required=False)
@click.option("--topic", help="Of the statements that wait for you, the next on this topic.")
@click.option("--article", help="Of the statements that wait for you, the next from the article with this slug.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def rate(opened: Opened, id: int | None, topic: str | None, article: str | None, as_json: bool) -> None:
    """Print statement ID, or the next one that waits for the actor's second opinion, without its grade.

    Beside it stands what the levels of its scale mean. Record what you think of it with `kb grade ID --as second`.
    """
    rater = opened.settings.actor
    with opened.store.reading() as session:
        if id is None:
            found = waiting(session, rater, today(), topic, article, limit=1)
            if not found:
                raise NotFound(f"Nothing waits for a second opinion of {rater}.", cure="Name the rater with --actor.")
            statement = found[0]
        else:
            statement = read_blind(session, id, today())
        whose = turn(session, statement.id, rater)
    if as_json:
        click.echo(json.dumps(blind_json(statement), ensure_ascii=False, indent=2))
        return
    click.echo(f"{blind_text(statement)}\n\n{rubric_text(scale_of(statement))}\n")
    click.echo(
        WHY_NOT.get(whose) or f"kb grade {statement.id} --as second --scale {statement.scale} --level … --reason …"
    )
