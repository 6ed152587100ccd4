"""Who may do what: every address of the pages and every command, in one place.

An address or a command that is not named here does not start: nothing is open, or closed, by having been forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from kb.errors import NotAllowed, SignInNeeded

if TYPE_CHECKING:
    from kb.people import Account


class Need(Enum):
    """What is asked of whoever uses an address or a command."""

    NOTHING = "nothing"
    READING = "reading"
    """Everybody; with KB_PRIVATE, everybody with an account."""
    BROWSER = "browser"
    """Somebody signed in, for what is theirs alone; no token stands in for them."""
    CURATOR = "curator"
    CURATOR_OR_ADMIN = "curator or admin"
    RATER = "rater"
    ANY_ROLE = "curator, rater or admin"
    ADMIN = "admin"
    OPERATOR = "operator"
    """Whoever can read KB_HOME; commands only."""


ROLES_OF = {
    Need.CURATOR: ("curator",),
    Need.CURATOR_OR_ADMIN: ("curator", "admin"),
    Need.RATER: ("rater",),
    Need.ANY_ROLE: ("curator", "rater", "admin"),
    Need.ADMIN: ("admin",),
}
"""One of these roles will do."""

ROUTES: Mapping[str, Need] = {
    "static": Need.NOTHING,
    "health.healthz": Need.NOTHING,
    "health.readyz": Need.NOTHING,
    "metrics.metrics": Need.READING,
    "search.home": Need.READING,
    "search.found": Need.READING,
    "search.found_json": Need.READING,
    "search.found_csv": Need.READING,
    "all_found.as_csv": Need.READING,
    "all_found.as_jsonl": Need.READING,
    "all_found.as_fhir": Need.READING,
    "all_found.as_ris": Need.READING,
    "all_found.as_csl": Need.READING,
    "article_files.as_jsonl": Need.READING,
    "article_files.as_fhir": Need.READING,
    "article_files.as_ris": Need.READING,
    "article_files.as_csl": Need.READING,
    "suggest.as_list": Need.READING,
    "suggest.as_json": Need.READING,
    "evidence_map.page": Need.READING,
    "evidence_map.as_json": Need.READING,
    "evidence_map.as_csv": Need.READING,
    "evidence_map.as_svg": Need.READING,
    "values.page": Need.READING,
    "values.as_json": Need.READING,
    "statement.page": Need.READING,
    "statement.as_json_page": Need.READING,
    "statement.as_csv": Need.READING,
    "cite.as_bibtex": Need.READING,
    "cite.as_ris": Need.READING,
    "cite.as_csl": Need.READING,
    "feed.as_atom": Need.READING,
    "changes.page": Need.READING,
    "changes.as_json": Need.READING,
    "article.page": Need.READING,
    "article.as_json": Need.READING,
    "article.as_csv": Need.READING,
    "article.publish": Need.CURATOR,
    "article.edit": Need.CURATOR,
    "pick.send": Need.CURATOR,
    "merge.page": Need.CURATOR,
    "merge.send": Need.CURATOR,
    "citation.page": Need.READING,
    "citation.as_json": Need.READING,
    "citation.as_csv": Need.READING,
    "legend.page": Need.READING,
    "legend.as_json": Need.READING,
    "person.page": Need.READING,
    "signing.sign_in": Need.NOTHING,
    "signing.sign_out": Need.BROWSER,
    "account.page": Need.BROWSER,
    "account.password": Need.BROWSER,
    "account.make_token": Need.BROWSER,
    "account.revoke_token": Need.BROWSER,
    "imports.page": Need.CURATOR,
    "imports.send": Need.CURATOR,
    "imports.file": Need.CURATOR,
    "imports.check": Need.CURATOR,
    "imports.confirm": Need.CURATOR,
    "imports.discard": Need.CURATOR,
    "imports.rejected": Need.CURATOR,
    "imports.undo_batch": Need.CURATOR,
    "rate.queue": Need.RATER,
    "rate.statement": Need.RATER,
    "rate.as_json": Need.RATER,
    "rate.send": Need.RATER,
    "rate.consensus": Need.RATER,
    "rate.agree": Need.RATER,
    "audit.page": Need.READING,
    "audit.rule": Need.READING,
    "audit_files.as_json": Need.READING,
    "audit_files.as_csv": Need.READING,
    "audit_files.as_sarif": Need.READING,
    "audit_files.as_html": Need.READING,
    "agreement.page": Need.READING,
    "agreement.as_json": Need.READING,
    "agreement.as_csv": Need.READING,
    "audit.run": Need.CURATOR,
    "waivers.statement": Need.READING,
    "edit.page": Need.CURATOR,
    "edit.words": Need.CURATOR,
    "edit.split": Need.CURATOR,
    "edit.withdraw": Need.CURATOR,
    "slots.works": Need.CURATOR,
    "slots.slot": Need.CURATOR,
    "attach.caveat": Need.CURATOR,
    "grade.page": Need.RATER,
    "grade.worked": Need.RATER,
    "grade.send": Need.RATER,
    "relations.relate": Need.CURATOR,
    "relations.unrelate": Need.CURATOR,
    "history.page": Need.READING,
    "history.as_json": Need.READING,
    "queue.page": Need.CURATOR,
    "queue.as_json": Need.CURATOR,
    "queue.work": Need.CURATOR,
    "queue.work_json": Need.CURATOR,
    "queue.work_csv": Need.CURATOR,
    "queue.publish": Need.CURATOR,
    "reviewing.reviewed": Need.CURATOR,
    "flags.flag": Need.ANY_ROLE,
    "flags.resolve": Need.CURATOR,
    "undo.undo": Need.ANY_ROLE,
    "caveat_to_all.page": Need.CURATOR,
    "caveat_to_all.send": Need.CURATOR,
    "misses.page": Need.CURATOR_OR_ADMIN,
    "misses.as_json": Need.CURATOR_OR_ADMIN,
    "misses.as_csv": Need.CURATOR_OR_ADMIN,
    "misses.forget": Need.CURATOR_OR_ADMIN,
    "misses.forget_all": Need.CURATOR_OR_ADMIN,
    "what_if.page": Need.READING,
    "what_if.as_json": Need.READING,
    "waivers.page": Need.READING,
    "waivers.waive": Need.CURATOR,
    "waivers.end": Need.CURATOR,
    "api_docs.beginning": Need.READING,
    "api_docs.page": Need.READING,
    "api_docs.as_json": Need.READING,
    "api_search.found": Need.READING,
    "api_statements.every": Need.READING,
    "api_statements.one": Need.READING,
    "api_articles.every": Need.READING,
    "api_articles.one": Need.READING,
    "api_citations.every": Need.READING,
    "api_citations.one": Need.READING,
    "api_history.newest": Need.READING,
    "api_history.of_statement": Need.READING,
    "api_findings.last": Need.READING,
    "people.page": Need.ADMIN,
    "people.add": Need.ADMIN,
    "people.change": Need.ADMIN,
    "people.revoke_token": Need.ADMIN,
}
COMMANDS: Mapping[str, Need] = {
    "init": Need.OPERATOR,
    "settings": Need.OPERATOR,
    "import": Need.CURATOR,
    "batches": Need.OPERATOR,
    "undo": Need.CURATOR,
    "search": Need.OPERATOR,
    "synonyms": Need.OPERATOR,
    "misses": Need.OPERATOR,
    "queue": Need.OPERATOR,
    "export": Need.OPERATOR,
    "show": Need.OPERATOR,
    "history": Need.OPERATOR,
    "verify": Need.OPERATOR,
    "agreement": Need.OPERATOR,
    "audit": Need.OPERATOR,
    "waive": Need.CURATOR,
    "waivers": Need.OPERATOR,
    "unwaive": Need.CURATOR,
    "grade": Need.RATER,
    "rate": Need.RATER,
    "withdraw": Need.CURATOR,
    "similar": Need.OPERATOR,
    "relate": Need.CURATOR,
    "publish": Need.CURATOR,
    "backup": Need.OPERATOR,
    "restore": Need.OPERATOR,
    "index sync": Need.OPERATOR,
    "index rebuild": Need.OPERATOR,
    "index check": Need.OPERATOR,
    "user add": Need.ADMIN,
    "user list": Need.OPERATOR,
    "user role": Need.ADMIN,
    "user disable": Need.ADMIN,
    "user enable": Need.ADMIN,
    "user reset": Need.ADMIN,
    "user forget": Need.ADMIN,
    "token add": Need.ADMIN,
    "token list": Need.OPERATOR,
    "token revoke": Need.ADMIN,
    "serve": Need.OPERATOR,
}
# Without a new password of their own, people with one that was handed over can do this much.
BEFORE_A_NEW_PASSWORD = (Need.NOTHING, Need.READING, Need.BROWSER)


def refuse_undeclared(names: Iterable[str], declared: Collection[str]) -> None:
    """Raise RuntimeError for names that are not declared, and for declared ones that do not exist."""
    names = set(names)
    if names != set(declared):
        raise RuntimeError(f"web/access.py and the program differ about: {sorted(names ^ set(declared))}")


def refuse(need: Need, who: Account | None, *, private: bool, by_token: bool) -> None:
    """Raise SignInNeeded or NotAllowed where a request may not go on; `who` is None where nobody is signed in."""
    if need is Need.NOTHING or (need is Need.READING and not private):
        return
    if who is None:
        raise SignInNeeded("This needs an account.", cure="Sign in first.")
    if need is Need.BROWSER and by_token:
        raise NotAllowed("No token stands in for a person here.", cure="Sign in with a browser.")
    if who.must_change and need not in BEFORE_A_NEW_PASSWORD:
        raise NotAllowed("Your password was made up for you.", cure="Choose one of your own first, on your own page.")
    _refuse_without_role(need, who)


def refuse_actor(need: Need, name: str, who: Account | None) -> None:
    """The same for a command's actor. One without an account is whoever works on this machine and can read KB_HOME."""
    if need not in ROLES_OF or who is None:
        return
    if who.disabled:
        raise NotAllowed(f"{name} is disabled.", place="actor", cure="Act under your own name (--actor).")
    _refuse_without_role(need, who)


def _refuse_without_role(need: Need, who: Account) -> None:
    roles = ROLES_OF.get(need)
    if roles is not None and who.roles.isdisjoint(roles):
        wanted = " or ".join(roles)
        cure = "An admin can give it to you"
        if "admin" in who.roles:
            cure = "You are an admin, and can give it to yourself"
        raise NotAllowed(
            f"This is for those with the role {wanted}, and {who.name} is not one.",
            cure=f"{cure}: on the page /people, or by `kb user role`.",
        )
