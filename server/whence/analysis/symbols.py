"""Names of the functions and classes around lines: by a text's grammar, or by definition lines and indentation.

The second way is for languages without a grammar here, and for pieces of a text, such as the hunks of a past commit,
of which a grammar makes nothing. It is right on tidy code.
"""

import logging
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from whence.analysis import enclosing
from whence.analysis.languages import language_of

log = logging.getLogger(__name__)

_WORD = r"([A-Za-z_$][\w$]*)"
_MODIFIERS = (
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|override|virtual|sealed|open|"
    r"partial|readonly|inline|constexpr|extern|unsafe|declare|suspend|data|synchronized|native|const|pub(?:\([^)]*\))?)\s+)*"
)
_TYPE = (
    rf"{_MODIFIERS}(?:class|interface|enum|struct|trait|record|namespace|module|object|protocol|union|type)\s+{_WORD}"
)
_FUNCTION = rf"{_MODIFIERS}(?:function\s*\*?|func|fun|fn|def|sub|proc)\s+{_WORD}"
_SCRIPT_METHOD = (
    rf"(?!.*(?:=>|\bfunction\b)){_MODIFIERS}(?:(?:get|set)\s+)?[*#]?{_WORD}\s*(?:<[^>]*>)?\([^\"'`;]*\)[^()]*\{{$"
)
_BRACE_METHOD = (
    rf"(?!(?:return|throw|new|else|case|goto|delete|await|using)\b){_MODIFIERS}"
    rf"(?:[\w<>\[\],.:*&?~\s]+[\s*&:]~?{_WORD}\s*\([^;=]*$|~?{_WORD}\s*\([^;=]*\)[^()]*\{{$|(?<!\s){_WORD}\s*\([^;=]*\)$)"
)
_ARROW = rf"{_MODIFIERS}(?:const|let|var)\s+{_WORD}\s*(?::[^=]+)?=\s*(?:async\s+)?(?:function\b|\(.*|[\w$]+\s*=>)"

_FORMS: dict[str, tuple[str, ...]] = {
    "python": (rf"(?:async\s+)?(?:def|class)\s+{_WORD}",),
    "ruby": (r"(?:def|class|module)\s+(?:self\.)?([A-Za-z_][\w?!=]*)",),
    "go": (rf"func\s+(?:\([^)]*\)\s*)?{_WORD}", rf"type\s+{_WORD}"),
    "rust": (_FUNCTION, _TYPE, rf"(?:unsafe\s+)?impl(?:<[^>]*>)?\s+(?:.*\sfor\s+)?{_WORD}", rf"mod\s+{_WORD}"),
    "script": (_FUNCTION, _TYPE, _ARROW, _SCRIPT_METHOD),
    "brace": (_TYPE, _BRACE_METHOD),
    "kotlin": (_TYPE, _FUNCTION),
    "php": (_TYPE, _FUNCTION),
    "shell": (rf"(?:function\s+)?{_WORD}\s*\(\)", rf"function\s+{_WORD}"),
    "lua": (r"(?:local\s+)?function\s+([\w.:]+)",),
}

_LANGUAGES = {
    suffix: language
    for language, suffixes in {
        "python": "py pyi pyx",
        "ruby": "rb rake",
        "go": "go",
        "rust": "rs",
        "script": "js jsx mjs cjs ts tsx mts cts vue svelte",
        "brace": "java c h cc cpp cxx hpp hh cs dart m mm groovy",
        "kotlin": "kt kts swift scala",
        "php": "php",
        "shell": "sh bash zsh",
        "lua": "lua",
    }.items()
    for suffix in suffixes.split()
}

_FORM = {language: re.compile(rf"\s*+(?:{'|'.join(forms)})") for language, forms in _FORMS.items()}

_NO_NAMES = frozenset(
    {"if", "for", "while", "switch", "catch", "return", "else", "do", "try", "new", "throw", "await", "case", "sizeof"}
    | {"using", "lock", "with", "match", "super", "this", "function", "elif", "foreach", "synchronized", "when", "not"}
    | {"and", "or", "assert", "print", "yield", "delete", "typeof"}
)

_CONTINUES = frozenset(")]}{#/*")
"""Beginnings of lines that close something, or comment, and so say nothing about what encloses the lines below."""

_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Characters that end a line to someone: git, an editor, or Python's `splitlines`."""

_SHOWN = 3
"""Names of a path of names that are told, the innermost."""

_KEPT = 4
"""Texts whose outline is kept: what a file was before a save is what it was after the last one."""

_LONGEST = 400
"""Characters of a line that is looked at: definitions are shorter, and a pattern on a minified line is slow."""


def outline_whole(path: str, lines: Sequence[str]) -> Callable[[int], str]:
    """The same as `outline`, of a whole text and by its grammar where there is one; parsed with the first question.

    Args:
        path: the file's name, whose suffix tells the language.
        lines: the text; each one is one row, whether it keeps the end it had in the file, whichever that is, or not.
    """
    rows = [_row(line) for line in lines]
    by_lines = outline(path, rows)
    if language_of(path) is None:
        return by_lines
    chosen: list[Callable[[int], str]] = []

    def name(number: int) -> str:
        if not chosen:
            chosen.append(_by_grammar(path, "\n".join(rows)) or by_lines)
        return chosen[0](number)

    return name


@lru_cache(maxsize=_KEPT)
def _by_grammar(path: str, text: str) -> Callable[[int], str] | None:
    try:
        return enclosing.outline(path, text)
    except Exception:
        log.exception("%s could not be parsed; its symbols are told by its lines", path)
        return None


def outline(path: str, lines: Sequence[str]) -> Callable[[int], str]:
    """A function that names what encloses a line of this text.

    Args:
        path: the file's name, whose suffix tells the language.
        lines: the text.

    Returns:
        A function from a line's number, counted from 0, to a name such as `Cart.total`; empty outside of all
        definitions and in languages that aren't known.
    """
    form = _FORM.get(_LANGUAGES.get(PurePosixPath(path).suffix.lower().removeprefix("."), ""))
    if form is None:
        return lambda number: ""

    above: list[int] = []

    def name(number: int) -> str:
        if not above:
            above.extend(_enclosing(form, lines))
        found: list[str] = []
        while number >= 0 and len(found) < _SHOWN:
            if defined := _defined(form, lines[number]):
                found.append(defined)
            number = above[number]
        return ".".join(reversed(found))

    return name


def _enclosing(form: re.Pattern[str], lines: Sequence[str]) -> list[int]:
    """For each line the last one before it that is less far in, or -1. Blank lines and such as close something enclose
    nothing; what these stand in may be as far in as they are.
    """
    above: list[int] = []
    indents: list[int] = []  # of the lines that enclose the present one, each less far in than the next
    places: list[int] = []
    for at, line in enumerate(lines):
        indent = _indent(line)
        if indent == len(line) or not line.strip() or (line[indent] in _CONTINUES and not _defined(form, line)):
            end = bisect_right(indents, indent)
            above.append(places[end - 1] if end else -1)
            continue
        while indents and indents[-1] >= indent:
            indents.pop()
            places.pop()
        above.append(places[-1] if places else -1)
        indents.append(indent)
        places.append(at)
    return above


def _row(line: str) -> str:
    """The line without its end, as one row to a parser, which counts line feeds."""
    return line.rstrip(_ENDS).replace("\n", " ").replace("\r", " ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _defined(form: re.Pattern[str], line: str) -> str:
    match = form.match(line[:_LONGEST].rstrip())
    if match is None:
        return ""
    word = next((group for group in match.groups() if group), "")
    return "" if word in _NO_NAMES else word
