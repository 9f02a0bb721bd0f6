"""What a file uses of others: what it brings in, the package it belongs to, and the names it mentions."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from whence.analysis.imports import MAX_IMPORTS, Import, read, text_of
from whence.analysis.languages import Language
from whence.analysis.names import LONGEST_NAME, names_of

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_MENTIONS = 3000
_BESIDE = frozenset({"mod_item"})
"""Nodes whose meaning depends on what stands before them too: an attribute may say where a module lies."""
_MOST_MODULES = 50
"""Modules of one file, each in the one before, whose names are followed."""


def imports_of(language: Language, found: dict[str, list["Node"]]) -> tuple[Import, ...]:
    """What a file brings in, each once, in the order of the file."""
    nodes = sorted(found.get("import", ()), key=lambda each: (each.start_byte, -each.end_byte))
    modules: deque[Node] = deque()
    if language.name == "rust":
        nodes = _without_parts(nodes)
        modules.extend(sorted(found.get("module", ()), key=lambda each: each.start_byte))
    imports: dict[tuple[str, tuple[str, ...], str], Import] = {}
    seen: set[tuple[str, bytes | None, tuple[str, ...]]] = set()
    around: list[tuple[int, str]] = []  # the ends and names of the modules that a node stands in
    for node in nodes:
        while modules and modules[0].start_byte < node.start_byte:
            around.append((modules[0].end_byte, "".join(names_of(modules.popleft()))))
        around = [each for each in around[:_MOST_MODULES] if each[0] > node.start_byte]
        said = (node.type, node.text, tuple(name for _, name in around))
        if said in seen and node.type not in _BESIDE:
            continue
        seen.add(said)
        for each in read(language.name, node):
            if around:
                each = _from_inside(each, [name for _, name in around])
            imports.setdefault((each.target, each.names, each.form), each)
        if len(imports) > MAX_IMPORTS:
            break
    return tuple(imports.values())[:MAX_IMPORTS]


def _without_parts(nodes: Iterable["Node"]) -> list["Node"]:
    """Rust's paths without those that are the beginning of another one, or stand in a `use`."""
    kept: list[Node] = []
    used = 0
    for node in nodes:
        if node.type.startswith("scoped_") and (
            node.start_byte < used
            or (kept and kept[-1].start_byte == node.start_byte and kept[-1].type.startswith("scoped_"))
        ):
            continue
        kept.append(node)
        if node.type == "use_declaration":
            used = node.end_byte
    return kept


def outermost(found: dict[str, list["Node"]]) -> list["Node"]:
    """Mentions that are no part of a longer one, nor the name of what is defined."""
    defined = {node.id for node in found.get("named", ())}
    kept: list[Node] = []
    end = 0
    for node in sorted(found.get("mention", ()), key=lambda each: (each.start_byte, -each.end_byte)):
        if node.start_byte >= end:
            end = node.end_byte
            if node.id not in defined:
                kept.append(node)
    return kept


def _from_inside(each: Import, around: Sequence[str]) -> Import:
    """What is said in a module inside of a Rust file, as the file's own module would say it."""
    if each.form == "mod":
        return Import("::".join([*around, each.target]), each.line, each.names, each.form)
    parts = each.target.split("::")
    supers = next((n for n, part in enumerate(parts) if part != "super"), len(parts))
    if not supers:
        return each
    rest = parts[supers:]
    above = len(around) - supers
    kept = ["super"] * -above if above < 0 else ["self", *around[:above]]
    return Import("::".join([*kept, *rest]), each.line, each.names, each.form)


def package_of(node: "Node") -> str:
    """The name of the package or namespace that a file says it belongs to."""
    name = node.child_by_field_name("name")
    if name is None:
        name = next((each for each in node.named_children if "identifier" in each.type), None)
    return "".join(text_of(name).split())


def mentions_of(nodes: Iterable["Node"]) -> tuple[str, ...]:
    """The names that these nodes say, each once, in order."""
    found = {text_of(node) for node in nodes if node.end_byte - node.start_byte <= LONGEST_NAME}
    return tuple(sorted(found)[:_MOST_MENTIONS])
