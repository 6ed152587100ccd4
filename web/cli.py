"""The `kb` command: its options for all commands, and the one place that turns errors into exit codes.

Exit codes: 0 done; 1 findings, rejected rows, a check that failed; 2 wrong usage or unreadable input; 3 the store or
the index is not available.
"""

from __future__ import annotations

import errno
import functools
import io
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from kb.errors import CaveatError, RejectedRows
from kb.people import account
from kb.settings import Settings
from web.access import COMMANDS, ROLES_OF, Need, refuse_actor, refuse_undeclared
from web.commands import (
    accounts,
    agreeing,
    auditing,
    curating,
    exporting,
    importing,
    indexing,
    keeping,
    rating,
    reading,
    searching,
    serving,
    starting,
)
from web.opened import opened

SHOWN_PROBLEMS = 50
# What writing to a full disk or a broken device answers.
UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Refusing(click.Group):
    """Commands that say on standard error why they refuse: what, where, and what would cure it."""

    def invoke(self, context: click.Context) -> Any:
        """The command's result; None where the reader of standard output left."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            # The reader (`| head`) has seen enough. Python flushes once more while closing, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except OSError as error:
            if error.errno not in UNWRITTEN:
                raise
            click.echo(f"kb: standard output: {os.strerror(error.errno or 0)}. Not all was written.", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            context.exit(3)
        except CaveatError as error:
            for line in told(error):
                click.echo(line, err=True)
            context.exit(error.exit_code)


def told(error: CaveatError) -> Iterator[str]:
    """An error as lines: of rejected rows the first ones, each with its place."""
    if isinstance(error, RejectedRows):
        yield from map(str, error.problems[:SHOWN_PROBLEMS])
        if len(error.problems) > SHOWN_PROBLEMS:
            yield f"… and {len(error.problems) - SHOWN_PROBLEMS} more (see them all with --json)."
    yield f"kb: {error}"


@click.group(cls=Refusing, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--home", envvar="KB_HOME", help="Folder for the store, the index and the secret key. [KB_HOME]")
@click.option("--database-url", envvar="KB_DATABASE_URL", help="The store, as a SQLAlchemy URL. [KB_DATABASE_URL]")
@click.option("--index-url", envvar="KB_INDEX_URL", help="The index, as whoosh:PATH. [KB_INDEX_URL]")
@click.option("--actor", envvar="KB_ACTOR", help="Who a change is recorded for. [KB_ACTOR]")
@click.version_option(package_name="caveat-kb", prog_name="kb")
@click.pass_context
def kb(
    context: click.Context,
    home: str | None,
    database_url: str | None,
    index_url: str | None,
    actor: str | None,
) -> None:
    """Caveat: statements with their evidence grade and caveats, searchable.

    Caveat reports evidence; it does not give medical advice.
    """
    given = {"KB_HOME": home, "KB_DATABASE_URL": database_url, "KB_INDEX_URL": index_url, "KB_ACTOR": actor}
    settings = Settings.read({**os.environ, **{name: value for name, value in given.items() if value}})
    context.obj = context.with_resource(opened(settings))


for command in (
    starting.init,
    starting.settings_,
    importing.import_,
    importing.batches,
    importing.undo,
    searching.search,
    exporting.export,
    reading.show,
    reading.history,
    reading.verify,
    agreeing.agreement,
    auditing.audit,
    curating.grade,
    rating.rate,
    curating.withdraw,
    curating.publish,
    indexing.index,
    keeping.backup,
    keeping.restore,
    accounts.user,
    accounts.token,
    serving.serve,
):
    kb.add_command(command)


def by_name(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words: `grade`, `index sync`."""
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from by_name(each, f"{before}{name} ")
        else:
            yield f"{before}{name}", each


def guarded(each: click.Command, need: Need) -> None:
    """Let the command ask, before it does anything, whether its actor may do it."""
    act = each.callback
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


commands = dict(by_name(kb))
refuse_undeclared(commands, COMMANDS)
for words, command in commands.items():
    guarded(command, COMMANDS[words])


def main() -> None:
    """Run `kb`, as a process of its own."""
    # Whatever is created from here on can be read by its owner only.
    os.umask(0o077)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal can write ⊕; a sign that it lacks is written as its number, which JSON reads back.
        sys.stdout.reconfigure(errors="backslashreplace")
    logging.basicConfig(format="kb: %(message)s", level=logging.WARNING)
    kb()


if __name__ == "__main__":
    main()
