"""What encloses the rows of a text, by its grammar; of single rows, without a look at the rest of it.

Of a long past, the texts before and after each edit are many, and the rows that were changed are few: to parse is
quick, and to find all that a file defines is not.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from whence.analysis.documentation import last_row
from whence.analysis.embedded import scripts
from whence.analysis.entities import definitions, hopeless, minified
from whence.analysis.languages import Language, language_of, parsed, query
from whence.analysis.names import names_of

if TYPE_CHECKING:
    from tree_sitter import Node

_SHOWN = 3
"""Names of a path of names that are told, the innermost."""

Names = Callable[[Sequence[int]], Sequence[str]]
"""Given rows, from 0 and ascending, the names of what encloses each, such as `Cart.total`; empty outside of all."""


def enclosing(path: str, data: bytes) -> Names | None:
    """A function that names what encloses rows of a whole text; None where its grammar is not known or says nothing.

    A definition's decorators belong to it.

    Args:
        path: the file's name, whose ending tells the language.
        data: the text, in UTF-8, of which a row is what ends in a line feed.
    """
    parsed = _parsed(path, data)
    if parsed is None:
        return None
    language, root, lines = parsed

    def names(rows: Sequence[int]) -> Sequence[str]:
        return [name for first, last in _runs(rows) for name in _of_run(language, root, lines, rows[first:last])]

    return names


def outline(path: str, text: str) -> Callable[[int], str] | None:
    """The same of one row after the other, all of which are named at once; None where the text can't be parsed."""
    from tree_sitter import QueryCursor

    parsed = _parsed(path, text.encode("utf-8", "replace"))
    if parsed is None:
        return None
    language, root, lines = parsed
    names = [""] * (len(lines) + 1)
    for first, last, name in _spans(QueryCursor(query(language)).captures(root)):
        names[first : last + 1] = [name] * (min(last + 1, len(names)) - first)
    return lambda number: names[number] if 0 <= number < len(names) else ""


def _parsed(path: str, data: bytes) -> tuple[Language, "Node", list[bytes]] | None:
    """The language, the root of the tree and the rows of a text; None where there is nothing to be made of it."""
    language = language_of(path)
    if language is None:
        return None
    text = data.decode("utf-8", "replace")
    if minified(text):
        return None
    data = (scripts(text) if language.within else text).encode()
    tree = parsed(language, data)
    if tree is None or hopeless(tree.root_node):
        return None
    return language, tree.root_node, data.split(b"\n")


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where rows that follow one another begin and end among those given."""
    begin = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at] != rows[at - 1] + 1:
            yield begin, at
            begin = at


def _of_run(language: Language, root: "Node", lines: Sequence[bytes], rows: Sequence[int]) -> list[str]:
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query(language))
    cursor.set_point_range((rows[0], 0), (max(rows[-1], _decorated(root, lines, rows[-1])) + 1, 0))
    around = list(_spans(cursor.captures(root)))
    # The innermost wins: what encloses comes before what it encloses.
    return [next((name for low, high, name in reversed(around) if low <= row <= high), "") for row in rows]


def _decorated(root: "Node", lines: Sequence[bytes], row: int) -> int:
    """The row of what a decorator on a row is written above; -1 where there is none."""
    line = lines[row] if row < len(lines) else b""
    column = len(line) - len(line.lstrip())
    node = root.descendant_for_point_range((row, column), (row, column))
    while node is not None and node.type != "decorated_definition":
        node = node.parent
    below = node.child_by_field_name("definition") if node is not None else None
    return below.start_point.row if below is not None else -1


def _spans(found: dict[str, list["Node"]]) -> Iterator[tuple[int, int, str]]:
    """The first and the last row of each definition, with its name; the outer before the inner."""
    open_: list[tuple[int, tuple[str, ...]]] = []
    for kind, node in definitions(found):
        while open_ and open_[-1][0] <= node.start_byte:
            open_.pop()
        own = tuple(name for name in names_of(node) if name)
        if not own:
            continue
        names = (*(open_[-1][1] if open_ else ()), *own)
        open_.append((node.end_byte, names))
        if kind != "scope":
            above = node.parent
            whole = above if above is not None and above.type == "decorated_definition" else node
            yield whole.start_point.row, max(last_row(node), node.start_point.row), ".".join(names[-_SHOWN:])
