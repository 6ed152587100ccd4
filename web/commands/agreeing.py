"""`kb agreement`: how far raters agree, and where they do not."""

from __future__ import annotations

import json

import click

from kb.audit.agreement import agreement as count_agreement
from kb.errors import InputError
from kb.render.agreement import NO_PAIR, YARDSTICK, agreement_json, agreement_text, gaps, gaps_csv
from web.opened import Opened, today


@click.command()
@click.option("--topic", help="Only statements on this topic.")
@click.option("--scale", help="Only judgements on this scale; the legend page lists them.")
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="How many of the largest gaps.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every pair that differs, with its statement, as CSV.")
@click.pass_obj
def agreement(opened: Opened, topic: str | None, scale: str | None, limit: int, as_json: bool, as_csv: bool) -> None:
    """Print how far raters agree who judged the same statement without sight of each other's grade.

    Percent agreement, Cohen's kappa and Gwet's AC with 95 % intervals, the table of levels, by topic and by pair of
    raters; then the statements on which they lie furthest apart. `kb rate` collects such judgements.
    """
    if as_json and as_csv:
        raise InputError("JSON and CSV do not go together.", place="--csv", cure="Choose one.")
    with opened.store.reading() as session:
        found = count_agreement(session, topic, scale)
        if as_csv:
            for line in gaps_csv(gap for each in found for gap in gaps(session, each, today(), None)):
                click.echo(line, nl=False)
        elif as_json:
            scales = [agreement_json(each, gaps(session, each, today(), limit)) for each in found]
            click.echo(json.dumps({"scales": scales, "yardstick": YARDSTICK}, ensure_ascii=False, indent=2))
        elif not found:
            click.echo(NO_PAIR)
        else:
            told = [agreement_text(each, list(gaps(session, each, today(), limit))) for each in found]
            click.echo("\n\n\n".join([*told, YARDSTICK]))
