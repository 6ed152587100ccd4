"""The `kb` command: its options for all commands, and the one place that turns errors into exit codes.

Exit codes: 0 done; 1 findings, rejected rows, a check that failed; 2 wrong usage or unreadable input; 3 the store or
the index is not available.
"""

from __future__ import annotations

import atexit
import errno
import gc
import io
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from kb.errors import CaveatError, RejectedRows
from kb.settings import Settings
from web.command_table import PLACES, Commands
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


@click.group(
    cls=Refusing,
    commands=Commands(PLACES),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
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


def main() -> None:
    """Run `kb`, as a process of its own."""
    # Whatever is created from here on can be read by its owner only.
    os.umask(0o077)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal can write ⊕; a sign that it lacks is written as its number, which JSON reads back.
        sys.stdout.reconfigure(errors="backslashreplace")
    logging.basicConfig(format="kb: %(message)s", level=logging.WARNING)
    # Modules and records hold few cycles; to look for them after every 700 objects is a tenth of a short command.
    gc.set_threshold(50_000, 20, 20)
    # The process is over then, and the system takes back all its memory at once.
    atexit.register(gc.freeze)
    kb()


if __name__ == "__main__":
    main()
