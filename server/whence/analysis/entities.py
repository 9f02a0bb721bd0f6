"""What stands in a file: its functions, methods, classes, interfaces, types and modules, and what it brings in.

One parse gives all of it. tree-sitter reads on after an error, so that of a file which is broken in one place the
rest is found. Nothing here recurses, and what is kept of one file is bounded, whatever is in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, cast, get_args

from whence.analysis.documentation import comment_above, comments_of, docstring, last_row, plain, string_of
from whence.analysis.embedded import scripts
from whence.analysis.imports import Import
from whence.analysis.languages import Language, captured, language_of, parsed, too_deep
from whence.analysis.names import names_of
from whence.analysis.usage import imports_of, mentions_of, outermost, package_of

if TYPE_CHECKING:
    from tree_sitter import Node

Kind = Literal["function", "method", "class", "interface", "type", "module"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MAX_ENTITIES = 2000
"""Entities of one file that are kept, the first ones."""

MAX_SIGNATURE = 300
"""Characters of an entity's signature that are kept."""

_MOST_NAMES = 8
"""Names of a path of names that are kept, the innermost."""

_MOST_ERRORS = 5000
"""Pieces of one stretch that could not be parsed. A query takes the square of their number: 27 s for 100,000."""

_WIDE = 300
"""Characters a line, on average, above which a file of some size was written by a program: minified, or data."""

_PRECEDENCE = {kind: number for number, kind in enumerate(("interface", "class", "method", "function", "module"))}

_UNBRACED = frozenset({"class", "module", "method", "singleton_method"})
"""Nodes of Ruby, where nothing but the line's end comes before a body."""

_LICENCE = re.compile(r"copyright|licen[sc]ed?\b|SPDX-|all rights reserved|eslint|@ts-|coding[:=]|prettier-", re.I)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a file defines."""

    name: str
    """Its own name."""

    kind: Kind
    """What it is. A module is the file itself, or a named part of it."""

    names: tuple[str, ...]
    """Its name after the names of what it stands in, outermost first."""

    signature: str
    """How it begins, up to its body, on one line."""

    doc: str
    """Its docstring, or the comment before it; empty without one."""

    start: int
    """First line, from 1."""

    end: int
    """Last line."""

    @property
    def path(self) -> str:
        """Its names with dots between them."""
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was found in a file."""

    language: str
    """Its language's name."""

    entities: tuple[Entity, ...] = ()
    """What it defines, in the order of the file."""

    imports: tuple[Import, ...] = ()
    """What it brings in."""

    packages: tuple[str, ...] = ()
    """The packages or namespaces that it says it belongs to."""

    mentions: tuple[str, ...] = ()
    """Names by which it uses what it does not import by name, in the languages that have such."""

    constants: tuple[str, ...] = ()
    """Names that it defines besides, in the languages where others use them without importing them by name."""

    broken: bool = False
    """Whether part of it could not be parsed."""


def minified(text: str) -> bool:
    """Whether the text was rather written by a program than by a person: its lines are too long to read."""
    return len(text) > 5000 and len(text) > _WIDE * (text.count("\n") + 1)


def parse(path: str, text: str) -> Parsed | None:
    """What stands in a file; None in a language without a grammar, and for what is no text of its language at all.

    Args:
        path: its name, whose ending tells the language.
        text: its text, decoded, with line ends of one character.
    """
    language = language_of(path)
    if language is None:
        return None
    if language.within:
        text = scripts(text)
    data = text.encode("utf-8", "replace")
    tree = parsed(language, data)
    if tree is None or hopeless(tree.root_node):
        return None
    found = captured(language, tree.root_node)
    lines = text.split("\n")
    comments = comments_of(found.get("comment", ()), lines)
    entities = _entities(language, found, data, lines, comments)
    if (module := _module(path, language, tree.root_node, lines, comments)) is not None:
        entities.insert(0, module)
    return Parsed(
        language=language.name,
        entities=tuple(entities[:MAX_ENTITIES]),
        imports=imports_of(language, found),
        packages=tuple(dict.fromkeys(package_of(each) for each in found.get("package", ()))),
        mentions=mentions_of(outermost(found) if language.name == "ruby" else found.get("mention", ())),
        constants=mentions_of(found.get("constant", ())),
        broken=tree.root_node.has_error,
    )


def hopeless(root: "Node") -> bool:
    """Whether a long stretch of the file could not be parsed at all, or its tree can't be searched."""
    if too_deep(root):
        return True
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.has_error:
            if node.type == "ERROR" and node.child_count > _MOST_ERRORS:
                return True
            waiting += node.children
    return False


def at_line(entities: Sequence[Entity], line: int) -> Entity | None:
    """The innermost entity that a line, from 1, stands in; None outside of all. The file itself counts as none."""
    inside = [
        each for each in entities if each.start <= line <= each.end and not (each.kind == "module" and _whole(each))
    ]
    return min(inside, key=lambda each: (each.end - each.start, -len(each.names)), default=None)


def _whole(entity: Entity) -> bool:
    return entity.kind == "module" and entity.signature == ""


# ---------------------------------------------------------------- entities


def _entities(
    language: Language,
    found: dict[str, list["Node"]],
    data: bytes,
    lines: Sequence[str],
    comments: dict[int, tuple[int, str]],
) -> list[Entity]:
    entities: list[Entity] = []
    documented: set[int] = set()
    open_: list[tuple[int, tuple[str, ...], str]] = []  # end, names, kind of what the next one may stand in
    for kind, node in definitions(found):
        if len(entities) >= MAX_ENTITIES:
            break
        while open_ and open_[-1][0] <= node.start_byte:
            open_.pop()
        own = tuple(name for name in names_of(node) if name)
        if not own:
            continue
        around, holder = (open_[-1][1], open_[-1][2]) if open_ else ((), "")
        names = (*around, *own)[-_MOST_NAMES:]
        open_.append((node.end_byte, names, node.type if kind == "scope" else kind))
        if kind == "scope":
            continue
        if kind == "function" and _is_method(language, holder, own):
            kind = "method"
        row, end = node.start_point.row, max(last_row(node), node.start_point.row)
        doc = docstring(node) if language.name == "python" else ""
        if language.name != "python" and row not in documented:
            documented.add(row)  # of several that begin on one line, the comment is the outermost one's
            doc = comment_above(row, lines, comments)
        entities.append(
            Entity(
                name=own[-1],
                kind=cast(Kind, kind),
                names=names,
                signature=_signature(node, data),
                doc=doc,
                start=row + 1,
                end=end + 1,
            )
        )
    return entities


def definitions(found: dict[str, list["Node"]]) -> list[tuple[str, "Node"]]:
    """Each definition once, as the most telling kind that it was found as, the outer before the inner."""
    kinds: dict[int, tuple[str, Node]] = {}
    for kind in (*KINDS, "scope"):
        for node in found.get(kind, ()):
            known = kinds.get(node.id)
            if known is None or _PRECEDENCE.get(kind, 9) < _PRECEDENCE.get(known[0], 9):
                kinds[node.id] = (kind, node)
    return sorted(kinds.values(), key=lambda definition: (definition[1].start_byte, -definition[1].end_byte))


def _is_method(language: Language, holder: str, own: Sequence[str]) -> bool:
    """Whether a function belongs to a type: by what it stands in, or by a name that says so."""
    within = holder in ("class", "interface", "impl_item") or (language.name == "ruby" and holder == "module")
    return within or (len(own) > 1 and language.name in ("cpp", "c", "go"))


def _signature(node: "Node", data: bytes) -> str:
    body = node.child_by_field_name("body")
    if body is None and (value := node.child_by_field_name("value") or node.child_by_field_name("right")) is not None:
        body = value.child_by_field_name("body")
    end = body.start_byte if body is not None else node.end_byte
    raw = data[node.start_byte : min(end, node.start_byte + 4 * MAX_SIGNATURE)].decode("utf-8", "replace")
    if body is None and node.type not in ("type_alias_declaration", "type_alias_statement", "alias_declaration"):
        raw = raw.split("\n", 1)[0]
    if node.type in _UNBRACED:
        raw = raw.split("\n", 1)[0]
    line = " ".join(raw.split()).removesuffix("=>").rstrip(" :{=")
    return line if len(line) <= MAX_SIGNATURE else line[: MAX_SIGNATURE - 1] + "…"


def _module(
    path: str, language: Language, root: "Node", lines: Sequence[str], comments: dict[int, tuple[int, str]]
) -> Entity | None:
    """The file itself, where it says what it is for."""
    doc = ""
    if language.name == "python":
        first = next((each for each in root.named_children[:20] if each.type != "comment"), None)
        doc = string_of(first)
    starts = {start: (end, text) for end, (start, text) in list(comments.items())[:200]}
    at = 0
    while not doc and at < min(len(lines), 60):
        if not lines[at].strip() or lines[at].startswith(("#!", "<?php", "package ", "'use strict'", '"use strict"')):
            at += 1
            continue
        parts = []
        while at in starts:
            end, text = starts[at]
            parts.append(text)
            at = end + 1
        if not parts:
            break
        block = "\n".join(parts)
        blank = at >= len(lines) or not lines[at].strip() or lines[at].startswith("package ")
        if blank and not _LICENCE.search(block):  # right above a definition it is that one's own
            doc = plain(block)
        elif not blank:
            break
    if not doc:
        return None
    where = PurePosixPath(path)
    name = where.parent.name if where.stem in ("__init__", "index", "mod", "lib") and where.parent.name else where.stem
    return Entity(name=name, kind="module", names=(name,), signature="", doc=doc, start=1, end=max(len(lines), 1))


def defines(parsed: Parsed) -> tuple[str, ...]:
    """The names on a file's top level, by which other files may use it."""
    # A method's first name is its type's, which in Go may be defined in another file.
    named = {each.names[0] for each in parsed.entities if each.kind not in ("module", "method")}
    return tuple(sorted(named.union(parsed.constants)))
