"""What a file brings in, as it says it: one `Import` for each thing named, before anything is resolved."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_IMPORTS = 2000
"""Imports of one file that are kept."""

_MOST_NAMES = 200
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Import:
    """One thing that a file brings in."""

    target: str
    """What is named, in the language's own words: `..package.module`, `./file`, `a/b.h`, `crate::a::b`."""

    line: int
    """Where, counted from 1."""

    names: tuple[str, ...] = ()
    """Names taken out of it, such as those after Python's `import`; Go's one name is how the file calls it."""

    form: str = ""
    """How it is brought in, where a language has several ways."""


def read(language: str, node: "Node") -> Iterator[Import]:
    """The imports that a node of the syntax tree stands for, none where it stands for something else."""
    line = node.start_point.row + 1
    for target, names, form in _READERS[language](node):
        if target and len(target) <= _LONGEST and "://" not in target:
            yield Import(target, line, tuple(names[:_MOST_NAMES]), form)


Read = tuple[str, list[str], str]


def text_of(node: "Node | None") -> str:
    """The node's text; empty for no node."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def _python(node: "Node") -> Iterator[Read]:
    named = [
        text_of(each.child_by_field_name("name") if each.type == "aliased_import" else each)
        for each in node.children_by_field_name("name")
    ]
    named = [re.sub(r"\s|\\", "", each) for each in named]
    if node.type == "import_statement":
        yield from ((each, [], "") for each in named)
        return
    module = re.sub(r"\s|\\", "", text_of(node.child_by_field_name("module_name")))
    yield module, named or ["*"], "from"


def _script(node: "Node") -> Iterator[Read]:
    source = node.child_by_field_name("source")
    if node.type == "call_expression":
        arguments = node.child_by_field_name("arguments")
        source = arguments.named_child(0) if arguments is not None and arguments.named_child_count else None
    elif source is None:  # import name = require("...")
        clause = next((each for each in node.named_children if each.type == "import_require_clause"), None)
        source = clause.child_by_field_name("source") if clause is not None else None
    if source is not None and source.type == "string":
        yield text_of(source)[1:-1], [], ""


def _java(node: "Node") -> Iterator[Read]:
    words = text_of(node).replace(";", " ").split()
    if len(words) > 1 and words[0] == "import":
        static = words[1] == "static"
        yield "".join(words[2 if static else 1 :]), [], "static" if static else ""


def _c(node: "Node") -> Iterator[Read]:
    path = node.child_by_field_name("path")
    if path is not None and path.type in ("string_literal", "system_lib_string"):
        yield text_of(path)[1:-1].replace("\\", "/"), [], "quote" if path.type == "string_literal" else "angle"


def _go(node: "Node") -> Iterator[Read]:
    path = text_of(node.child_by_field_name("path"))[1:-1]
    alias = text_of(node.child_by_field_name("name"))
    yield path, [alias] if alias else [], ""


def _rust(node: "Node") -> Iterator[Read]:
    match node.type:
        case "mod_item":
            if node.child_by_field_name("body") is None:
                yield text_of(node.child_by_field_name("name")), _path_attribute(node), "mod"
        case "extern_crate_declaration":
            yield text_of(node.child_by_field_name("name")), [], "use"
        case "use_declaration":
            argument = node.child_by_field_name("argument")
            if argument is not None and argument.end_byte - argument.start_byte < 20_000:
                yield from ((path, [], "use") for path in _use_tree(text_of(argument)))
        case _:
            written = re.sub(r"\s|<.*", "", text_of(node)[:_LONGEST])
            if written.startswith(("crate::", "super::", "self::")):
                yield written, [], "path"


def _path_attribute(node: "Node") -> list[str]:
    """The file that `#[path = "..."]` before a module names."""
    before = node.prev_named_sibling
    while before is not None and before.type == "attribute_item":
        if match := re.search(r'path\s*=\s*"([^"]+)"', text_of(before)):
            return [match[1]]
        before = before.prev_named_sibling
    return []


def _use_tree(text: str) -> Iterator[str]:
    """The paths of a `use`, its braces multiplied out: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
    prefixes = [""]
    current = ""
    for token in re.findall(r"[{},]|[^{},]+", text):
        match token:
            case "{":
                prefixes.append(prefixes[-1] + current)
                current = ""
                if len(prefixes) > 50 or len(prefixes[-1]) > _LONGEST:
                    return
            case "," | "}":
                if current:
                    yield prefixes[-1] + current
                current = ""
                if token == "}" and len(prefixes) > 1:
                    prefixes.pop()
            case _:
                current = re.sub(r"\s+as\s+\w+\s*$|\s", "", re.sub(r"\s+as\s+\w+\s*$", "", token))
    if current:
        yield current


def _ruby(node: "Node") -> Iterator[Read]:
    arguments = node.child_by_field_name("arguments")
    strings = [] if arguments is None else [each for each in arguments.named_children if each.type == "string"]
    if strings and len(text := text_of(strings[-1])) > 2 and "#{" not in text:
        call = text_of(node.child_by_field_name("method"))
        yield text[1:-1], [], "relative" if call == "require_relative" else "require"


def _php(node: "Node") -> Iterator[Read]:
    if node.type != "namespace_use_declaration":
        # __DIR__ . '/x.php', dirname(__FILE__) . '/x.php' and 'x.php': all from the file's own folder
        written = text_of(node)
        if match := re.fullmatch(
            r"\w+\s*\(?\s*((?:__DIR__|dirname\(\s*__FILE__\s*\))\s*\.\s*)?(['\"])([^'\"$]+)\2\s*\)?", written
        ):
            yield (match[3].lstrip("/") if match[1] else match[3]), [], "require"
        return
    text = re.sub(r"^use\s+", "", text_of(node).strip().rstrip(";"))
    match_ = re.match(r"(function|const)\s+", text)
    form = match_[1] if match_ else "use"
    text = text[match_.end() :] if match_ else text
    for path in _use_tree(text):
        yield path.lstrip("\\"), [], form


def _c_sharp(node: "Node") -> Iterator[Read]:
    words = re.sub(r"\s*=\s*", " = ", text_of(node).rstrip("; \n")).split()
    everywhere = words[:1] == ["global"]
    words = words[2:] if everywhere else words[1:]
    form = "global" if everywhere else "using"
    if words[:1] == ["static"]:
        words, form = words[1:], "static"
    elif words[1:2] == ["="]:
        words, form = words[2:], "alias"
    yield re.sub(r"<.*", "", "".join(words)).removeprefix("global::"), [], form


_READERS: dict[str, Callable[["Node"], Iterator[Read]]] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
    "java": _java,
    "c": _c,
    "cpp": _c,
    "go": _go,
    "rust": _rust,
    "ruby": _ruby,
    "php": _php,
    "csharp": _c_sharp,
}
