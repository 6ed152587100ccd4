"""A blind statement for a page, for JSON and for a terminal: each says that the grade is withheld.

No address leads from here to a page of Caveat that shows a grade: works are linked where they were published.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from kb.blind import WITHHELD, BlindStatement
from kb.grade import DOMAINS, STARTS, Domain, signed
from kb.identifiers import identifiers_of
from kb.meanings import DIRECTIONS
from kb.reference import short_reference
from kb.render.html import render
from kb.render.json import caveat_json, slot_json
from kb.render.shown import ShownCaveat
from kb.render.text import harmless
from kb.scales import Scale, load_scales

GRADE = "grade"


def blind_card(statement: BlindStatement, heading_level: int = 2, linked: bool = False) -> Markup:
    """The statement as one card, which names its blind page where it is `linked`."""
    shown = [ShownCaveat(each) for each in statement.caveats]
    slots = [(slot, [each for each in shown if each.caveat.slot == slot.position]) for slot in statement.slots]
    return render(
        "blind.html",
        s=statement,
        slots=slots,
        caveats=[each for each in shown if each.caveat.slot is None],
        withheld=WITHHELD,
        level=heading_level,
        linked=linked,
        short_reference=short_reference,
        identifiers_of=identifiers_of,
    )


def blind_json(statement: BlindStatement) -> dict[str, Any]:
    """The statement as JSON; `grade` holds the scale to rate on, and says why it holds nothing else."""
    return {
        "id": statement.id,
        "origin": statement.origin,
        "key": statement.key,
        "text": statement.text,
        "caveats": [caveat_json(each) for each in statement.caveats],
        "grade": {"scale": statement.scale, "withheld": WITHHELD},
        "quote": statement.quote,
        "type": statement.type,
        "article": None
        if statement.article is None
        else {"slug": statement.article.slug, "title": statement.article.title},
        "topics": list(statement.topics),
        "population": statement.population,
        "intervention": statement.intervention,
        "comparator": statement.comparator,
        "outcome": statement.outcome,
        # A citation's own page shows the grades of what cites it.
        "slots": [
            {name: value for name, value in slot_json(slot).items() if name != "url"} for slot in statement.slots
        ],
        "seen": statement.seen,
        "url": f"/rate/{statement.id}",
    }


def blind_text(statement: BlindStatement) -> str:
    """The statement as a block of lines."""
    lines = [
        f"{statement.id}  {statement.text}",
        f"    {WITHHELD} · {statement.type} · {statement.origin}/{statement.key}",
    ]
    pico = ("population", "intervention", "comparator", "outcome")
    lines += [f"    {name}: {getattr(statement, name)}" for name in pico if getattr(statement, name)]
    if statement.quote:
        lines.append(f"    in the source's words: {statement.quote}")
    for each in statement.caveats:
        place = f" (citation {each.slot})" if each.slot else ""
        lines.append(f"    {each.severity}{place}: {each.text} [{each.code}]")
    for slot in statement.slots:
        if slot.citation is None:
            lines.append(f"    [{slot.position}] citation needed: {slot.note or 'no word on what is wanted'}")
            continue
        found = " ".join(each.url for each in identifiers_of(slot.citation.csl) if each.url)
        note = f" ({slot.note})" if slot.note else ""
        lines.append(f"    [{slot.position}] {slot.stance}: {short_reference(slot.citation.csl)} {found}{note}")
    return "\n".join(harmless(line) for line in lines)


def rubric_text(scale: Scale) -> str:
    """What the levels, directions and GRADE's domains mean, as lines for whoever rates on a terminal."""
    lines = [f"{scale.name}: {scale.question}"]
    lines += [f"    {level.id:<14} {level.symbol} {level.label}: {level.meaning}" for level in scale.best_first]
    lines.append("Which way the evidence points:")
    lines += [f"    {name:<14} {meaning.sentence}" for name, meaning in DIRECTIONS.items()]
    if scale.id == GRADE:
        lines.append(f"A profile starts at {' or '.join(STARTS)}; each domain takes one of its steps:")
        lines += [f"    {each.name:<22} {_steps(each):<16} {each.meaning}" for each in DOMAINS.values()]
    return "\n".join(lines)


def scale_of(statement: BlindStatement) -> Scale:
    """The scale to rate on; GRADE where nobody has graded yet."""
    return load_scales().get(statement.scale or GRADE)


def _steps(domain: Domain) -> str:
    return ", ".join(signed(step) for step in domain.steps)
