"""What statements refer to, as it came: works, caveats, topics, articles; and waivers and flags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb.audit.waivers import waiver_content
from kb.content import article_content, caveat_content, citation_content, content_hash, topic_content
from kb.curate import person
from kb.errors import InputError
from kb.flags import flag_content
from kb.history import Act, hashed
from kb.model import Article, ArticleCaveat, Caveat, CaveatCitation, Citation, Flag, Topic, TopicCaveat, Waiver
from kb.portable.manifest import CAVEATS, CITATIONS, TOPICS

Line = dict[str, Any]


class Records:
    """Writes them, and knows their numbers by their names."""

    def __init__(self, session: Session, batch: int, begun: Callable[[], int]) -> None:
        self._session = session
        self._batch = batch
        self._begun = begun
        self._people: dict[str, int] = {}
        self._topics_with_caveats: list[int] = []
        self._waivers: list[Waiver] = []
        self._flags: list[Flag] = []
        self.citations: dict[str, int] = {}
        self.caveats: dict[str, int] = {}
        self.topics: dict[str, int] = {}
        self.articles: dict[str, int] = {}
        self.undone_batch: list[int] = []
        """The batch of what had been taken back where it came from; none where nothing had."""

    def writer_of(self, part: str) -> Callable[[Line], None]:
        """What writes the lines of a part."""
        return {CITATIONS: self.citation, CAVEATS: self.caveat, TOPICS: self.topic}[part]

    def citation(self, line: Line) -> None:
        """A work with its standing."""
        plain = ("id", "key", "csl", "doi", "pmid", "pmcid", "title", "year", "study_design", "standing", "unchecked")
        told = ("standing_reason", "standing_notice", "standing_source")
        row = Citation(
            **{name: line[name] for name in (*plain, *told)},
            standing_on=day(line["standing_on"]),
            content_hash=line["content_hash"],
            batch_id=self._batch_of(line),
        )
        vouched(content_hash(citation_content(row)), line)
        self._session.add(row)
        self._session.flush()
        self._session.expunge(row)
        self.citations[line["key"]] = line["id"]

    def caveat(self, line: Line) -> None:
        """A caveat and what it rests on."""
        row = Caveat(
            **{name: line[name] for name in ("id", "code", "severity", "kind", "text", "content_hash")},
            as_of=day(line["as_of"]),
            batch_id=self._batch_of(line),
        )
        vouched(content_hash(caveat_content(row, line["citations"])), line)
        self._session.add(row)
        self._session.flush()
        self.caveats[line["code"]] = line["id"]
        self._insert(
            CaveatCitation,
            [
                {"caveat_id": line["id"], "position": position, "citation_id": self.citations[key]}
                for position, key in enumerate(line["citations"], 1)
            ],
        )

    def topic(self, line: Line) -> None:
        """A topic and the caveats that it brings along."""
        row = Topic(name=line["name"])
        self._session.add(row)
        self._session.flush()
        self.topics[line["name"]] = row.id
        if line["caveats"]:
            self._topics_with_caveats.append(row.id)
        self._insert(
            TopicCaveat,
            [{"topic_id": row.id, "caveat_id": self.caveats[code], "type": type_} for code, type_ in line["caveats"]],
        )

    def article(self, lines: list[Line]) -> None:
        """An article: its record, then the pieces of its text."""
        head, *pieces = lines
        text = "".join(each["text"] for each in pieces)
        rater = head["rater"]
        row = Article(
            **{name: head[name] for name in ("id", "slug", "title", "url", "author", "language", "licence", "sha256")},
            published_on=day(head["published_on"]),
            graded_on=day(head["graded_on"]),
            text=text,
            rater_id=self.person_id(rater) if rater else None,
            content_hash=head["content_hash"],
            batch_id=self._batch_of(head),
        )
        vouched(content_hash(article_content(row, rater, head["caveats"])), head)
        self._session.add(row)
        self._session.flush()
        self._session.expunge(row)
        self.articles[head["slug"]] = head["id"]
        self._insert(
            ArticleCaveat, [{"article_id": head["id"], "caveat_id": self.caveats[code]} for code in head["caveats"]]
        )

    def waiver(self, line: Line) -> None:
        """A finding that somebody accepted."""
        row = Waiver(
            **{name: line[name] for name in ("id", "rule", "reason", "actor")},
            statement_id=line["statement"],
            expires_on=date.fromisoformat(line["expires_on"]),
            made_at=datetime.fromisoformat(line["made_at"]),
            ended_at=None if line["ended_at"] is None else datetime.fromisoformat(line["ended_at"]),
        )
        self._session.add(row)
        self._session.flush()
        self._waivers.append(row)

    def flag(self, line: Line) -> None:
        """What somebody doubts."""
        row = Flag(
            **{name: line[name] for name in ("id", "version", "comment", "actor", "resolved_by", "resolution")},
            statement_id=line["statement"],
            made_at=datetime.fromisoformat(line["made_at"]),
            resolved_at=None if line["resolved_at"] is None else datetime.fromisoformat(line["resolved_at"]),
        )
        self._session.add(row)
        self._session.flush()
        self._flags.append(row)

    def person_id(self, name: str) -> int:
        """Who rates under a name; made known at the first mention."""
        if name not in self._people:
            self._people[name] = person(self._session, name).id
        return self._people[name]

    def acts(self, reason: str) -> list[Act]:
        """What the history must be told of one by one: what topics bring along, the waivers, and the flags."""
        topics = self._session.scalars(select(Topic).where(Topic.id.in_(self._topics_with_caveats)).order_by(Topic.id))
        found = [
            Act(
                "topic-caveats",
                f"topic:{topic.id}",
                hashed({"name": topic.name, "caveats": []}),
                hashed(topic_content(self._session, topic)),
                reason,
                self._batch,
            )
            for topic in topics
        ]
        found += [
            Act("waive", f"waiver:{row.id}", None, hashed(waiver_content(row)), reason, self._batch)
            for row in self._waivers
        ]
        return found + [
            Act("flag", f"flag:{row.id}", None, hashed(flag_content(row)), reason, self._batch) for row in self._flags
        ]

    def _batch_of(self, line: Line) -> int:
        if not line["undone"]:
            return self._batch
        if not self.undone_batch:
            self.undone_batch.append(self._begun())
        return self.undone_batch[0]

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._session.execute(insert(table), rows)


def day(text: str | None) -> date | None:
    """A day as a line has it."""
    return None if text is None else date.fromisoformat(text)


def vouched(actual: str, line: Line, place: str = "") -> None:
    """Raise InputError where a record does not say what the hash beside it vouches for."""
    if actual != line["content_hash"]:
        raise InputError(
            "This record does not say what its hash vouches for: it was changed by hand, or is of another version.",
            place=place,
            cure="Export anew, or import single files with `kb import`; nothing was changed.",
        )
