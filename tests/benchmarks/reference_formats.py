"""How much of what reference tools export is read right: `python tests/benchmarks/reference_formats.py` prints it.

Reads the folder with the shared examples beside the checkout. Three tables:

1. Exports of the hundred references (`hundred-by-tool`): how many records a file holds, how many are read, how many of
   them are among the hundred, and of those, for how many title, year and DOI are the baseline's. A record belongs to
   the baseline's record with the same folded title; two of the hundred share one, and the closer one is meant. Most
   tools' sample exports hold other records; of them it only counts how many came out with a title, a year and a DOI
   that is one.
2. The same for the RIS files by rispy alone, called with its defaults.
3. Duplicates in an EndNote library whose curators wrote “Duplicate” as the caption of every record that has a copy, the
   copies included, without saying which belong together. So records are counted, not pairs: recall is how many marked
   records were joined with another, precision how many joined records are marked.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import rispy
from defusedxml.ElementTree import iterparse

from kb.ingest.formats import Row
from kb.ingest.references.found import references
from kb.ingest.references.same_work import Works, folded
from kb.reference import year

CITATIONS = Path(__file__).resolve().parents[2].parent / "shared" / "examples" / "citations"
TOOLS = CITATIONS / "hundred-by-tool"
MARKED = CITATIONS / "endnote-copper-duplicates-marked.xml"

# Title, year, DOI.
Told = tuple[str, str, str]


def baseline() -> dict[str, list[Told]]:
    """The hundred references by their folded titles, from the columns of the baseline's table."""
    with (TOOLS / "CSV" / "_baseline.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["Title"], row["Publication Year"], row["DOI"].casefold()) for row in csv.DictReader(file)]
    known = defaultdict[str, list[Told]](list)
    for title, when, doi in rows:
        known[folded(title)].append((title, when, doi))
    return dict(known)


def is_doi(text: str) -> bool:
    """Whether a field holds a DOI and nothing else."""
    return re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/)?10\.\d+/\S+", text) is not None


def by_readers(path: Path) -> list[Told]:
    """What the readers find in a file."""
    rows = [each.value for each in references(path) if isinstance(each, Row)]
    return [(each.get("title", ""), str(year(each) or ""), each.get("DOI", "")) for each in rows]


def by_rispy(path: Path) -> list[Told] | None:
    """What rispy finds when nothing is told to it: the first field that can hold a thing; None where it fails."""
    try:
        with path.open(encoding="utf-8") as file:
            rows: list[dict[str, Any]] = rispy.load(file)
    except Exception as error:  # the benchmark says so and goes on
        print(f"rispy on {path.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    return [
        (
            str(row.get("title") or row.get("primary_title") or ""),
            str(row.get("year") or row.get("publication_year") or "")[:4],
            str(row.get("doi") or "").casefold(),
        )
        for row in rows
    ]


def held(path: Path) -> str:
    """How many records the file holds, by what begins one; of tables only the readers know."""
    if path.suffix != ".ris":
        return ""
    text = path.read_text("utf-8-sig")
    return str(len(re.findall(r"^TY  -", text, re.M)) or len(re.findall(r"^PMID- ", text, re.M)))


def line(name: str, holds: str, found: list[Told] | None, known: dict[str, list[Told]]) -> None:
    """Print one row of a table."""
    if found is None:
        print(f"{name:34} {holds:>5}  fails")
        return
    alike = [(each, known.get(folded(each[0]), [])) for each in found]
    pairs = [(each, next((told for told in them if told[2] == each[2]), them[0])) for each, them in alike if them]
    # Tools take the point off a title's end; all else must be the same.
    titles = sum(ours[0].rstrip(". ") == theirs[0].rstrip(". ") for ours, theirs in pairs)
    right = [titles] + [sum(ours[at] == theirs[at] for ours, theirs in pairs) for at in (1, 2)]
    filled = [sum(bool(each[at]) for each in found) for at in (0, 1)] + [sum(is_doi(each[2]) for each in found)]
    of_hundred = f"{len(pairs):5} {right[0]:6} {right[1]:5} {right[2]:5}" if pairs else f"{0:5} {'':6} {'':5} {'':5}"
    print(f"{name:34} {holds:>5} {len(found):5}  {of_hundred}   {filled[0]:6} {filled[1]:5} {filled[2]:5}")


def head(title: str) -> None:
    """Print a table's title and the names of its columns."""
    print(f"\n{title}\n{'':47}of the 100, right:        of all:")
    print(f"{'file':34} {'holds':>5} {'read':>5}  {'found':>5} {'title':>6} {'year':>5} {'DOI':>5}   ", end="")
    print(f"{'title':>6} {'year':>5} {'DOI':>5}")


def duplicates() -> None:
    """Print how well the records that people marked as duplicates are joined."""
    events = iterparse(MARKED)
    marks = [
        "duplicate"
        in "".join(element.find("caption").itertext() if element.find("caption") is not None else ()).casefold()
        for _, element in events
        if element.tag == "record"
    ]
    works, groups, why = Works(), defaultdict[str, list[int]](list), Counter[str]()
    for number, row in enumerate(each for each in references(MARKED) if isinstance(each, Row)):
        groups[works.add(row.value, str(number)) or str(number)].append(number)
        why[works.why] += 1
    joined = {number for group in groups.values() if len(group) > 1 for number in group}
    marked = {number for number, mark in enumerate(marks) if mark}
    print(f"\n{MARKED.name}, counted in records: {len(marks)} in all, {len(marked)} marked, {len(joined)} joined")
    print(f"recall {len(joined & marked) / len(marked):.3f} ({len(joined & marked)} of {len(marked)})")
    print(f"precision {len(joined & marked) / len(joined):.3f} ({len(joined & marked)} of {len(joined)})")
    print(", ".join(f"{count} by the {reason}" for reason, count in why.most_common() if reason))


def main() -> None:
    """Print the three tables."""
    if not TOOLS.is_dir():
        sys.exit("The folder ../shared with the example files is not beside this checkout.")
    known = baseline()
    files = [path for path in sorted(TOOLS.glob("*/*")) if path.is_file()]
    head("The readers")
    for path in files:
        line(path.name, held(path), by_readers(path), known)
    head("rispy alone")
    for path in files:
        if path.suffix == ".ris":
            line(path.name, held(path), by_rispy(path), known)
    duplicates()


if __name__ == "__main__":
    main()
