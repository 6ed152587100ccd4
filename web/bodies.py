"""How much a request may bring along, by its address: a file where files are taken, and elsewhere what a form needs.

The server refuses by these numbers before it has read anything; the application, whose refusal is a page, a little
earlier.
"""

from __future__ import annotations

import copy
from typing import Any

from flask import Flask, request
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

# What a form may send.
LARGEST_BODY = 1024 * 1024
TAKES_FILES = "imports.send"
ADDRESS_OF_FILES = "/imports"


def limit_bodies(app: Flask, upload_limit: int) -> None:
    """Set the limits up. Call it before anything reads a form."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @app.before_request
    def allow() -> None:
        if request.endpoint == TAKES_FILES and request.method == "POST":
            request.max_content_length = upload_limit + LARGEST_BODY


class Parser(HTTPRequestParser):
    """Waitress's parser, which takes the large bodies of its settings at one address only."""

    def parse_header(self, header_plus: bytes) -> None:
        """Know the address, and with it how much may follow."""
        super().parse_header(header_plus)
        known = vars(self)
        if (known.get("command"), known.get("path")) != ("POST", ADDRESS_OF_FILES):
            self.adj: Any = copy.copy(self.adj)
            self.adj.max_request_body_size = 2 * LARGEST_BODY


class Channel(HTTPChannel):
    """A connection whose requests are parsed so."""

    parser_class = Parser
