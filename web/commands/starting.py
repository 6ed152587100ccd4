"""`kb init` and `kb settings`: make a store, and see what decides where it lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from kb.data import data_folder
from kb.ingest.demo import load_demo
from kb.settings import SETTINGS
from kb.store import create_store
from web.auditing import audited
from web.opened import Opened


@click.command()
@click.option("--demo", is_flag=True, help="Also load the article, statements, citations and caveats of data/.")
@click.pass_obj
def init(opened: Opened, demo: bool) -> None:
    """Create the store, or bring an older one up to date; nothing in it is lost."""
    settings = opened.settings
    settings.make_home()
    create_store(settings.database_url, settings.secret_key()).close()
    if not demo:
        click.echo(f"The store in {settings.home} is ready.")
        return
    loader = Opened(replace(settings, actor="caveat"))
    with opened.store.writing() as session:
        reports = load_demo(session, data_folder(), loader.by("the data that comes with Caveat"))
    if reports:
        click.echo(f"The store in {settings.home} holds {sum(report.new for report in reports)} records from data/.")
        opened.catch_up()
        # The first thing that an auditor sees is then what the data itself has to answer for.
        audited(opened.store, opened.engine, loader.settings.actor, datetime.now(UTC))
    else:
        click.echo(f"The store in {settings.home} holds imports already; data/ was not loaded again.")


@click.command(name="settings")
@click.pass_obj
def settings_(opened: Opened) -> None:
    """List every setting with its default; each is an environment variable."""
    width = max(len(setting.name) for setting in SETTINGS)
    for setting in SETTINGS:
        default = f" (default: {setting.default})" if setting.default else ""
        click.echo(f"{setting.name:<{width}}  {setting.help}{default}")
    click.echo(f"\nThe store in use: {opened.settings.shown_database_url}")
