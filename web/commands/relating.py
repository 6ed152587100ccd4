"""`kb similar` and `kb relate`: statements on the same question, and how two statements stand to each other."""

from __future__ import annotations

import json

import click

from kb import relations
from kb.graded import read
from kb.meanings import RELATIONS
from kb.render.similar import similar_json, similar_text
from kb.render.text import as_text
from kb.similar import SHOWN
from kb.similar import similar as on_the_question
from web.commands.curating import both_shown
from web.commands.reading import statement_or_refuse
from web.opened import Opened, today


@click.command()
@click.argument("id", type=int)
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def similar(opened: Opened, id: int, limit: int, as_json: bool) -> None:
    """Print the statements on the same question as statement ID: same population, intervention and outcome.

    Those whose grade points the other way come first; where one of the two does not say in whom, that is said.
    """
    statement_or_refuse(opened, id)
    with opened.store.reading() as session:
        found = on_the_question(session, id, limit)
        statements = {each.id: each for each in read(session, [each.id for each in found.shown], today())}
    if as_json:
        click.echo(json.dumps(similar_json(id, found, statements), ensure_ascii=False, indent=2))
    else:
        click.echo(similar_text(found, statements))


@click.command()
@click.argument("id", type=int)
@click.argument("kind", type=click.Choice(list(RELATIONS)))
@click.argument("other", type=int)
@click.option("--remove", is_flag=True, help="Take the relation off again; the history keeps it.")
@click.option("--reason", required=True, help="Why; kept in the history.")
@click.option("--version", type=int, help="Refuse if statement ID is not at this version any more.")
@click.pass_obj
def relate(opened: Opened, id: int, kind: str, other: int, remove: bool, reason: str, version: int | None) -> None:
    """Record that statement ID contradicts, supersedes, duplicates or shares its evidence with statement OTHER.

    A recorded contradiction makes both disputed; the audit asks no more about the pair.
    """
    change = relations.unrelate if remove else relations.relate
    sent = f"{relations.relation_told(id, kind, other)} {'Take it off' if remove else 'Record it'}: {reason}"
    with both_shown(opened, sent), opened.store.writing() as session:
        says, of = change(session, id, kind, other, opened.by(reason), version)
    opened.catch_up()
    click.echo(f"{'Taken off' if remove else 'Recorded'}: {relations.relation_told(says, kind, of)}")
    for each in (id, other):
        click.echo(f"\n{as_text(statement_or_refuse(opened, each))}")
