"""Texts of code, of edits and of configurations that ask the most of what reads them, for `readers.py`."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.importing import resolved
from whence.analysis import enclosing, entities, symbols
from whence.analysis.languages import LANGUAGES, Language
from whence.readers import attributions, fixes, references
from whence.readers.transcripts.edits import patches, shell

Task = tuple[str, Callable[[], object]]

_ANYWHERE = (
    *("a", "(", "{", "[", "<", "a(", "a{", "a<", '"', "'", "`", "/*", "//", "#", "a\n", "{\n", "}\n", "a.", "a,", "a;"),
    *("a=", "a b ", "@a ", "@a\n", "\\", "a?b:", "-", "* ", "->", "::", "1.", "\t", "\n", "é", '"a" ', '"""', "${"),
    *("/", "<a>", "</a>", "{}", "[]", "a();", "a()\n", "if a {"),
)
"""Pieces of text in any language."""

_SCRIPT = (
    *("function f(){}\n", "const f = () => {};\n", "a => ", "class A { m(){} }\n", "class A {", "import a from 'a';\n"),
    *("import ", "import('a');\n", "require('a');\n", "require([", "export ", "// import('a')\n", "{a: () => {}}\n"),
    *("<A>", "<A b={", "x = /a", "jest.mock('a');\n", "interface A<T> {}\n", "type A = B<", "enum A {", "a as "),
)
_OF_C = (
    *("int f(){}\n", "#include <a>\n", "#define A(x) x\n", "#if A\n", "struct A {", "typedef int A;\n", "template<"),
    *("class A {", "namespace a {", "A::B::", "operator", "std::vector<", "int *", "int (*f)(int);\n", 'R"('),
)
_OF_LANGUAGES = {
    "python": (
        *("def f(): pass\n", "class A:\n  def f(self): pass\n", "@d\ndef f(): pass\n", "import a\n", "from a import ("),
        *("import_module('a')\n", "f'{", "lambda: ", "async def f(", "match a:\n case 1:\n", f"{' ' * 80}a\n"),
    ),
    "java": (
        *("class A { void f(){} }\n", "class A {", "void f(){}\n", "import a.b.C;\n", "@A(\n", "List<", "package a;\n"),
        *("/** a */\n", "int a = b + c;\n", "record A(", "A::b\n"),
    ),
    "go": (
        *(
            "func f(){}\n",
            "func (a A) f(){}\n",
            'import "a"\n',
            "import (",
            "type A struct {",
            "func f[T any](",
            "map[",
        ),
        *("chan ", "go func(){", "[]"),
    ),
    "rust": (
        *("fn f(){}\n", "mod a;\n", "mod a {", "use a::b;\n", "use a::{", "impl A {", "#[a]\n", 'include!("a");\n'),
        *("Vec<", "fn f<T>(", "match a {", "|a| ", "'a ", 'r#"', "a!(", "///a\n"),
    ),
    "ruby": (
        *(
            "def f\nend\n",
            "def f\n",
            "class A\n",
            "module A\n",
            "require 'a'\n",
            "A::B\n",
            "do |a|\n",
            "end\n",
            "<<A\n",
        ),
        *("#{", '"#{', "%w[", "if a\n", ":a ", "begin\n", "=begin\n", "A = 1\n"),
    ),
    "php": (
        *(
            "function f(){}\n",
            "class A {}\n",
            "use A\\B;\n",
            "use A\\{",
            "namespace A;\n",
            "require 'a.php';\n",
            "$a->",
        ),
        *('"{$', "<<<A\n", "#[A]\n", "<?php ", "?>\n<?php\n", "match(", "new A\\B();\n"),
    ),
    "csharp": (
        *(
            "class A { void f(){} }\n",
            "class A {",
            "using A.B;\n",
            "namespace A {",
            "[A]\n",
            "List<",
            "a => ",
            "/// a\n",
        ),
        *("#if A\n", '$"{', '@"', "record A(", "switch {", "get; "),
    ),
    **dict.fromkeys(("javascript", "typescript", "tsx", "vue", "svelte", "astro"), _SCRIPT),
    **dict.fromkeys(("c", "cpp"), _OF_C),
}
_HEADS = {"php": "<?php\n", "go": "package a\n", "vue": "<script>\n", "svelte": "<script>\n", "astro": "---\n"}

_EDITS = (
    *("@@ -1 +1 @@\n", "+a\n", "--- a\n+++ b\n", "diff --git a/a b/a\n", "*** Begin Patch\n", "*** Update File: a\n"),
    *(
        "cat > a <<'E'\n",
        "echo a > b; ",
        "sed -i s/a/b/ c\n",
        "git commit -m 'a'\n",
        "$(",
        "| ",
        "fix: a\n",
        "fixes #1 ",
    ),
    *("This reverts commit ", "Co-authored-by: a <b>\n", "a.py\n  b 1-2\n", "a", "'", " ", "\n"),
)
_CONFIGURATIONS = {
    "tsconfig.json": "{",
    "package.json": '{"name": "a", "workspaces": ["p/*"]',
    "vite.config.ts": "export default {resolve: {alias: {",
    "webpack.config.js": "x = {resolve: {modules: [",
    "setup.py": "setup(package_dir={",
    "setup.cfg": "[options]\n",
    "pyproject.toml": "[tool.a]\n",
    "Cargo.toml": "[package]\nname = 'a'\n",
    "go.mod": "module a\n",
    "CMakeLists.txt": "include_directories(",
    "composer.json": "{",
    "compile_commands.json": "[",
}
_IMPORTING = {"a.ts": "import '@/x';\n", "a.py": "import b.c\n", "a.rs": "use crate::b;\n", "a.c": "#include <b.h>\n"}


def code(size: int) -> Iterator[Task]:
    """Texts of every language, each with what finds its definitions and imports, and what names its rows."""
    for language in LANGUAGES:
        for piece in dict.fromkeys((*_OF_LANGUAGES[language.name], *_ANYWHERE)):
            yield from _of_language(language, piece, size)


def _of_language(language: Language, piece: str, size: int) -> Iterator[Task]:
    path = f"a/b{language.suffixes[0]}"
    for text in (piece, f"{piece * max(60 // len(piece), 1)}\n") if "\n" not in piece else (piece,):
        whole = _HEADS.get(language.name, "") + (text * (size // len(text) + 1))[:size]
        name = f"{language.name}: {'lines of ' if text is not piece else ''}{piece!r}"
        if not entities.minified(whole):  # such a text is left alone
            yield f"{name}, definitions", partial(entities.parse, path, whole)
            yield f"{name}, rows", partial(_rows, path, whole)
        yield f"{name}, rows by lines", partial(_lines, path, whole.split("\n"))


def _rows(path: str, text: str) -> object:
    names = enclosing.enclosing(path, text.encode())
    return names(range(0, text.count("\n") + 1, max(text.count("\n") // 500, 2))) if names else None


def _lines(path: str, lines: list[str]) -> object:
    name = symbols.outline(path, lines)
    return [name(number) for number in range(0, len(lines), max(len(lines) // 500, 1))]


def edits(size: int) -> Iterator[Task]:
    """Texts of patches, commands and commits, each with all that reads such."""
    readers: dict[str, Callable[[str], object]] = {
        "a patch": lambda text: list(patches.applied(text)),
        "a diff": lambda text: list(patches.unified(text)),
        "a command": lambda text: list(shell.shown(text)),
        "a fix": fixes.fixed,
        "references": references.references,
        "a note": lambda text: list(attributions.of_note(text)),
    }
    for piece in _EDITS:
        text = (piece * (size // len(piece) + 1))[:size]
        for name, read in readers.items():
            yield f"{name}: {piece!r}", partial(read, text)


def configurations(size: int) -> Iterator[Task]:
    """Configurations by which imports are resolved."""
    for path, head in _CONFIGURATIONS.items():
        for piece in (*_ANYWHERE, '"a": "b",', '{"a":', "a = 1\n"):
            text = head + (piece * (size // len(piece) + 1))[:size]
            yield f"{path}: {piece!r}", partial(resolved, {**_IMPORTING, path: text})
