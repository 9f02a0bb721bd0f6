"""What a file says of what it defines: docstrings, and the comments before."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from whence.analysis.imports import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DOC = 1200
"""Characters of an entity's documentation that are kept."""


def comments_of(nodes: Iterable["Node"], lines: Sequence[str]) -> dict[int, tuple[int, str]]:
    """The comments that have their lines to themselves, by their last row: first row and text."""
    found: dict[int, tuple[int, str]] = {}
    for node in nodes:
        start = node.start_point
        if start.row < len(lines) and not lines[start.row].encode("utf-8", "replace")[: start.column].strip():
            found[max(last_row(node), start.row)] = (start.row, text_of(node)[: 2 * MAX_DOC])
    return found


def comment_above(row: int, lines: Sequence[str], comments: dict[int, tuple[int, str]]) -> str:
    """The comment that ends right above a row; attributes and decorators may stand between."""
    at = row - 1
    for _ in range(10):
        if at >= 0 and at not in comments and lines[at].lstrip().startswith(("#[", "@", "template", "[")):
            at -= 1
    parts: list[str] = []
    while at in comments and sum(map(len, parts)) < MAX_DOC:
        first, text = comments[at]
        parts.append(text)
        at = first - 1
    return plain("\n".join(reversed(parts)))


def plain(comment: str) -> str:
    """The words of a comment without the marks around them."""
    lines = [
        re.sub(r"^\s*(?:/\*+!?|\*+/|\*+|//[/!]*|#+!?|=begin|=end)\s?|\s*\*+/\s*$", "", each)
        for each in comment.split("\n")
    ]
    text = re.sub(r"</?(?:summary|remarks|param|returns|para|see|c|code|exception)\b[^>]*>", " ", "\n".join(lines))
    return _shortened(text)


def docstring(node: "Node") -> str:
    """What a definition of Python says of itself."""
    body = node.child_by_field_name("body")
    return string_of(body.named_child(0) if body is not None and body.named_child_count else None)


def string_of(statement: "Node | None") -> str:
    """The text of a statement of Python that is nothing but a string; else empty."""
    if (
        statement is None
        or statement.type not in ("expression_statement", "string")
        or statement.named_child_count == 0
    ):
        return ""
    string = statement if statement.type == "string" else statement.named_child(0)
    if string is None or string.type not in ("string", "concatenated_string"):
        return ""
    return _shortened(re.sub(r"^[rRuUbB]*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$", "", text_of(string)[: 2 * MAX_DOC]))


def _shortened(text: str) -> str:
    lines = [line.strip() for line in text.strip().split("\n")]
    plain = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return plain if len(plain) <= MAX_DOC else plain[: MAX_DOC - 1] + "…"


def last_row(node: "Node") -> int:
    """The last row that something of a node stands in."""
    end = node.end_point
    return end.row - 1 if end.column == 0 and end.row > node.start_point.row else end.row
