"""The numbers of `/metrics`, in the text form of Prometheus: requests, searches, the index's lag, findings, the queue.

With several workers each keeps its own numbers in a folder that `web.workers` names; whichever is asked adds them up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from kb.audit.rule import GRAVEST_FIRST
from kb.audit.runs import runs
from kb.errors import CaveatError
from web.serving import serving
from web.workers import METRICS

REQUESTS = Counter("caveat_requests", "Answers given, by route, method and status.", ["route", "method", "status"])
SECONDS = Histogram(
    "caveat_request_seconds",
    "Time from the request's first line in the application to its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.015, 0.025, 0.06, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5),
)
SEARCHES = Histogram(
    "caveat_search_seconds",
    "Time of searches in the index and the store, without the page.",
    ["by"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
LAG = Gauge("caveat_index_lag", "Changes that the index had not read when last looked at.", multiprocess_mode="livemax")
QUEUE = Gauge("caveat_queue", "Requests that wait for a thread.", multiprocess_mode="livesum")

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """All numbers, of all workers."""
    registry = REGISTRY
    if os.environ.get(METRICS):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry) + _of_the_audit(), content_type=CONTENT_TYPE_LATEST)


def _of_the_audit() -> bytes:
    """What the last audit found; read from the store, so that it is the same whichever worker is asked."""
    try:
        with serving().store.reading() as session:
            last = runs(session, 1)
    except CaveatError:
        # A store that is away is told by /readyz; the other numbers are wanted then most of all.
        last = []
    if not last:
        return b""
    registry = CollectorRegistry()
    findings = Gauge("caveat_findings", "Findings of the last audit, by severity.", ["severity"], registry=registry)
    for severity in GRAVEST_FIRST:
        findings.labels(severity).set(last[0].count_of(severity))
    Gauge("caveat_audit_timestamp_seconds", "When the last audit was.", registry=registry).set(last[0].at.timestamp())
    return generate_latest(registry)


def count_requests(app: Flask, queue: Callable[[], int]) -> None:
    """Count every answer under its route: an address that somebody made up is none, and must not become a number."""

    @app.before_request
    def begin() -> None:
        g.counted_from = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        REQUESTS.labels(route, request.method if request.url_rule is not None else "any", response.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - g.counted_from)
        QUEUE.set(queue())
        return response
