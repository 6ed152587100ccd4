"""What is done before the first reader comes."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from web import warm


def test_templates_are_compiled_and_nothing_goes_wrong(demo: Flask, caplog: pytest.LogCaptureFixture) -> None:
    demo.jinja_env.cache.clear()  # type: ignore[union-attr]
    with caplog.at_level(logging.DEBUG, "web.warm"):
        warm.warm(demo)
    assert not caplog.records
    assert len(demo.jinja_env.cache) >= len(warm.TEMPLATES)  # type: ignore[arg-type]


def test_where_it_cannot_be_done_nobody_hears_of_it(
    demo: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warm, "TEMPLATES", ("no such page.html",))
    warm.warm(demo)
    assert not caplog.records
