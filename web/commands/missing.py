"""`kb misses`: what people searched and did not find."""

from __future__ import annotations

import json

import click

from indexer.gaps import with_hits
from indexer.names import load_names
from kb import misses as searched
from kb.errors import InputError
from kb.render.misses import COUNTED, KEPT, SWITCHED_OFF, gap_json, misses_csv, misses_text
from web.opened import Opened


@click.command()
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, most searched first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as /misses.json does.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, as /misses.csv does.")
@click.option("--forget", metavar="WORDS", help="Forget this search, and list nothing.")
@click.option("--forget-all", is_flag=True, help="Forget every search, and list nothing.")
@click.pass_obj
def misses(opened: Opened, limit: int, as_json: bool, as_csv: bool, forget: str | None, forget_all: bool) -> None:
    """List what readers of the pages searched and did not find, and how many statements it finds today.

    Kept are words, day and count only, nothing with an @ or more than four digits; KB_MISSES=off keeps nothing.
    """
    if sum((as_json, as_csv, forget is not None, forget_all)) > 1:
        raise InputError("These options do not go together.", place="kb misses", cure="Choose one.")
    if forget is not None or forget_all:
        _forget(opened, forget)
        return
    with opened.store.reading() as session:
        total, found = searched.how_many(session), searched.gaps(session, limit=limit)
    gaps = list(with_hits(found, opened.engine, load_names(opened.settings.home)))
    noted = opened.settings.misses
    if as_json:
        told = [gap_json(gap, hits) for gap, hits in gaps]
        whole = {"noted": noted, "kept": KEPT, "counted": COUNTED, "total": total, "gaps": told}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    for line in misses_csv(gaps) if as_csv else (f"{misses_text(gap, hits)}\n" for gap, hits in gaps):
        click.echo(line, nl=False)
    click.echo(f"{len(gaps)} of {total} searches that found nothing.", err=True)
    if not noted:
        click.echo(SWITCHED_OFF, err=True)


def _forget(opened: Opened, words: str | None) -> None:
    with opened.store.writing() as session:
        if words is None:
            click.echo(f"{searched.forget_all(session)} searches are forgotten.")
            return
        days = searched.forget(session, words)
    click.echo("It is forgotten." if days else "No such search is kept.")
