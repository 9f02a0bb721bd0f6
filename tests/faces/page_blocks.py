"""The programs of a Markdown page: its fenced blocks, and those of a page whose fences were lost."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^\s*```+\s*([\w+-]*)\s*$")
_HEADING = re.compile(r"^#{2,6} +\**[A-Z]|^text$|^Features$")
"""Where a program ends whose fence was lost; one mark alone may as well begin a remark."""
_NAMES = {
    "py": "python",
    "ts": "javascript",
    "typescript": "javascript",
    "js": "javascript",
    "mjs": "javascript",
    "sh": "bash",
    "shell": "bash",
    "console": "bash",
}
PAGE_WIDE = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
"""Pages await outside of functions, as a notebook does."""


@dataclass(frozen=True)
class Block:
    """A piece of a page that may be a program."""

    line: int
    """Where it begins, counted from 1."""
    language: str
    """As its fence says or its words show: python, javascript, bash, json, toml; empty for prose and output."""
    text: str
    before: str
    """The line of prose above it."""


def blocks(page: str) -> Iterator[Block]:
    """What is fenced, under its language; a fence that a heading or another one follows unclosed is cut there."""
    lines = page.splitlines()
    fenced, language, start, held = False, "", 1, list[str]()
    before = ""
    # A page with fences that are never closed has its programs between headings, so both are cut at headings.
    lost = len([line for line in lines if line.strip().startswith("```")]) % 2 == 1 or _unclosed(lines)
    for number, line in enumerate([*lines, "```"], 1):
        fence = _FENCE.match(line)
        if fence or (lost and _HEADING.match(line)):
            if fenced or lost:
                yield from _held(held, language, start, before, lost and not fenced)
            before = line if not fence else next((each for each in reversed(held) if each.strip()), before)
            fenced = fence is not None and (not fenced or bool(fence[1]))
            language = _NAMES.get(fence[1], fence[1]) if fence and fenced else ""
            held, start = [], number + 1
        else:
            held.append(line)


def _unclosed(lines: list[str]) -> bool:
    inside = False
    for line in lines:
        if fence := _FENCE.match(line):
            if inside and fence[1]:
                return True
            inside = not inside
    return inside


def _held(held: list[str], language: str, start: int, before: str, bare: bool) -> Iterator[Block]:
    text = textwrap.dedent("\n".join(held)).strip("\n")
    language = guessed(text) if language in ("", "bash") else language
    if text.strip() and (language or not bare):
        yield Block(start, language, text, before)


def guessed(text: str) -> str:
    """The language of a text that may be a program, or nothing."""
    if re.search(r"^(import .* from '|const \w+ = |interface \w+ \{)", text, re.MULTILINE):
        return "javascript"
    if re.search(r"^(import|from) [\w.]+|^\w+ = \w+\(|^(async )?with \w+", text, re.MULTILINE):
        return "python"
    if re.match(r"\s*\{\s*\"", text):
        return "json"
    commands = r"^(pip|npm|pnpm|yarn|git|cd|curl|docker|python|pytest|mypy|black|isort|export|vsce|whence) "
    return "bash" if re.search(commands, text, re.MULTILINE) else ""


def parses(text: str) -> bool:
    """Whether a text is Python."""
    try:
        compile(text, "page", "exec", PAGE_WIDE)
    except SyntaxError:
        return False
    return True


def mended(text: str) -> str:
    """Python with what a page lost in a copy: lines of prose become remarks, and the lines below a colon are indented.

    A program that is whole stays as it is.
    """
    if parses(text):
        return text
    prose = re.compile(r"^[A-Z][a-z]+( [a-z]+){0,2}$|^(pip|npm) ")
    lines = [f"# {line}" if prose.match(line) else line for line in text.splitlines()]
    done: list[str] = []
    inside = False
    for line in lines:
        flat = line == line.lstrip()
        if not line.strip() or re.match(r"(except|else|finally|elif)\b", line):
            inside = False
        done.append(f"    {line}" if inside and flat and line.strip() else line)
        if flat and line.rstrip().endswith(":") and not line.startswith("#"):
            inside = True
    return "\n".join(done)


def mended_javascript(text: str) -> str:
    """JavaScript likewise: sentences become remarks, and a text with `${…}` gets its quotes back."""
    lines = [f"// {line}" if re.match(r"[A-Z][a-z]+ [a-z][^(]*[.:]$", line) else line for line in text.splitlines()]
    return re.sub(r"\((\w[\w ]*: \$\{[^}]*\})\)", r"(`\1`)", "\n".join(lines))


def shortened(text: str) -> bool:
    """Whether a program leaves out what a call is given."""
    tree = ast.parse(text)
    return any(
        isinstance(each, ast.Call) and any(isinstance(one, ast.Constant) and one.value is Ellipsis for one in each.args)
        for each in ast.walk(tree)
    )


def signature(text: str) -> inspect.Signature | None:
    """The parameters and defaults where a text only shows how something is called, not a call."""
    found = re.fullmatch(r"(?:async )?(\w+)\((.*)\)\s*(?:-> .*)?", text.strip(), re.DOTALL)
    if not found or (parses(text) and found[2] not in ("", "**kwargs")):
        return None
    said = f"def {found[1]}({found[2]}): ..."
    if not parses(said):
        return None
    function = ast.parse(said).body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    if given.kwarg:
        return inspect.Signature(return_annotation=found[1])
    missing = [inspect.Parameter.empty] * (len(given.args) - len(given.defaults))
    defaults = [*missing, *(ast.literal_eval(each) for each in given.defaults)]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    shown = [
        inspect.Parameter(each.arg, kind, default=default) for each, default in zip(given.args, defaults, strict=True)
    ]
    return inspect.Signature(shown, return_annotation=found[1])
