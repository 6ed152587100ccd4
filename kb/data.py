"""Where the data that people may edit lies: beside the packages in a checkout, inside `kb` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from kb.errors import InputError


def data_folder() -> Path:
    """The folder that holds scales, articles and caveats.

    A checkout keeps it next to the packages; a wheel carries the same folder as `kb/data`.
    Raises InputError where neither is there, which means a broken installation.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / "scales").is_dir():
            return folder
    raise InputError(
        "The folder data/ that belongs to Caveat is missing.",
        place=str(package),
        cure="Install Caveat again.",
    )
