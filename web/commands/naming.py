"""`kb synonyms`: the names that a search also looks for."""

from __future__ import annotations

import json

import click

from indexer.names import FILE, load_names, terms_of
from kb.data import data_folder
from web.opened import Opened


@click.command()
@click.argument("name", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the groups, or the names found, as JSON.")
@click.pass_obj
def synonyms(opened: Opened, /, name: tuple[str, ...], as_json: bool) -> None:
    """List the names that people use for one thing, or those that a search for NAME also looks for.

    A file of your own, synonyms.toml in KB_HOME, adds to those that come with Caveat; this command says what is wrong
    in it.
    """
    home = opened.settings.home
    names = load_names(home)
    if name:
        asked = " ".join(name)
        others = names.others(terms_of(asked), asked)
        if as_json:
            click.echo(json.dumps({"name": asked, "others": list(others)}, ensure_ascii=False, indent=2))
            return
        for each in others:
            click.echo(each)
        if not others:
            click.echo(f"“{asked}” has no other name here; a search looks for it as typed.", err=True)
        return
    groups = list(names.groups())
    if as_json:
        keys = ("names", "typed", "finds")
        listed = [dict(zip(keys, map(list, group), strict=True)) for group in groups]
        click.echo(json.dumps({"groups": listed}, ensure_ascii=False, indent=2))
        return
    for same, typed, narrower in groups:
        if len(same) + len(typed) > 1:
            click.echo(" = ".join([*same, *(f"{each} (in this spelling)" for each in typed)]))
        for each in narrower:
            click.echo(f"{(same or typed)[0]} → {each}")
    own = home / FILE
    there = "are added" if own.exists() else "would be added, if the file were there"
    click.echo(f"From {data_folder() / FILE}; those in {own} {there}.", err=True)
