"""What XML cannot hold, however it is written."""

from __future__ import annotations

import re

# Everything but the characters of XML 1.0, production 2.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def kept_in_xml(text: str) -> str:
    """The text with the sign for an unreadable character where a feed or a picture would not be one with it."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
