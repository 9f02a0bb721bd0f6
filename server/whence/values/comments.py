"""Comments: a text as a comment of a programming language, which is known as ours as the text itself is.

The languages bear the editor's names for them. Each line of the text stays a line; of a comment between two marks,
only what would end it is parted.
"""

from whence.values.base import Value

_LINES = {
    "//": "c cpp csharp cuda-cpp dart fsharp go groovy hlsl java javascript javascriptreact jsonc kotlin less "
    "objective-c objective-cpp php proto rust scala scss shaderlab solidity swift typescript typescriptreact v zig",
    "#": "awk cmake coffeescript crystal cython dockercompose dockerfile dotenv elixir fish git-commit git-rebase "
    "gdscript graphql hcl ignore jsonnet julia just makefile nim nix perl perl6 powershell properties python r raku "
    "ruby shellscript starlark tcl terraform toml yaml",
    "--": "ada elm haskell lua purescript sql vhdl",
    "%": "bibtex erlang latex matlab octave prolog tex",
    ";": "asm clojure commonlisp elisp ini lisp racket scheme",
    "!": "fortran fortran-modern FortranFreeForm",
}
_BETWEEN = {
    ("/*", "*/", "*/", "* /"): "css",
    ("<!--", "-->", "--", "- -"): "astro handlebars html svelte vue vue-html xml xsl",
    ("(*", "*)", "*)", "* )"): "ocaml pascal",
}
_PROSE = frozenset({"markdown", "mdx", "plaintext"})

_LINE_OF = {language: begin for begin, languages in _LINES.items() for language in languages.split()}
_BETWEEN_OF = {language: marks for marks, languages in _BETWEEN.items() for language in languages.split()}


class Comment(Value):
    """A text as a comment of a programming language."""

    text: str = ""
    """The comment, its lines ended; empty where the language has no comments, or none that are known."""

    note: str = ""
    """Why there is none."""


def commented(text: str, language: str) -> str:
    """The text as a comment of a language; as it is where the language is prose, and empty where it has no comments.

    Args:
        text: what to say, of any lines.
        language: the language, as the editor names it, such as `python`.
    """
    body = text.strip("\n")
    if not body or language in _PROSE:
        return f"{body}\n" if body else ""
    if begin := _LINE_OF.get(language):
        return "".join(f"{begin} {line}".rstrip() + "\n" for line in body.splitlines())
    if marks := _BETWEEN_OF.get(language):
        begin, end, closing, parted = marks
        while closing in body:
            body = body.replace(closing, parted)
        return f"{begin} {body} {end}\n"
    return ""
