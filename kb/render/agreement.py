"""Agreement between raters for a terminal, JSON and CSV; every statement in it is whole, with its grade and caveats."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kb.audit.agreement import FEW, Agreement, Group, Pair
from kb.audit.kappa import Estimate, band
from kb.graded import GradedStatement, read
from kb.records import CHUNK
from kb.render.csv import COLUMNS, harmless
from kb.render.json import as_json
from kb.render.text import as_text

YARDSTICK = (
    "With GRADE's steps two trained raters reach a kappa of 0.66 to 0.72, without them 0.27 to 0.31 (Mustafa 2013). "
    "People call 0.40 to 0.59 fair, 0.60 to 0.74 good and 0.75 or more excellent; below that it is poor."
)
NO_PAIR = "No published statement was judged by two raters without sight of each other's grade."
OUTSIDE_THE_ORDER = "levels outside the scale's order, which no coefficient counts"


@dataclass(frozen=True, slots=True)
class Gap:
    """Two judgements that differ, and their statement as it stands; `apart` is in levels, None where no order says."""

    statement: GradedStatement
    pair: Pair
    apart: int | None

    @property
    def sides(self) -> str:
        """Who said what, in words."""
        return " · ".join(
            f"{side.rater}: {self.pair.scale}:{side.level}" for side in (self.pair.first, self.pair.second)
        )

    @property
    def since(self) -> str:
        """What has become of the difference."""
        if self.pair.settled:
            return "settled by a consensus"
        return "changed since" if self.pair.changed else "not settled"

    @property
    def distance(self) -> str:
        """How far the two lie apart, in words."""
        if self.apart is None:
            return "no distance between these levels"
        return f"{self.apart} level{'' if self.apart == 1 else 's'} apart"

    @property
    def url(self) -> str:
        """Where the opinions stand side by side."""
        return f"/rate/{self.statement.id}/consensus"


def gaps(session: Session, found: Agreement, day: date, limit: int | None) -> Iterator[Gap]:
    """The largest gaps first, with their statements as they stand on `day`; all of them without a `limit`."""
    wanted = found.gaps[:limit]
    for at in range(0, len(wanted), CHUNK):
        some = wanted[at : at + CHUNK]
        statements = {each.id: each for each in read(session, [pair.statement_id for pair, _ in some], day)}
        for pair, apart in some:
            yield Gap(statements[pair.statement_id], pair, apart)


def number(value: float) -> str:
    """A coefficient with two decimals and a true minus sign."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def in_words(estimate: Estimate) -> str:
    """A coefficient with its interval, or why there is none."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ("" if estimate.value is None else f"{number(estimate.value)}; ") + estimate.why
    return f"{number(estimate.value)} (95 % interval {number(estimate.low)} to {number(estimate.high)})"


def briefly(estimate: Estimate) -> str:
    """A coefficient with its interval for a cell whose table says what stands in brackets."""
    if estimate.value is None:
        return estimate.why.partition(":")[0]
    if estimate.low is None or estimate.high is None:
        return f"{number(estimate.value)} (no interval)"
    return f"{number(estimate.value)} ({number(estimate.low)} to {number(estimate.high)})"


def percent_in_words(estimate: Estimate) -> str:
    """A share as a percentage with its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate.why
    value, low, high = (f"{100 * each:.0f} %" for each in (estimate.value, estimate.low, estimate.high))
    return f"{value} (95 % interval {low} to {high})"


def verdict(name: str, estimate: Estimate, group: Group) -> str:
    """The word for a kappa; empty where the pairs are few, and for what the words were not made for."""
    return "" if group.few or estimate.value is None or "kappa" not in name else band(estimate.value)


def caution(group: Group) -> str:
    """What must be said beside numbers that rest on few pairs; empty where they do not."""
    return f"Fewer than {FEW} pairs are too few for a verdict: read the intervals." if group.few else ""


def counted(count: int, name: str) -> str:
    """A number with its noun, such as “1 pair” or “2,000 pairs”."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def outside_in_words(group: Group) -> str:
    """The pairs that no coefficient counts; empty where there is none."""
    same, other = group.outside
    if not same + other:
        return ""
    return f"{same + other:,} more with {OUTSIDE_THE_ORDER}: {same:,} on the same level, {other:,} not"


def agreement_text(found: Agreement, largest: Sequence[Gap]) -> str:
    """One scale as blocks of lines, the statements with the largest gaps last."""
    group = found.overall
    pairs, statements = counted(group.pairs, "pair"), counted(found.statements, "statement")
    cautions = [f"    {caution(group)}"] if group.few else []
    blocks = [[f"{found.scale.name}: {pairs} of judgements on {statements}", *_lines(group), *cautions]]
    blocks.append(["Pairs of levels; rows were said first, columns second:", *_table(found)])
    for title, groups, of in (("Topics", found.by_topic, found.topics), ("Raters", found.by_raters, found.raters)):
        if groups:
            cut = f", the {len(groups)} with most pairs of {of}" if of > len(groups) else ""
            blocks.append([f"{title}{cut}:"])
            blocks[-1] += [
                line for each in groups for line in (f"  {each.name}, {counted(each.pairs, 'pair')}", *_lines(each))
            ]
    if found.gaps:
        differ = f"{counted(len(found.gaps), 'pair')} with different levels"
        blocks.append([f"{differ}. The largest gaps:" if largest else f"{differ}."])
    told = ["\n".join(block) for block in blocks]
    told += [
        f"{each.sides} · {each.distance} · {each.since} · {each.url}\n{as_text(each.statement)}" for each in largest
    ]
    return "\n\n".join(told)


def agreement_json(found: Agreement, largest: Iterable[Gap]) -> dict[str, Any]:
    """One scale as JSON; `gaps` are the largest, `gaps_total` is how many pairs differ."""
    return {
        "scale": found.scale.id,
        "name": found.scale.name,
        "ordered": found.scale.ordered,
        "statements": found.statements,
        "overall": _group_json(found.overall),
        "levels": [level.name for level in found.levels],
        "confusion": found.confusion.tolist(),
        "by_topic": [_group_json(each) for each in found.by_topic],
        "topics": found.topics,
        "by_raters": [_group_json(each) for each in found.by_raters],
        "raters": found.raters,
        "gaps_total": len(found.gaps),
        "gaps": [
            {
                "statement": as_json(each.statement),
                "first": {"rater": each.pair.first.rater, "level": f"{each.pair.scale}:{each.pair.first.level}"},
                "second": {"rater": each.pair.second.rater, "level": f"{each.pair.scale}:{each.pair.second.level}"},
                "apart": each.apart,
                "settled": each.pair.settled,
                "changed": each.pair.changed,
                "url": each.url,
            }
            for each in largest
        ],
    }


def gaps_csv(largest: Iterable[Gap]) -> Iterator[str]:
    """The pairs that differ as CSV: each statement's own columns, then who said what."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*COLUMNS, "first_rater", "first_level", "second_rater", "second_level", "apart", "since"])
    for each in largest:
        first, second = each.pair.first, each.pair.second
        scale = each.pair.scale
        sides = [first.rater, f"{scale}:{first.level}", second.rater, f"{scale}:{second.level}"]
        own = [cell(each.statement) for cell in COLUMNS.values()]
        writer.writerow([harmless(cell) for cell in (*own, *sides, each.apart, each.since)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _lines(group: Group) -> Iterator[str]:
    yield f"    {'Same level':<34}{percent_in_words(group.percent)}"
    if sum(group.outside):
        yield f"    {'Same level, of all pairs':<34}{percent_in_words(group.percent_of_all)}"
    for name, estimate in group.coefficients.items():
        word = verdict(name, estimate, group)
        yield f"    {name:<34}{in_words(estimate)}{f', {word}' if word else ''}"
    if outside := outside_in_words(group):
        yield f"    {outside}"


def _table(found: Agreement) -> Iterator[str]:
    ids = [level.id for level in found.levels]
    width = max(len(id_) for id_ in ids) + 2
    yield "    " + " " * width + "".join(f"{id_:>{width}}" for id_ in ids)
    for id_, row in zip(ids, found.confusion.tolist(), strict=True):
        yield f"    {id_:<{width}}" + "".join(f"{count:>{width}}" for count in row)


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "pairs": group.pairs,
        "few": group.few,
        "outside": {"same": group.outside[0], "other": group.outside[1]},
        "same_level": _estimate_json(group.percent),
        "same_level_of_all": _estimate_json(group.percent_of_all),
        "coefficients": {name: _estimate_json(each) for name, each in group.coefficients.items()},
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "why": estimate.why or None}
