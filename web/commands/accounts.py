"""`kb user` and `kb token`: who may do what on the pages."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import click

from kb import people, tokens
from kb.errors import InputError
from web.opened import Opened

ROLE = click.Choice(people.EVERY_ROLE)
HANDED_OVER = "Their password for the first sign-in (shown this once, good for seven days): "
REASON = click.option("--reason", default="at the command line", show_default=True, help="Why; the history keeps it.")


@click.group()
def user() -> None:
    """People with an account: curators edit, raters grade, admins let others in. A person may be several."""


@user.command()
@click.argument("name")
@click.option("--role", "roles", type=ROLE, multiple=True, help="What they may do; repeat it for several.")
@click.option("--email", help="They may sign in by it; it can be erased later.")
@REASON
@click.pass_obj
def add(opened: Opened, name: str, roles: tuple[str, ...], email: str | None, reason: str) -> None:
    """Give NAME an account, and print a password for the first sign-in."""
    with opened.store.writing() as session:
        made_up = people.add(session, name, opened.by(reason), email=email, roles=roles)
    click.echo(f"{name} has an account ({', '.join(sorted(set(roles))) or 'no role: reads'}).", err=True)
    click.echo(HANDED_OVER, err=True)
    click.echo(made_up)


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_users(opened: Opened, as_json: bool) -> None:
    """Print everybody who has an account."""
    with opened.store.reading() as session:
        everybody = people.accounts(session)
    if as_json:
        shown = [{**asdict(each), "roles": sorted(each.roles)} for each in everybody]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for each in everybody:
        marks = [*sorted(each.roles)]
        marks += ["disabled"] if each.disabled else []
        marks += ["has not chosen a password yet"] if each.must_change else []
        email = f" <{each.email}>" if each.email else ""
        click.echo(f"{each.name}{email}: {', '.join(marks) or 'no role: reads'}")


@user.command()
@click.argument("name")
@click.option("--give", type=ROLE, multiple=True, help="A role to add.")
@click.option("--take", type=ROLE, multiple=True, help="A role to take away.")
@REASON
@click.pass_obj
def role(opened: Opened, name: str, give: tuple[str, ...], take: tuple[str, ...], reason: str) -> None:
    """Change what NAME may do."""
    if not give and not take:
        raise InputError("No role was named.", cure="Use --give or --take.")
    with opened.store.writing() as session:
        before = people.account_of(session, people.account_row(session, name)).roles
        people.set_roles(session, name, (before | set(give)) - set(take), opened.by(reason))
    click.echo(f"{name}: {', '.join(sorted((before | set(give)) - set(take))) or 'no role: reads'}")


@user.command()
@click.argument("name")
@REASON
@click.pass_obj
def disable(opened: Opened, name: str, reason: str) -> None:
    """Keep NAME out: signed out everywhere, tokens of no use. What they did stays theirs."""
    with opened.store.writing() as session:
        people.disable(session, name, opened.by(reason))
    click.echo(f"{name} is disabled.")


@user.command()
@click.argument("name")
@REASON
@click.pass_obj
def enable(opened: Opened, name: str, reason: str) -> None:
    """Let NAME in again."""
    with opened.store.writing() as session:
        people.enable(session, name, opened.by(reason))
    click.echo(f"{name} is enabled.")


@user.command()
@click.argument("name")
@REASON
@click.pass_obj
def reset(opened: Opened, name: str, reason: str) -> None:
    """Print a new password for NAME, who lost theirs, and sign them out everywhere."""
    with opened.store.writing() as session:
        made_up = people.reset(session, name, opened.by(reason))
    click.echo(HANDED_OVER, err=True)
    click.echo(made_up)


@user.command()
@click.argument("name")
@REASON
@click.pass_obj
def forget(opened: Opened, name: str, reason: str) -> None:
    """Erase the e-mail of NAME. The history never held it."""
    with opened.store.writing() as session:
        people.forget_email(session, name, opened.by(reason))
    click.echo(f"The e-mail of {name} is erased. Backups made before still hold it.")


@click.group()
def token() -> None:
    """Secrets with which programs act for a person: Authorization: Bearer TOKEN."""


@token.command(name="add")
@click.argument("name")
@click.option("--label", required=True, help="What it is for.")
@click.option(
    "--scope", "scopes", type=click.Choice(list(tokens.SCOPES)), multiple=True, help="What it may do; read is."
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day of its use. [default: 90 days on]")
@REASON
@click.pass_obj
def add_token(
    opened: Opened, name: str, label: str, scopes: tuple[str, ...], expires: datetime | None, reason: str
) -> None:
    """Make a token for NAME and print it, this once."""
    last = expires.date() if expires is not None else _today() + timedelta(days=90)
    with opened.store.writing() as session:
        secret = tokens.make(session, name, label, scopes, last, opened.by(reason))
    click.echo(f"A token for {name}, until {last}; it is shown this once:", err=True)
    click.echo(secret)


@token.command(name="list")
@click.argument("name", required=False)
@click.pass_obj
def list_tokens(opened: Opened, name: str | None) -> None:
    """Print all tokens, or those of NAME, without their secrets."""
    with opened.store.reading() as session:
        everything = tokens.tokens(session, name)
    for each in everything:
        state = "revoked" if each.revoked else "expired" if each.expires_on < _today() else f"until {each.expires_on}"
        used = f"last used {each.used_on}" if each.used_on else "never used"
        click.echo(f"{each.id}  {each.person}  {each.label}  ({', '.join(each.scopes)})  {state}, {used}")


@token.command()
@click.argument("id", type=int)
@REASON
@click.pass_obj
def revoke(opened: Opened, id: int, reason: str) -> None:
    """End token ID."""
    with opened.store.writing() as session:
        tokens.revoke(session, id, opened.by(reason))
    click.echo(f"Token {id} is revoked.")


def _today() -> date:
    return datetime.now(UTC).date()
