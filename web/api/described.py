"""What the API says of itself: OpenAPI 3.1, made by flask-openapi3 from the models, with what that leaves out added.

It knows no media type of problems, no headers of answers and no way to say that a token is needed only sometimes.
"""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict
from pydantic import ValidationError

from kb.errors import InputError
from web.api.models import Problem

WHAT_IT_IS = (
    "Read an evidence-graded knowledge base. No statement comes without its grade and its caveats: wherever you show "
    "its words, show these beside them. A grade says how certain the evidence is; `direction` says which way it "
    "points. Caveat reports evidence and does not advise."
)
INFO = Info(title="Caveat’s read API", version="1", description=WHAT_IT_IS)
PROBLEMS = {
    "400": "A parameter is unknown, or its value is none.",
    "401": "Reading is private here, or the token is of no use.",
    "404": "There is nothing at this address.",
    "429": "More was asked for than is answered at once; `Retry-After` says how long to wait.",
    "500": "A fault of ours.",
    "503": "The store or its index is not available just now.",
}
UNCHANGED = "What you have is what you would get."
TOKEN = "token"
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "Send it as `If-None-Match` and get 304 until anything has changed.",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The next page, as `rel="next"`; absent on the last one.', "schema": {"type": "string"}},
}


def described_app(name: str) -> OpenAPI:
    """A Flask application that gathers what its API's addresses say of themselves; it shows none of it by itself."""
    return OpenAPI(
        name,
        info=INFO,
        doc_ui=False,
        validation_error_status=400,
        validation_error_model=Problem,
        validation_error_callback=_refuse,
        security_schemes={TOKEN: {"type": "http", "scheme": "bearer", "description": "A token from your own page."}},
        openapi_extensions={"security": [{}, {TOKEN: []}]},
    )


def part(name: str, what: str) -> APIBlueprint:
    """The addresses of one kind of thing, below `/api/v1`."""
    responses: ResponseDict = {"304": {"description": UNCHANGED}, **dict.fromkeys(PROBLEMS, Problem)}
    return APIBlueprint(
        f"api_{name}",
        __name__,
        url_prefix="/api/v1",
        abp_tags=[Tag(name=name, description=what)],
        abp_responses=responses,
    )


def description(app: OpenAPI) -> dict[str, Any]:
    """The description of the application's API, to be given out as it is."""
    said: dict[str, Any] = copy.deepcopy(app.api_doc)
    for operations in said["paths"].values():
        for operation in operations.values():
            is_list = any(each["name"] == "cursor" for each in operation.get("parameters", ()))
            for status, response in operation["responses"].items():
                if status in PROBLEMS:
                    response["description"] = PROBLEMS[status]
                    response["content"] = {"application/problem+json": response["content"]["application/json"]}
                elif status == "200":
                    response["headers"] = {name: each for name, each in HEADERS.items() if is_list or name != "Link"}
    return said


def _refuse(error: ValidationError) -> NoReturn:
    """Raise InputError for a query string that does not fit its model, naming each parameter."""
    said, places = [], []
    for each in error.errors(include_url=False):
        name = str(each["loc"][0]) if each["loc"] else "query"
        places.append(name)
        if each["type"] == "extra_forbidden":
            said.append(f"“{name[:40]}” is no parameter of this address.")
        else:
            said.append(f"{name}: {each['msg']}.")
    raise InputError(
        " ".join(said),
        place=", ".join(dict.fromkeys(places))[:200],
        cure="/api/docs lists what each address takes.",
    )
