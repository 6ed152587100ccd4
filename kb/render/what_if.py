"""What would change a grade, as text, as JSON and as a page's elements, always with the statement and its caveats."""

from __future__ import annotations

from typing import Any

from kb.graded import GradedStatement
from kb.render.json import as_json
from kb.render.text import as_text
from kb.what_if import WhatIf

NOT_GRADED = "It has no level of GRADE's certainty, so that nothing can be taken away from one."


def what_if_json(statement: GradedStatement, found: WhatIf | None) -> dict[str, Any]:
    """`{statement, level, reached, removals: [{kind, subject, slots, level, moves, words}], remarks}`."""
    if found is None:
        return {
            "statement": as_json(statement),
            "level": None,
            "reached": None,
            "removals": [],
            "remarks": [NOT_GRADED],
        }
    removals = [
        {
            "kind": each.kind,
            "subject": each.subject,
            "slots": list(each.slots),
            "level": each.level,
            "moves": each.moves,
            "words": each.words,
        }
        for each in found.removals
    ]
    return {
        "statement": as_json(statement),
        "level": found.level,
        "reached": found.reached,
        "removals": removals,
        "remarks": list(found.remarks),
    }


def what_if_text(statement: GradedStatement, found: WhatIf | None) -> str:
    """The statement as it stands, then what its level hangs on, then what would change nothing."""
    lines = [as_text(statement), "", "What would change this grade"]
    if found is None:
        return "\n".join([*lines, f"  {NOT_GRADED}"])
    lines += [f"  ! {each.subject}: {each.words}" for each in found.moving]
    lines += [f"  · {each.subject}: {each.words}" for each in found.removals if not each.moves]
    return "\n".join([*lines, *(f"  {remark}" for remark in found.remarks)])
