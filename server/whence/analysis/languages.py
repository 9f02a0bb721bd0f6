"""The languages that are parsed: which files are theirs, their grammar, and which of its nodes matter.

A pattern is tree-sitter's query syntax (https://tree-sitter.github.io/tree-sitter/using-parsers/queries). Its captures
say what a node is: one of the kinds of entity, `scope` for what only lends its name to what is inside, `comment`,
`import` for what brings in another file, `package` for the name that a file gives itself, `mention` for a name by which
a file uses what its imports do not name, `constant` for one that it defines and that is no entity.
"""

import re
import threading
import time
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # grammars are loaded when the first file of their language is parsed
    from tree_sitter import Node, Parser, Query

    Captures = dict[str, list[Node]]
    """The nodes that a pattern found, by what it calls them."""


@dataclass(frozen=True)
class Language:
    """A language that has a grammar."""

    name: str
    """What users call it, in lower case."""

    suffixes: tuple[str, ...]
    """Endings of its files' names, with the dot."""

    wheel: str
    """The module that carries the grammar."""

    pattern: str
    """What is looked for in a file."""

    function: str = "language"
    """The module's function that gives the grammar."""

    within: str = ""
    """The element that holds what is read, in files that hold more; empty for all of the file."""


_PYTHON = """
(function_definition) @function
(class_definition) @class
(type_alias_statement) @type
(comment) @comment
(import_statement) @import
(import_from_statement) @import
(call function: [(identifier) @_call (attribute attribute: (identifier) @_call)]
  arguments: (argument_list . [(string) (keyword_argument)])
  (#any-of? @_call "import_module" "__import__" "importorskip")) @import
"""

_SCRIPT = """
(function_declaration) @function
(generator_function_declaration) @function
(variable_declarator value: [(arrow_function) (function_expression) (generator_function)]) @function
(variable_declarator value: (class)) @class
(assignment_expression left: (member_expression)
  right: [(arrow_function) (function_expression) (generator_function)]) @function
(pair key: (property_identifier) value: [(arrow_function) (function_expression)]) @function
(class_declaration) @class
(method_definition) @method
(comment) @comment
(import_statement) @import
(export_statement source: (string)) @import
(call_expression function: (import)) @import
(call_expression function: (identifier) @_require
  arguments: (arguments . [(string) (template_string) (array)])
  (#any-of? @_require "require" "define" "importScripts")) @import
(call_expression function: (member_expression) @_member arguments: (arguments . [(string) (template_string) (array)])
  (#any-of? @_member "require.resolve" "module.require" "import.meta.resolve" "System.import" "import.meta.glob"
    "import.meta.globEager" "Astro.glob" "mock.module" "jest.requireActual" "jest.requireMock" "jest.mock" "jest.unmock"
    "jest.doMock" "jest.dontMock" "jest.setMock" "jest.createMockFromModule" "jest.unstable_mockModule"
    "vi.importActual" "vi.importMock" "vi.mock" "vi.unmock" "vi.doMock" "vi.doUnmock")) @import
(new_expression constructor: (identifier) @_made arguments: (arguments . [(string) (template_string)])
  (#any-of? @_made "URL" "Worker" "SharedWorker")) @import
((comment) @import (#match? @import "^///[ ]*<reference[ ]|import[(]|@import[ ]"))
"""

_JAVASCRIPT = (
    _SCRIPT
    + """
(field_definition value: [(arrow_function) (function_expression)]) @method
"""
)

_TYPESCRIPT = (
    _SCRIPT
    + """
(public_field_definition value: [(arrow_function) (function_expression)]) @method
(abstract_class_declaration) @class
(abstract_method_signature) @method
(function_signature) @function
(interface_declaration) @interface
(type_alias_declaration) @type
(enum_declaration) @type
(internal_module) @module
(module) @module
(module name: (string)) @import
"""
)

_JAVA = """
(class_declaration) @class
(record_declaration) @class
(interface_declaration) @interface
(annotation_type_declaration) @interface
(enum_declaration) @type
(method_declaration) @method
(constructor_declaration) @method
(compact_constructor_declaration) @method
[(line_comment) (block_comment)] @comment
(import_declaration) @import
(package_declaration) @package
(type_identifier) @mention
(method_invocation object: (identifier) @mention)
(field_access object: (identifier) @mention)
(marker_annotation name: (identifier) @mention)
(annotation name: (identifier) @mention)
(method_reference (identifier) @mention)
"""

_C = """
(function_definition) @function
(struct_specifier name: (_) body: (_)) @type
(union_specifier name: (_) body: (_)) @type
(enum_specifier name: (_) body: (_)) @type
(type_definition) @type
(preproc_function_def) @function
(comment) @comment
(preproc_include) @import
"""

_CPP = """
(function_definition) @function
(class_specifier name: (_) body: (_)) @class
(struct_specifier name: (_) body: (_)) @class
(union_specifier name: (_) body: (_)) @type
(enum_specifier name: (_) body: (_)) @type
(type_definition) @type
(alias_declaration) @type
(concept_definition) @type
(namespace_definition) @scope
(preproc_function_def) @function
(comment) @comment
(preproc_include) @import
"""

_GO = """
(function_declaration) @function
(method_declaration) @method
(type_spec type: (interface_type)) @interface
(type_spec) @type
(type_alias) @type
(comment) @comment
(import_spec) @import
(package_clause) @package
(selector_expression operand: (identifier)) @mention
(qualified_type) @mention
(call_expression function: (identifier) @mention)
(type_identifier) @mention
(source_file (const_declaration (const_spec name: (identifier) @constant)))
(source_file (var_declaration (var_spec name: (identifier) @constant)))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @constant))))
"""

_RUST = """
(function_item) @function
(function_signature_item) @function
(struct_item) @type
(union_item) @type
(enum_item) @type
(type_item) @type
(trait_item) @interface
(impl_item) @scope
(mod_item body: (_)) @module
(macro_definition) @function
[(line_comment) (block_comment)] @comment
(use_declaration) @import
(extern_crate_declaration) @import
(mod_item) @import
(scoped_identifier) @import
(scoped_type_identifier) @import
(macro_invocation macro: (identifier) @_macro (#eq? @_macro "include")) @import
"""

# Constants come first: behind two patterns of calls, a query takes the square of their number.
_RUBY = """
(constant) @mention
(scope_resolution) @mention
(method) @function
(singleton_method) @function
(class) @class
(module) @module
(comment) @comment
(call method: (identifier) @_call arguments: (argument_list [(string) (call)])
  (#match? @_call "^(require|require_relative|require_dependency|load|autoload)$")) @import
(call !receiver method: (identifier) @_relation arguments: (argument_list . (simple_symbol) @mention)
  (#match? @_relation "^(has_many|has_one|belongs_to|has_and_belongs_to_many)$"))
(class name: (_) @named)
(module name: (_) @named)
"""

_PHP = """
(function_definition) @function
(method_declaration) @method
(class_declaration) @class
(trait_declaration) @class
(interface_declaration) @interface
(enum_declaration) @type
(comment) @comment
(namespace_use_declaration) @import
[(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @import
(namespace_definition name: (_)) @package
(qualified_name) @mention
(object_creation_expression (name) @mention)
(scoped_call_expression scope: (name) @mention)
(class_constant_access_expression . (name) @mention)
(named_type (name) @mention)
(base_clause (name) @mention)
(class_interface_clause (name) @mention)
(use_declaration (name) @mention)
(binary_expression operator: "instanceof" right: (name) @mention)
"""

_C_SHARP = """
(method_declaration) @method
(constructor_declaration) @method
(local_function_statement) @function
(class_declaration) @class
(record_declaration) @class
(struct_declaration) @class
(interface_declaration) @interface
(enum_declaration) @type
(delegate_declaration) @type
(comment) @comment
(using_directive) @import
(namespace_declaration) @package
(file_scoped_namespace_declaration) @package
(identifier) @mention
"""

LANGUAGES: tuple[Language, ...] = (
    Language("python", (".py", ".pyi", ".pyw"), "tree_sitter_python", _PYTHON),
    Language("javascript", (".js", ".jsx", ".mjs", ".cjs"), "tree_sitter_javascript", _JAVASCRIPT),
    Language(
        "typescript", (".ts", ".mts", ".cts"), "tree_sitter_typescript", _TYPESCRIPT, function="language_typescript"
    ),
    Language("tsx", (".tsx",), "tree_sitter_typescript", _TYPESCRIPT, function="language_tsx"),
    # Of files that hold more than a script only the scripts are read, as TypeScript, which takes all of JavaScript.
    Language("vue", (".vue",), "tree_sitter_typescript", _TYPESCRIPT, "language_typescript", "script"),
    Language("svelte", (".svelte",), "tree_sitter_typescript", _TYPESCRIPT, "language_typescript", "script"),
    Language("astro", (".astro",), "tree_sitter_typescript", _TYPESCRIPT, "language_typescript", "script"),
    Language("java", (".java",), "tree_sitter_java", _JAVA),
    Language("c", (".c",), "tree_sitter_c", _C),
    # Headers are read as C++, whose grammar takes nearly all of C: their name does not tell which they are.
    Language("cpp", (".cc", ".cpp", ".cxx", ".c++", ".h", ".hh", ".hpp", ".hxx", ".inl"), "tree_sitter_cpp", _CPP),
    Language("go", (".go",), "tree_sitter_go", _GO),
    Language("rust", (".rs",), "tree_sitter_rust", _RUST),
    Language("ruby", (".rb", ".rake", ".gemspec"), "tree_sitter_ruby", _RUBY),
    Language("php", (".php", ".phtml"), "tree_sitter_php", _PHP, function="language_php"),
    Language("csharp", (".cs",), "tree_sitter_c_sharp", _C_SHARP),
)
"""All of them; `tsx` is TypeScript with elements of JSX, which need a grammar of their own."""

_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}

NAMES = tuple(language.name for language in LANGUAGES)


def language_of(path: str) -> Language | None:
    """The language of a file by its name; None where none is known."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


_local = threading.local()  # a parser keeps the text it is at in itself, so each thread has its own


def parser(language: Language) -> "Parser":
    """The parser of a language, for the calling thread.

    Raises:
        ImportError: its wheel is not installed.
    """
    from tree_sitter import Parser

    known: dict[str, Parser] = _local.__dict__.setdefault("parsers", {})
    if language.name not in known:
        known[language.name] = Parser(_grammar(language.wheel, language.function))
    return known[language.name]


_MOST_SECONDS = 0.45
"""Seconds of computing that parsing a file may take; a megabyte that somebody wrote takes a fifth of a second, and what
was tried may have to be done again."""

_DEEPEST = 60_000
"""Nodes in one another of a tree that is read: on 50,000 a query takes 0.02 s, on 100,000 half a minute (measured)."""

_CHUNK = 1 << 16


_TRIED_FROM = 32_768
"""Bytes above which a file is first tried: some grammars take minutes for what is no text of their language."""


_MOST_OPEN = 4000
"""Angle brackets that may stand open in one statement. Java's grammar takes the square of their number, and can't be
stopped meanwhile: 5 s for 15,000."""

_STATEMENT = re.compile(rb"[;{}()]")


def _unclosed(data: bytes) -> bool:
    """Whether so many angle brackets stand open as in no statement that was written."""
    if data.count(b"<") <= _MOST_OPEN:
        return False
    return any(each.count(b"<") - each.count(b">") > _MOST_OPEN for each in _STATEMENT.split(data))


def parsed(language: Language, data: bytes) -> "Tree | None":
    """The syntax tree of a text in UTF-8; None where parsing takes longer than a limit.

    The limit counts this thread's own work, not what it waits for. Only a parse that is fed by a function can be
    stopped, and its tree doesn't hold the text: it is a trial, of which the parse that follows takes over all.
    """
    trying = parser(language)
    if _unclosed(data):
        return None
    if len(data) <= _TRIED_FROM:
        return trying.parse(data)
    end = time.thread_time() + _MOST_SECONDS
    try:
        trial = trying.parse(
            lambda at, _: data[at : at + _CHUNK], encoding="utf8", progress_callback=lambda *_: time.thread_time() > end
        )
    except ValueError:
        trying.reset()  # or the next text would be read as if this one went on
        return None
    return trying.parse(data, trial)


def captured(language: Language, within: "Node", rows: tuple[int, int] | None = None) -> "Captures":
    """What the language's pattern finds.

    Args:
        language: the language.
        within: the root of the tree.
        rows: the first row, from 0, and the one behind the last, where only these are of interest.
    """
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query(language))
    if rows is not None:
        cursor.set_point_range((rows[0], 0), (rows[1], 0))
    return cursor.captures(within)


def too_deep(root: "Node") -> bool:
    """Whether a tree is as deep as nothing that is written: a pattern may take minutes on it."""
    if root.end_byte < _TRIED_FROM:
        return False
    cursor, depth = root.walk(), 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > _DEEPEST:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1


@cache
def query(language: Language) -> "Query":
    """The language's pattern, compiled."""
    from tree_sitter import Query

    return Query(_grammar(language.wheel, language.function), language.pattern)


@cache
def _grammar(wheel: str, function: str) -> "Language_":
    from tree_sitter import Language as Grammar

    return Grammar(getattr(import_module(wheel), function)())


if TYPE_CHECKING:
    from tree_sitter import Language as Language_
    from tree_sitter import Tree
