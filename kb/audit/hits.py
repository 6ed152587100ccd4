"""What a rule found, as numbers: a million findings in a few megabytes, in memory and in the store."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from kb.audit.rule import GRAVEST_FIRST, Severity

# Statements' ids fit: see kb.records.LARGEST_ID.
UNSIGNED = "I"


@dataclass(slots=True)
class Hits:
    """The statements that one rule found, by severity; for a rule about pairs, the other statement of each too."""

    by_severity: dict[Severity, array[int]] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)

    def add(self, statement_id: int, severity: Severity, other_id: int | None = None) -> None:
        """Note a finding."""
        self.by_severity.setdefault(severity, array(UNSIGNED)).append(statement_id)
        if other_id is not None:
            self.others[statement_id] = other_id

    def __len__(self) -> int:
        return sum(len(ids) for ids in self.by_severity.values())

    def __iter__(self) -> Iterator[tuple[int, Severity]]:
        """The findings, gravest first, then in order of id."""
        for severity in GRAVEST_FIRST:
            for statement_id in sorted(self.by_severity.get(severity, ())):
                yield statement_id, severity

    def without(self, ids: Collection[int]) -> Hits:
        """The same but for these statements."""
        if not ids:
            return self
        left = {
            severity: array(UNSIGNED, (id_ for id_ in found if id_ not in ids))
            for severity, found in self.by_severity.items()
        }
        return Hits({severity: found for severity, found in left.items() if found}, self.others)

    def only(self, ids: Collection[int]) -> Hits:
        """These statements of them."""
        kept = {
            severity: array(UNSIGNED, (id_ for id_ in found if id_ in ids))
            for severity, found in self.by_severity.items()
        }
        return Hits({severity: found for severity, found in kept.items() if found}, self.others)


def packed(ids: Iterable[int]) -> bytes:
    """Numbers in order as bytes: the steps between them, little-endian, compressed."""
    steps, last = array(UNSIGNED), 0
    for id_ in sorted(ids):
        steps.append(id_ - last)
        last = id_
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes(), 1)


def unpacked(data: bytes) -> array[int]:
    """The numbers that `packed` was given, in order."""
    steps = array(UNSIGNED)
    steps.frombytes(zlib.decompress(data))
    if sys.byteorder == "big":
        steps.byteswap()
    last = 0
    for at, step in enumerate(steps):
        last += step
        steps[at] = last
    return steps
