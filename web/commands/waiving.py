"""`kb waive`, `kb waivers` and `kb unwaive`: findings that somebody accepts until a day, with a reason."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from kb.audit import waivers as accepted
from kb.audit.rules import chosen
from kb.audit.waivers import Accepted
from kb.errors import InputError
from kb.graded import GradedStatement, read
from kb.render.json import as_json
from kb.words import plain
from web.opened import Opened, today


@click.command()
@click.argument("rule")
@click.argument("id", type=int)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Its last day, at most two years away.")
@click.option("--reason", required=True, help="Why the finding is accepted; kept in the history.")
@click.pass_obj
def waive(opened: Opened, rule: str, id: int, until: datetime, reason: str) -> None:
    """Accept what RULE (its code or name) finds on statement ID, until a day.

    The finding is then counted as waived. A waiver whose day has passed, and one that waives nothing, are findings.
    """
    code = _code(rule)
    with opened.store.writing() as session:
        number = accepted.waive(session, code, id, until.date(), opened.by(reason))
    click.echo(f"Waiver {number}: {code} is accepted on statement {id} until {until.date()}.")


@click.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; kept in the history.")
@click.pass_obj
def unwaive(opened: Opened, number: int, reason: str) -> None:
    """End waiver NUMBER before its day; the finding is reported again, and the waiver stays to be seen."""
    with opened.store.writing() as session:
        accepted.end(session, number, opened.by(reason))
    click.echo(f"Waiver {number} has ended.")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that somebody ended.")
@click.option("--json", "as_json_", is_flag=True, help="Print JSON, each waiver with its whole statement.")
@click.pass_obj
def waivers(opened: Opened, everything: bool, as_json_: bool) -> None:
    """List the findings that were accepted, those that expire soonest first."""
    with opened.store.reading() as session:
        found = accepted.waivers(session, with_ended=everything)
        ids = list(dict.fromkeys(each.statement_id for each in found))
        statements = {each.id: each for each in read(session, ids, today())}
    if as_json_:
        told = [_json(each, statements[each.statement_id]) for each in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(_line(each, statements[each.statement_id], today()))
    if not found:
        click.echo("No finding is waived.", err=True)


def _code(name: str) -> str:
    """The one rule of this code or name; a letter, which `kb audit` takes for all of a kind, is none."""
    rules = chosen([name])
    if len(rules) != 1:
        raise InputError(f"“{name}” is more than one rule.", place="rule", cure="Name one, such as G04.")
    return rules[0].code


def _json(waiver: Accepted, statement: GradedStatement) -> dict[str, Any]:
    told: dict[str, Any] = {name: value for name, value in asdict(waiver).items() if name != "statement_id"}
    days = {
        "expires_on": waiver.expires_on.isoformat(),
        "made_at": waiver.made_at.isoformat(),
        "ended_at": None if waiver.ended_at is None else waiver.ended_at.isoformat(),
    }
    return {**told, **days, "statement": as_json(statement)}


def _line(waiver: Accepted, statement: GradedStatement, day: date) -> str:
    """A waiver on one line, which says whose it is and none of the statement's words."""
    state = ""
    if waiver.ended_at is not None:
        state = f" · ended {waiver.ended_at:%Y-%m-%d}"
    elif waiver.expires_on < day:
        state = " · EXPIRED"
    return plain(
        f"{waiver.id}  {waiver.rule} on statement {waiver.statement_id} ({statement.origin}/{statement.key}) until"
        f" {waiver.expires_on}, by {waiver.actor}: {waiver.reason}{state}"
    )
