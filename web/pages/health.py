"""`/healthz` and `/readyz`: whether this process lives, and whether it can do all its work.

A process that lives and lacks its index should not be killed for it: pages still answer, and the index is mended
beside. So `/healthz` is 200 as long as the process answers, and says what is degraded; `/readyz` is 503 as long as the
store, the index or the disk is not as it should be.
"""

from __future__ import annotations

import shutil
from typing import Any

from flask import Blueprint, Response

from kb.changes import lag
from kb.errors import CaveatError, IndexUnavailable
from kb.legend import published_count
from web.answers import json_answer
from web.serving import Serving, serving

blueprint = Blueprint("health", __name__)

# Enough for a batch and the index's next segments; below it writing may fail at any moment.
LEAST_FREE_MB = 100
MB = 1024 * 1024
BUILDING = "it is being built or is reading many changes"


@blueprint.get("/healthz")
def healthz() -> Response:
    """Alive. `status` is ok or degraded; `store` and `index` say why."""
    found = _look(serving())
    troubles = {name: found[name] for name in ("store", "index") if found[name] != "ok"}
    counts = {name: found[name] for name in ("statements", "lag") if found[name] is not None}
    return json_answer({"status": "degraded" if troubles else "ok", **counts, **troubles})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Ready for all of its work: 503 where the store, the index or the disk is not."""
    here = serving()
    found = _look(here)
    free = shutil.disk_usage(here.settings.home).free // MB if here.settings.home.is_dir() else None
    disk = "ok" if free is None or free >= LEAST_FREE_MB else f"less than {LEAST_FREE_MB} MB are free"
    ready = (found["store"], found["index"], disk) == ("ok", "ok", "ok")
    body = {"status": "ready" if ready else "not ready", **found, "disk": disk, "free_mb": free}
    return json_answer(body, status=200 if ready else 503)


def _look(here: Serving) -> dict[str, Any]:
    """The state of store and index, in words that give no place on this machine away."""
    found: dict[str, Any] = {"store": "ok", "index": "ok", "statements": None, "lag": None}
    try:
        with here.store.reading() as session:
            found["statements"] = published_count(session)
            found["index"], seq = _index(here)
            found["lag"] = None if seq is None else lag(session, seq)
    except CaveatError as error:
        found["store"] = error.message
    return found


def _index(here: Serving) -> tuple[str, int | None]:
    """The state of the index, and how far it has read."""
    building = here.keeper is not None and here.keeper.building
    try:
        position = here.index().position()
    except IndexUnavailable:
        return BUILDING if building else "it is damaged or out of reach; the log says why", None
    if position is None:
        return BUILDING if building else "there is none yet", None
    if building:
        # How far behind it is can be told as long as it is of this store.
        return BUILDING, position.seq if position.store_id == here.store.id else None
    if here.keeper is not None and here.keeper.trouble:
        return "it is not kept in step; the log says why", position.seq
    return "ok", position.seq
