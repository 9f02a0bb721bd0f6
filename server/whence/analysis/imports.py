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
    if node.type == "call":
        yield from _python_call(node)
        return
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


def _python_call(node: "Node") -> Iterator[Read]:
    """A module that a call brings in by a plain text, as `import_module(".tax", package=__package__)` does."""
    arguments = node.child_by_field_name("arguments")
    given = [] if arguments is None else arguments.named_children[:5]
    # A module may be given by its parameter's name, wherever that stands.
    named = [each for each in given if text_of(each.child_by_field_name("name")) in ("name", "modname")]
    texts = [_python_text(each) for each in [*named, *(each for each in given if each not in named)]]
    texts[:1] = [texts[0].removeprefix("=")] if texts and named else texts[:1]
    called = text_of(node.child_by_field_name("function")).rpartition(".")[2]
    if not texts or not re.fullmatch(r"\.*\w+(?:\.\w+)*", texts[0]):
        return
    target = texts[0]
    if not target.startswith("."):
        yield target, [], ""
    elif called == "import_module":
        package = texts[1].rpartition("=")[2].strip() if len(texts) > 1 else ""
        level = len(target) - len(target.lstrip("."))
        if re.fullmatch(r"\w+(?:\.\w+)*", package) and package not in ("__package__", "__name__"):
            parts = package.split(".")
            yield ".".join([*parts[: len(parts) - level + 1], target[level:]]), [], ""
        else:
            yield target, [], ""


def _python_text(node: "Node") -> str:
    """The content of a plain text, or of one that is given by name; empty for what is put together."""
    named = node.type == "keyword_argument"
    inner = node.child_by_field_name("value") if named else node
    if inner is None or (inner.type == "string" and any(each.type == "interpolation" for each in inner.named_children)):
        return ""
    text = re.sub(r"^[rRuUfF]{0,2}(\"\"\"|\'\'\'|\"|\')(.*)\1$", r"\2", text_of(inner), flags=re.S)
    return f"={text}" if named else text


_NO_PATHS = frozenset({"require", "exports", "module"})
_PATH_TEXT = re.compile(r"""import\(\s*["']([^"'\n]+)["']\s*\)|@import\s[^\n"']{0,300}?\bfrom\s+["']([^"'\n]+)["']""")


def _script(node: "Node") -> Iterator[Read]:
    match node.type:
        case "comment":
            yield from _script_comment(text_of(node)[:20_000])
        case "new_expression":
            yield from _address(node)
        case "module":  # declare module "./a" adds to what that file says; of any other name it declares it anew
            name = _plain(node.child_by_field_name("name"))
            yield (name if name.startswith(".") else ""), [], "type"
        case "call_expression":
            yield from _script_call(node)
        case _:
            source = node.child_by_field_name("source")
            if source is None:  # import name = require("...")
                clause = next((each for each in node.named_children if each.type == "import_require_clause"), None)
                source = clause.child_by_field_name("source") if clause is not None else None
            yield _plain(source), [], ""


def _given(node: "Node") -> "list[Node]":
    """The first arguments of a call, without the comments that bundlers read."""
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children[:6] if arguments is not None else []
    return [each for each in given if each.type != "comment"]


def _script_call(node: "Node") -> Iterator[Read]:
    given = _given(node)
    called = text_of(node.child_by_field_name("function"))
    listed = next((each for each in given if each.type == "array"), None) if called in ("require", "define") else None
    if listed is not None:  # AMD: define("own name", ["./a"], (a) => ...)
        texts = [_plain(each) for each in listed.named_children[:_MOST_NAMES]]
        yield from ((each, [], "amd") for each in texts if each not in _NO_PATHS)
    elif called in _GLOBS:
        yield from _globbed(given)
    elif called == "importScripts":
        yield from ((_said_from_here(_plain(each)), [], "url") for each in given)
    elif called in ("import", "require") and given and (pattern := _filled(given[0])):
        yield pattern, [], "glob"
    elif called != "define" and given:
        yield _plain(given[0]), [], ""


_GLOBS = frozenset({"import.meta.glob", "import.meta.globEager", "Astro.glob"})


def _globbed(given: "list[Node]") -> Iterator[Read]:
    """The files that a bundler's pattern stands for, or several patterns, of which those with a mark take away."""
    listed = given[0].named_children[:_MOST_NAMES] if given and given[0].type == "array" else given[:1]
    texts = [_plain(each) for each in listed]
    unwanted = [each[1:] for each in texts if each.startswith("!")]
    yield from ((each, unwanted, "glob") for each in texts if not each.startswith("!"))


def _filled(node: "Node") -> str:
    """A pattern of the files that a text with holes may name, as bundlers take it; empty where it may be any.

    Each hole stands for part of one name; the text has to begin with a path that leads into a folder, or to say part of
    the file's name.
    """
    holes = [each for each in node.named_children if each.type == "template_substitution"]
    if node.type != "template_string" or not holes:
        return ""
    start = node.start_byte + 1
    parts: list[str] = []
    written = node.text or b""
    for hole in holes:
        parts.append(written[start - node.start_byte : hole.start_byte - node.start_byte].decode("utf-8", "replace"))
        start = hole.end_byte
    parts.append(written[start - node.start_byte : -1].decode("utf-8", "replace"))
    pattern = "*".join(parts)
    said = re.match(r"\.{1,2}/[^*]*", pattern)
    return pattern if said and re.search(r"\w", said[0]) else ""


def _address(node: "Node") -> Iterator[Read]:
    """What a worker, or an address that is said from the file, brings in."""
    given = _given(node)
    alone = text_of(node.child_by_field_name("constructor")) != "URL"
    if given and (alone or (len(given) > 1 and text_of(given[1]) in _HERE)):
        yield _said_from_here(_plain(given[0])), [], "url"


_HERE = frozenset({"import.meta.url", "self.location", "self.location.href"})


def _said_from_here(target: str) -> str:
    """An address is said from where the file lies, with or without a dot; one that names a folder brings in nothing."""
    if not target or target.endswith(("/", "..")) or target == "." or ":" in target:
        return ""
    return target if target.startswith((".", "/")) else f"./{target}"


def _plain(node: "Node | None") -> str:
    """The content of a text or of a template without a hole; empty for anything else."""
    if node is None or node.type not in ("string", "template_string"):
        return ""
    return "" if any(each.type == "template_substitution" for each in node.named_children) else text_of(node)[1:-1]


def _script_comment(text: str) -> Iterator[Read]:
    """What a comment brings in: another file by a reference path, and types that JSDoc names."""
    if text.startswith("///"):
        if match := re.match(r"///\s*<reference\s+path\s*=\s*[\"']([^\"']+)[\"']", text):
            yield (match[1] if match[1].startswith((".", "/")) else f"./{match[1]}"), [], ""
        return
    if text.startswith("/**"):
        yield from ((one or other, [], "type") for one, other in _PATH_TEXT.findall(text))


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
                yield text_of(node.child_by_field_name("name")), _path_attributes(node), "mod"
        case "macro_invocation":
            written = text_of(node)[:_LONGEST]
            if match := re.fullmatch(r'include!\s*[({\[]\s*r?#*"([^"]+)"#*\s*,?\s*[)}\]]', written):
                yield match[1], [], "include"
            elif match := _FROM_CRATE.fullmatch(written):
                yield match[1].lstrip("/"), [], "include from crate"
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
            elif re.match(r"(?:::)?(?!(?:std|core|alloc)::)[a-z_]\w*::", written):
                yield written, [], "named"


_FROM_CRATE = re.compile(
    r'include!\s*[({\[]\s*concat!\s*[({\[]\s*env!\s*[({\[]\s*"CARGO_MANIFEST_DIR"\s*[)}\]]\s*,\s*"(/[^"]+)"\s*,?\s*[)}\]]'
    r"\s*,?\s*[)}\]]"
)
"""A file that is included by its path from the crate's folder."""


def _path_attributes(node: "Node") -> list[str]:
    """The files that `#[path = "..."]` before a module names, several where it depends on the platform."""
    found: list[str] = []
    before = node.prev_named_sibling
    while before is not None and before.type == "attribute_item":
        found += re.findall(r'\bpath\s*=\s*"([^"]+)"', text_of(before)[:2000])
        before = before.prev_named_sibling
    return found


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
    given = [] if arguments is None else arguments.named_children[:3]
    call = text_of(node.child_by_field_name("method"))
    strings = [each for each in given if each.type == "string"]
    if strings:
        text = text_of(strings[-1])[1:-1]
        if (bare := text.removeprefix("#{__dir__}/")) != text:
            call, text = "require_relative", bare
        if text and "#{" not in text:
            yield text, [], "relative" if call == "require_relative" else "require"
    elif given and (match := _RUBY_PATH.match(text_of(given[0])[:_LONGEST])):
        # File.expand_path('../x', __FILE__) goes up from the file itself, File.join(__dir__, 'x') from its folder.
        said = next(each for each in match.groups() if each)
        yield (said.removeprefix("../") if match[1] else said.lstrip("/")), [], "relative"


_RUBY_PATH = re.compile(
    r"""File\.expand_path\(?\s*["']([^"'#]+)["']\s*,\s*__FILE__|File\.expand_path\(?\s*["']([^"'#]+)["']\s*,\s*__dir__"""
    r"""|File\.join\(?\s*__dir__\s*,\s*["']([^"'#]+)["']\s*\)|File\.join\(?\s*File\.dirname\(__FILE__\)\s*,\s*["']([^"'#]+)["']"""
)


def _php(node: "Node") -> Iterator[Read]:
    if node.type != "namespace_use_declaration":
        # __DIR__ . '/x.php', dirname(__FILE__) . '/x.php' and 'x.php': all from the file's own folder
        written = text_of(node)
        if match := re.fullmatch(
            r"\w+\s*\(?\s*((?:__DIR__|dirname\(\s*(?:__FILE__|__DIR__)\s*\))\s*\.\s*)?(['\"])([^'\"$]+)\2\s*\)?",
            written,
        ):
            above = "../" if match[1] and match[1].startswith("dirname") and "__DIR__" in match[1] else ""
            yield above + (match[3].lstrip("/") if match[1] else match[3]), [], "require"
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
    "vue": _script,
    "svelte": _script,
    "astro": _script,
    "java": _java,
    "c": _c,
    "cpp": _c,
    "go": _go,
    "rust": _rust,
    "ruby": _ruby,
    "php": _php,
    "csharp": _c_sharp,
}
