"""`kb grade` and `kb withdraw`: changes to one statement, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kb import curate, drafting
from kb.blind import rate, read_blind
from kb.errors import InputError, Outdated
from kb.grade import Profile, explain
from kb.history import changes_since
from kb.ingest.formats import DECODER, read_text
from kb.render.blind import blind_text
from kb.render.revisions import revision_text
from kb.render.text import as_text
from web.commands.reading import statement_or_refuse
from web.opened import Opened, today


@click.command()
@click.argument("id", type=int)
@click.option("--level", required=True, help="A level of the scale, such as low; `scale:level` works too.")
@click.option("--scale", default="grade", show_default=True, help="The scale of the level; the legend page lists them.")
@click.option("--direction", default="not-stated", show_default=True, help="Which way the evidence points.")
@click.option("--reason", required=True, help="Why; it becomes the grade's rationale.")
@click.option("--profile", type=click.Path(path_type=Path), help="A JSON file with GRADE's parts.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["first", "second", "consensus"]),
    default="first",
    show_default=True,
    help="A second opinion stands beside the first until there is a consensus.",
)
@click.option("--version", type=int, help="Refuse if the statement is not at this version any more.")
@click.pass_obj
def grade(
    opened: Opened,
    id: int,
    level: str,
    scale: str,
    direction: str,
    reason: str,
    profile: Path | None,
    kind: str,
    version: int | None,
) -> None:
    """Record a judgement of statement ID; the one before stays in the history.

    `kb rate` shows a statement to a second rater without its grade; until the opinion is recorded, so does this.
    """
    if ":" in level:
        scale, level = level.split(":", 1)
    judgement = curate.Judgement(level, direction, scale, profile=_profile(profile), kind=kind)
    if profile is not None and scale == "grade":
        reached = explain(Profile.from_json(judgement.profile or {})).level
        if reached != level:
            click.echo(f"warning: the profile's arithmetic gives {reached}, the grade says {level}.", err=True)
    sent = f"grade {scale}:{level}, direction {direction}, {kind}: {reason}"
    blind = kind == "second"
    with both_shown(opened, sent, blind), opened.store.writing() as session:
        if blind:
            rate(session, id, judgement, opened.by(reason), version=version)
        else:
            curate.grade(session, id, judgement, opened.by(reason), version)
    opened.catch_up()
    click.echo(as_text(statement_or_refuse(opened, id)))


@click.command()
@click.argument("id", type=int)
@click.option("--reason", required=True, help="Why; it stands on the statement's page.")
@click.option("--version", type=int, help="Refuse if the statement is not at this version any more.")
@click.pass_obj
def withdraw(opened: Opened, id: int, reason: str, version: int | None) -> None:
    """Take statement ID back: it leaves search, and its page says why."""
    with both_shown(opened, f"withdraw: {reason}"), opened.store.writing() as session:
        curate.withdraw(session, id, opened.by(reason), version)
    opened.catch_up()
    click.echo(as_text(statement_or_refuse(opened, id)))


@click.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--article", help="The slug of an article: all its drafts.")
@click.option("--batch", type=int, help="The number of an import: all its drafts.")
@click.option("--reason", default="read and published", show_default=True, help="Why; kept in the history.")
@click.pass_obj
def publish(opened: Opened, ids: tuple[int, ...], article: str | None, batch: int | None, reason: str) -> None:
    """Make drafts visible: statements IDS, or all drafts of an article or an import.

    Each keeps the claim type and topics proposed for it, is ungraded and asks for a citation. The article's page shows
    the drafts to curators, with a form to change them first.
    """
    if bool(ids) == (article is not None or batch is not None):
        raise InputError(
            "Which drafts are to be published?", place="publish", cure="Give their ids, or --article, or --batch."
        )
    with opened.store.writing() as session:
        done = drafting.publish(session, ids or drafting.drafts_in(session, article, batch), opened.by(reason))
    opened.catch_up()
    click.echo(f"Published: {done} {'statement' if done == 1 else 'statements'}.")
    for id_ in ids:
        click.echo(f"\n{as_text(statement_or_refuse(opened, id_))}")


@contextmanager
def both_shown(opened: Opened, sent: str, blind: bool = False) -> Iterator[None]:
    """Where somebody else was faster: what was sent, what they changed, and what stands now, above the refusal.

    To a `blind` rater what they changed could betray the first grade, so only what stands now is shown, without it.
    """
    try:
        yield
    except Outdated as error:
        if blind:
            with opened.store.reading() as session:
                now = blind_text(read_blind(session, error.statement_id, today()))
            click.echo(f"You sent, for version {error.seen}:\n    {sent}\n\nIt now stands:\n{now}\n", err=True)
            raise
        with opened.store.reading() as session:
            since = [revision_text(each) for each in changes_since(session, error.statement_id, error.seen)]
        now = as_text(statement_or_refuse(opened, error.statement_id))
        parts = (
            f"You sent, for version {error.seen}:\n    {sent}",
            "Changed since then:\n" + "\n".join(since or ["nothing: there is no such version yet"]),
            f"It now stands:\n{now}",
        )
        click.echo("\n\n".join(parts) + "\n", err=True)
        raise


def _profile(path: Path | None) -> dict[str, object] | None:
    if path is None:
        return None
    try:
        value = DECODER.decode(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"This is not JSON: {error}.", place=str(path), cure="Mend the file.") from error
    if not isinstance(value, dict):
        raise InputError("A profile is a JSON object.", place=str(path), cure='Write {"start": "high", …}.')
    return value
