"""An article's file as the text that people read: plain text, Markdown or HTML, found by what stands in it.

What is kept is a text of blocks with a blank line between; spans count code points of that text. Markdown is read by
markdown-it, HTML by Beautiful Soup; menus, scripts, forms and hidden parts of a page are no part of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdown_it import MarkdownIt

from kb.errors import InputError
from kb.ingest.formats import read_text

# A book, and far more than a page of the web; what is larger is no article.
LARGEST = 20 * 1024 * 1024
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
    ),
    *("figure", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "ul", "center", "br"),
}
NO_TEXT = (
    *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "form", "button", "select", "nav"),
    *("header", "footer", "aside", "dialog", "title"),
)
LONGEST_HEADING = 12
_MARKDOWN = re.compile(
    r"^(?:#{1,6} \S|[-*+] \S|\d+\. \S|> |```|\|.+\|$|(?:=+|-{3,})$)|\[[^\]\n]+\]\([^)\s]+\)|\*\*\S[^*\n]*\*\*",
    re.MULTILINE,
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|article|div|p|h[1-6])\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, a cell or a heading: code points of the text, the end exclusive."""

    start: int
    end: int
    heading: bool


@dataclass(frozen=True, slots=True)
class Readable:
    """A text with its blocks; `title` is what the file itself calls it."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None


def readable(path: Path) -> Readable:
    """The text of an article's file.

    Raises InputError where it cannot be read, is not UTF-8, is larger than an article can be, or has no words.
    """
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size > LARGEST:
        raise InputError(
            f"The file has {size // 1024 // 1024} MB; an article has at most {LARGEST // 1024 // 1024}.",
            place=str(path),
            cure="Import its parts as articles of their own.",
        )
    raw = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.match(raw):
        found = _from_html(raw)
    elif path.suffix.casefold() in (".md", ".markdown") or len(_MARKDOWN.findall(raw)) >= 2:
        found = _from_html(MarkdownIt("commonmark").enable("table").render(raw))
    else:
        found = _from_plain(raw)
    if not any(character.isalnum() for character in found.text):
        raise InputError("There are no words in the file.", place=str(path), cure="Give the article's own text.")
    return found


def _from_plain(raw: str) -> Readable:
    """Plain text as it stands, to the last blank; a block is what stands between blank lines."""
    blocks = []
    for found in re.finditer(r"\S(?:.*\S)?(?:\n(?=.*\S).*)*", raw):
        words = found.group()
        # A line without an end of sentence may be a heading: only where something follows it.
        heading = "\n" not in words and _is_heading(words) and raw[found.end() :].strip() != ""
        blocks.append(Block(found.start(), found.end(), heading))
    return Readable(raw, tuple(blocks), None)


def _is_heading(words: str) -> bool:
    return len(words.split()) <= LONGEST_HEADING and not words.rstrip("\"'”’)").endswith((".", "!", "?", ":", ";", "…"))


def _from_html(source: str) -> Readable:
    soup = BeautifulSoup(source, "html.parser")
    title = soup.find("h1") or soup.find("title")
    called = _one_line(title.get_text(" ")) if title is not None else ""
    articles = soup.find_all("article")
    root = articles[0] if len(articles) == 1 else soup.find("main") or soup.find("body") or soup
    # The title of an article often stands in a header of its own; menus stand in the page's.
    for tag in root.find_all(NO_TEXT):
        if tag.name != "header" or tag.find_parent("article") is None or tag.find(HEADINGS) is None:
            tag.decompose()
    for tag in root.find_all(_is_hidden):
        tag.decompose()
    text, blocks = "", []
    for words, heading in _runs(root):
        text += "\n\n" if text else ""
        blocks.append(Block(len(text), len(text) + len(words), heading))
        text += words
    return Readable(text, tuple(blocks), called or None)


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").casefold()
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or "display:none" in style


def _runs(root: Tag) -> Iterator[tuple[str, bool]]:
    """The words of each block in order, on one line, and whether the block is a heading."""
    words, heading = "", False
    for kind, value in _walk(root):
        if kind == "words":
            words += value
            continue
        if line := _one_line(words):
            yield line, heading
        words = ""
        heading = kind == "open" and value in HEADINGS


def _walk(root: Tag) -> Iterator[tuple[str, str]]:
    """Words, and where blocks open and close, without recursion: a page may be nested as deeply as it likes."""
    waiting: list[tuple[str, str] | Tag | NavigableString] = [root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            yield each
        elif isinstance(each, Tag):
            inner: list[tuple[str, str] | Tag | NavigableString] = [
                child for child in each.children if isinstance(child, Tag) or type(child) is NavigableString
            ]
            if each.name in BLOCKS:
                inner = [("open", each.name), *inner, ("close", each.name)]
            waiting.extend(reversed(inner))
        else:
            yield "words", str(each)
    yield "close", ""


def _one_line(words: str) -> str:
    return " ".join(words.split())
