"""What encloses the rows of a text, by its grammar; of single rows, without a look at the rest of it.

Of a long past, the texts before and after each edit are many, and the rows that were changed are few: to parse is
quick, and to find all that a file defines is not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from whence.analysis.documentation import last_row
from whence.analysis.embedded import scripts
from whence.analysis.entities import definitions, hopeless, minified
from whence.analysis.languages import Language, captured, language_of, parsed
from whence.analysis.names import names_of

if TYPE_CHECKING:
    from tree_sitter import Node

_ABOVE = 16
"""Nodes from the first one of a decorator's row up to what is decorated, at the most."""

_MANY = 20
"""Runs of rows that are looked for one by one: each look passes over all that stands beside it in the same block."""

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
        runs = list(_runs(rows))
        if len(runs) > _MANY:
            return _of_run(language, root, lines, rows)
        return [name for first, last in runs for name in _of_run(language, root, lines, rows[first:last])]

    return names


def outline(path: str, text: str) -> Callable[[int], str] | None:
    """The same of one row after the other, all of which are named at once; None where the text can't be parsed."""
    parsed = _parsed(path, text.encode("utf-8", "replace"))
    if parsed is None:
        return None
    language, root, lines = parsed
    names = _innermost(_spans(captured(language, root)), range(len(lines) + 1))
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
    """The names of rows, from what stands between the first and the last."""
    last = max(rows[-1], _decorated(root, lines, rows[-1]))
    return _innermost(_spans(captured(language, root, (rows[0], last + 1))), rows)


def _innermost(spans: Iterable[tuple[int, int, str]], rows: Iterable[int]) -> list[str]:
    """The name of the last span that each row stands in, for what encloses comes before what it encloses.

    Args:
        spans: first row, last row and name of each, in the order of their first rows.
        rows: ascending.
    """
    coming = iter(spans)
    following = next(coming, None)
    open_: list[tuple[int, str]] = []
    names = []
    for row in rows:
        while following is not None and following[0] <= row:
            open_.append(following[1:])
            following = next(coming, None)
        while open_ and open_[-1][0] < row:
            open_.pop()
        names.append(open_[-1][1] if open_ else "")
    return names


def _decorated(root: "Node", lines: Sequence[bytes], row: int) -> int:
    """The row of what a decorator on a row is written above; -1 where there is none."""
    line = lines[row] if row < len(lines) else b""
    column = len(line) - len(line.lstrip())
    node = root.descendant_for_point_range((row, column), (row, column))
    # The sign of a decorator stands right below it; of a deep tree, to ask for a parent takes as long as it is deep.
    for _ in range(_ABOVE):
        if node is None or node.type == "decorated_definition":
            break
        node = node.parent
    else:
        node = None
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
