"""The yardstick of `insight.py` for symbols: what encloses a line, by tree-sitter's own tree and nothing of ours.

A definition reaches from its first decorator to its last line. What is named are functions, methods, classes, types,
and the functions and classes that a name or a property is given.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

LANGUAGES = {".py": "python", ".pyi": "python", ".ts": "typescript", ".mts": "typescript", ".tsx": "tsx"}
"""Endings of files that are compared, with their grammar."""

_NAMED = frozenset(
    {"function_definition", "class_definition", "function_declaration", "generator_function_declaration"}
    | {"class_declaration", "abstract_class_declaration", "method_definition", "interface_declaration"}
    | {"type_alias_declaration", "enum_declaration", "internal_module", "module", "function_signature"}
    | {"abstract_method_signature"}
)
_GIVEN = frozenset({"variable_declarator", "public_field_definition", "pair", "assignment_expression"})
_VALUES = frozenset({"arrow_function", "function_expression", "generator_function", "class"})
_AROUND = frozenset({"decorated_definition", "export_statement", "lexical_declaration"})
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")

Span = tuple[int, int, str]
"""The first and the last line of a definition, from 1, and its name."""


@cache
def _parser(grammar: str) -> Parser:
    if grammar == "python":
        return Parser(Language(tree_sitter_python.language()))
    made = tree_sitter_typescript.language_tsx if grammar == "tsx" else tree_sitter_typescript.language_typescript
    return Parser(Language(made()))


def spans(grammar: str, text: str) -> list[Span]:
    """The definitions of a text."""
    found: list[Span] = []
    waiting = [_parser(grammar).parse(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        name = _name(node)
        if name:
            first = node
            while first.parent is not None and first.parent.type in _AROUND:
                first = first.parent
            end = node.end_point
            found.append((first.start_point.row + 1, end.row + (end.column > 0), name))
    return found


def _name(node: Node) -> str:
    named = None
    if node.type in _NAMED and node.parent is not None:
        named = node.child_by_field_name("name")
    elif node.type in _GIVEN:
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        if value is not None and value.type in _VALUES:
            fields = map(node.child_by_field_name, ("name", "key", "left"))
            named = next((each for each in fields if each is not None), None)
    return (named.text or b"").decode().rpartition(".")[2] if named is not None else ""


def enclosing(definitions: Sequence[Span], lines: Iterator[int]) -> set[str]:
    """The names of the innermost definitions around these lines."""
    found: set[str] = set()
    for line in lines:
        around = [each for each in definitions if each[0] <= line <= each[1]]
        if around:
            found.add(min(around, key=lambda each: each[1] - each[0])[2])
    return found


def changed(diff: str, sign: str) -> Iterator[int]:
    """The lines, from 1, that a diff takes from the old text (`-`) or adds to the new one (`+`), but for blank ones."""
    at = 0
    for line in diff.splitlines():
        if hunk := _HUNK.match(line):
            at = int(hunk[1 if sign == "-" else 2])
        elif line.startswith(sign):
            if line[1:].strip():
                yield at
            at += 1
        elif not line.startswith(("+", "-", "\\")):
            at += 1
