"""P06 history-broken: The chain of revisions does not hold together, or does not end where it was signed.

Finds
    The first revision that was changed, exchanged or removed, and a head that was not signed with this store's key or
    that stands at another place than the end.

Why it matters
    Who graded what, when and why is worth as much as the record of it. Behind a broken chain, any grade may have been
    another one.

Example
    “revision 812 was changed after it was written.”

Leaves alone
    Whether today's statements, citations, caveats and articles are what the history says they are: that comparison of
    every row is the work of `kb verify`. What no chain can prove: a full rewrite by somebody who holds KB_SECRET_KEY;
    against that, note the head elsewhere (`kb verify --head`).

References
    Haber and Stornetta 1991, “How to time-stamp a digital document”, doi:10.1007/BF00196791 (chained hashes).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from kb.audit.rule import ByStore, Confidence, Found, Rule, Scope, Severity
from kb.chain import chain_faults


def check(session: Session, _scope: Scope) -> Iterator[Found]:
    """Read the chain from end to end."""
    try:
        faults, _ = chain_faults(session, None)
    except json.JSONDecodeError:
        yield Found("The history cannot be read: a revision holds something else than JSON.", place="history")
        return
    for fault in faults:
        yield Found(f"{fault.place[0].upper()}{fault.place[1:]}: {fault.message}", place=fault.place)


RULE = Rule(
    code="P06",
    name="history-broken",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    remedy="See what `kb verify` says of the rows, and restore the store from a backup made before.",
    check=ByStore(check),
    manual=__doc__,
)
