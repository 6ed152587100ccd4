"""The table of commands: where each stands, and the question of web/access.py that is asked before it does anything.

A command's file is loaded when the command is called: `kb search` does not wait for what only `kb import` needs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import click

from kb.late import Late
from web.access import COMMANDS, ROLES_OF, refuse_actor

account = Late("kb.people:account")

PLACES = {
    "init": Late("web.commands.starting:init"),
    "settings": Late("web.commands.starting:settings_"),
    "import": Late("web.commands.importing:import_"),
    "batches": Late("web.commands.importing:batches"),
    "undo": Late("web.commands.importing:undo"),
    "search": Late("web.commands.searching:search"),
    "synonyms": Late("web.commands.naming:synonyms"),
    "misses": Late("web.commands.missing:misses"),
    "queue": Late("web.commands.queueing:queue"),
    "export": Late("web.commands.exporting:export"),
    "show": Late("web.commands.reading:show"),
    "history": Late("web.commands.reading:history"),
    "verify": Late("web.commands.reading:verify"),
    "audit": Late("web.commands.auditing:audit"),
    "waive": Late("web.commands.waiving:waive"),
    "waivers": Late("web.commands.waiving:waivers"),
    "unwaive": Late("web.commands.waiving:unwaive"),
    "agreement": Late("web.commands.agreeing:agreement"),
    "grade": Late("web.commands.curating:grade"),
    "rate": Late("web.commands.rating:rate"),
    "withdraw": Late("web.commands.curating:withdraw"),
    "similar": Late("web.commands.relating:similar"),
    "relate": Late("web.commands.relating:relate"),
    "publish": Late("web.commands.curating:publish"),
    "index": Late("web.commands.indexing:index"),
    "backup": Late("web.commands.keeping:backup"),
    "restore": Late("web.commands.keeping:restore"),
    "user": Late("web.commands.accounts:user"),
    "token": Late("web.commands.accounts:token"),
    "serve": Late("web.commands.serving:serve"),
}


class Commands(MutableMapping[str, click.Command]):
    """The commands by their names, each loaded when it is first asked for, and guarded before it is given out."""

    def __init__(self, places: Mapping[str, Late]) -> None:
        self._places = dict(places)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            loaded: click.Command = self._places[name].load()
            for words, each in by_name(name, loaded):
                guarded(each, words)
            self._loaded[name] = loaded
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        for words, each in by_name(name, command):
            guarded(each, words)
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._loaded})

    def __len__(self) -> int:
        return len({**self._places, **self._loaded})


def by_name(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words: `grade`, `index sync`."""
    if isinstance(command, click.Group):
        for inner, each in command.commands.items():
            yield from by_name(f"{name} {inner}", each)
    else:
        yield name, command


def guarded(each: click.Command, words: str) -> None:
    """Let the command ask, before it does anything, whether its actor may do it.

    Raises RuntimeError for one that web/access.py does not name: nothing is open by having been forgotten.
    """
    if words not in COMMANDS:
        raise RuntimeError(f"web/access.py does not say who may use `kb {words}`.")
    need, act = COMMANDS[words], each.callback
    assert act is not None

    @functools.wraps(act)
    def ask(*args: Any, **options: Any) -> Any:
        here = click.get_current_context().obj
        if need in ROLES_OF:
            name = here.settings.actor
            with here.store.reading() as session:
                who = account(session, name)
            refuse_actor(need, name, who)
        return act(*args, **options)

    each.callback = ask
