"""`/api/docs` and `/api/v1/openapi.json`: what the API is, for people and for programs."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect
from flask_openapi3.openapi import OpenAPI
from markupsafe import Markup, escape

from web.answers import html_answer, json_answer
from web.api.asked import MOST
from web.api.described import PROBLEMS, description
from web.errors import TITLES

blueprint = Blueprint("api_docs", __name__)
KEPT = "caveat-api"
OTHERS = {
    "405": "The API is for reading: use `GET`, `HEAD` or `OPTIONS`.",
    "414": "The address is longer than any question needs.",
}
"""Problems that no address has in particular."""


@blueprint.get("/api")
@blueprint.get("/api/v1")
def beginning() -> Response:
    """To the page that lists the addresses."""
    answer = redirect("/api/docs", 303)
    assert isinstance(answer, Response)
    return answer


@blueprint.get("/api/v1/openapi.json")
def as_json() -> Response:
    """The description in OpenAPI 3.1."""
    return json_answer(_description())


@blueprint.get("/api/docs")
def page() -> Response:
    """The same as a page."""
    said = _description()
    schemas = said["components"]["schemas"]
    return html_answer(
        "api_docs.html",
        said=said,
        operations=[
            {"path": path, **operation, "answer": _answer(operation)}
            for path, operations in said["paths"].items()
            for operation in operations.values()
        ],
        schemas={
            model: [_field(name, each, schemas) for name, each in schema.get("properties", {}).items()]
            for model, schema in schemas.items()
        },
        what={name: schema.get("description", "") for name, schema in schemas.items()},
        problems={status: (TITLES[int(status)], words) for status, words in sorted({**PROBLEMS, **OTHERS}.items())},
        coded=_coded,
        most=MOST,
        kind=_kind,
    )


def _description() -> dict[str, Any]:
    """The description, made at the first time it is asked for: the addresses do not change while a process lives."""
    kept: dict[str, Any] = current_app.extensions
    if KEPT not in kept:
        kept[KEPT] = description(cast(OpenAPI, current_app))
    said: dict[str, Any] = kept[KEPT]
    return said


def _coded(words: str) -> Markup:
    """Words with what stands between backticks as code."""
    parts = [
        Markup("<code>{}</code>").format(each) if at % 2 else escape(each) for at, each in enumerate(words.split("`"))
    ]
    return Markup("").join(parts)


def _answer(operation: dict[str, Any]) -> str:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return str(schema["$ref"]).rpartition("/")[2]


def _field(name: str, said: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    named = _named(said)
    return {
        "name": name,
        "kind": _kind(said),
        "model": named if named in schemas else None,
        "words": said.get("description", ""),
    }


def _named(said: dict[str, Any]) -> str:
    """The model that a field holds, one or many; empty where it holds none."""
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    inside = [said.get("items"), said.get("additionalProperties"), *said.get("anyOf", ())]
    return next((name for each in inside if isinstance(each, dict) and (name := _named(each))), "")


def _kind(said: dict[str, Any]) -> str:
    """What a field or parameter holds, in a few words."""
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if "anyOf" in said:
        return " or ".join(_kind(each) for each in said["anyOf"])
    if "enum" in said:
        return " | ".join(json.dumps(each) for each in said["enum"])
    if said.get("type") == "array":
        return f"list of {_kind(said.get('items') or {})}"
    kind = str(said.get("type", "anything"))
    if kind == "object" and isinstance(said.get("additionalProperties"), dict):
        return f"object of {_kind(said['additionalProperties'])}"
    limits = [f"{words} {said[name]:g}" for name, words in (("minimum", "from"), ("maximum", "to")) if name in said]
    if "maxLength" in said:
        limits.append(f"at most {said['maxLength']} characters")
    return " ".join([kind, *limits])
