"""What a definition is called, by the grammar of its language."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from whence.analysis.imports import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST_NAME = 120
"""Characters of a name that are kept."""


def names_of(node: "Node") -> Sequence[str]:
    """The names of a definition; several where it says where it belongs, as `Cart::total` does."""
    match node.type:
        case "impl_item":
            return [re.sub(r"<.*|^&(mut )?|.*::", "", text_of(node.child_by_field_name("type")), flags=re.S)]
        case "method_declaration" if (receiver := node.child_by_field_name("receiver")) is not None:
            typed = re.sub(r"\[.*", "", text_of(receiver).strip("() "), flags=re.S).split()
            return [typed[-1].lstrip("*") if typed else "", text_of(node.child_by_field_name("name"))]
        case "assignment_expression":
            left = node.child_by_field_name("left")
            return [text_of(left.child_by_field_name("property"))] if left is not None else []
        case "pair":
            named = node.child_by_field_name("key")
        case "type_definition" | "function_definition" if node.child_by_field_name("declarator") is not None:
            named = _declared(node)
        case "type_alias_statement":
            named = node.child_by_field_name("left")
        case "field_definition":
            named = node.child_by_field_name("property")
        case _:
            named = node.child_by_field_name("name")
    if named is None or named.type in ("object_pattern", "array_pattern") or named.end_byte - named.start_byte > 500:
        return []
    name = text_of(named)
    if name.isidentifier():
        return [name[:LONGEST_NAME]]
    if named.type in ("string", "computed_property_name"):
        return [name.strip("\"'[]")[:LONGEST_NAME]]
    if named.type == "operator_name":
        return [" ".join(name.split())]
    name = re.sub(r"<.*>|\s+", "", name, flags=re.S)
    return [part[:LONGEST_NAME] for part in re.split(r"::|\.", name)]


def _declared(node: "Node") -> "Node | None":
    """The name inside of C's declarators: pointers, parameters and arrays are around it."""
    current = node.child_by_field_name("declarator")
    for _ in range(50):
        if current is None:
            return None
        inner = current.child_by_field_name("declarator")
        if inner is None and current.type in ("reference_declarator", "parenthesized_declarator"):
            inner = current.named_child(0)
        if inner is None:
            return current
        current = inner
    return None
