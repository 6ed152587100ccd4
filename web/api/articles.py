"""`/api/v1/articles`: the texts that statements were made of."""

from __future__ import annotations

from flask import Response

from kb.articles import read_article
from kb.paged import articles_after
from kb.render.collected import article_json
from web.api.answers import answer, comparable
from web.api.asked import Named, PageAsked
from web.api.cursors import cursor, parts_of
from web.api.described import part
from web.api.models import Articles, ArticleWithStatements
from web.serving import serving

blueprint = part("articles", "Source texts, with the statements that were made of them.")
comparable(blueprint)
KIND = "articles"


@blueprint.get("/articles", operation_id="articles", summary="All articles", responses={"200": Articles})
def every(query: PageAsked) -> Response:
    """Those with published statements, in order of their names, each with how many it has."""
    where = parts_of(query.cursor, KIND, str)
    with serving().store.reading() as session:
        found = articles_after(session, str(where[0]) if where else "", query.limit + 1)
    given = found[: query.limit]
    follows = cursor(KIND, given[-1].slug) if len(found) > query.limit else None
    lines = [{"slug": each.slug, "title": each.title, "statements": each.statements, "url": each.url} for each in given]
    return answer({"articles": lines, "next": follows}, follows)


@blueprint.get(
    "/articles/<slug>", operation_id="article", summary="One article", responses={"200": ArticleWithStatements}
)
def one(path: Named) -> Response:
    """Its record, its statements in order of their place, and the words that no statement covers."""
    here = serving()
    with here.store.reading() as session:
        return answer(article_json(read_article(session, path.slug, here.today())))
