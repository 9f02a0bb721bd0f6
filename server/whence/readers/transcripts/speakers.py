"""Conversations written as text: Markdown with a heading or a bold name a turn, and lines that begin with a name."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from whence.readers.transcripts.turns import Draft, Gathering
from whence.values.memory import Role
from whence.values.tally import Tally

_USER = (
    r"user|human|you|me|prompt|question|benutzer|nutzer|ich|usuario|usuário|utilisateur|utente|gebruiker|użytkownik"
    r"|пользователь|用户|用戶|使用者|ユーザー?|사용자"
    r"|(?:du hast|sie haben)(?= gesagt)|(?:vous avez|tu as)(?= dit)|has(?= dicho)|dijiste|você(?= disse)|hai(?= detto)"
)
_ASSISTANT = (
    r"assistant|ai|chatgpt|gpt[-\w.]*|claude(?:[ -][\w.]+)*|gemini(?:[ -][\w.]+)*|(?:github )?copilot|codex|"
    r"agent|assistent|asistente|assistente|asystent|ассистент|助手|アシスタント|어시스턴트|"
    r"cursor|cody|cline|deepseek(?:[ -][\w.]+)*|mistral|llama[-\w.]*|grok|perplexity|qwen[-\w.]*|response|answer"
)
_OTHER = r"system|developer|tool(?: (?:call|result|output|use))?"
_SPEAKER = re.compile(
    rf"[^\w(\[]*(?:(?P<user>{_USER})|(?P<assistant>{_ASSISTANT})|(?P<other>{_OTHER}))"
    r"(?: said| says| wrote| (?:hat )?gesagt| sagte| (?:a )?dit| dicho| dijo| (?:ha )?detto| disse)?(?!\w)",
    re.I,
)

_STYLES = (
    re.compile(r"#{1,6}[ \t]+(?P<label>[^\n]{1,120})$"),
    re.compile(r"_?(?:\*\*|__)(?P<label>[^*\n]{1,120}?)(?::(?:\*\*|__)_?|(?:\*\*|__)_?:|(?:\*\*|__)_?[ \t]*$)"),
    re.compile(r"(?:\[[^\]\n]{4,30}\][ \t]*)?(?P<label>[^:：\n]{1,60})(?::(?=[ \t]|$)|：)"),
    re.compile(r"(?P<label>[^:\n]{1,40} said):?[ \t]*$", re.I),
)
"""How a turn begins: a heading, a name in bold, a name and a colon, "You said" on a line of its own."""

_COLON = _STYLES[2]
_TAIL = re.compile(r"[\s*_:]*(?:[^\w\s].{0,80}|\d{4}-.{0,40})?", re.DOTALL)
"""What may follow a name: nothing, or something apart from it such as `(GPT-4)` or `· 2026-01-01 12:00`."""

_COPIED = re.compile(r"^(?P<name>[^\s:#*`>|\-][^:\n]{0,39}): (?P<rest>.*)$")
"""How VS Code's *Copy All* begins a turn: with the user's own name, or `GitHub Copilot`."""

_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})?[ \t]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*$", re.MULTILINE)


class _Turn(NamedTuple):
    line: int
    role: Role
    aside: str
    rest: str


def conversations(text: str, name: str, tally: Tally, *, whole: bool = False) -> Iterator[Draft] | None:
    """The conversation that a text is; None where no speakers are recognised.

    Args:
        text: the text.
        name: where it comes from.
        tally: told what is left out.
        whole: whether all of the text was said by somebody: then one speaker is enough if the text begins with it,
            and what stands above the first speaker is a turn of the other one.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    free = _outside_code(lines)
    turns = _best(lines, free, whole=whole)
    return None if turns is None else _gathered(lines, turns, name, tally, whole=whole)


def _outside_code(lines: list[str]) -> list[bool]:
    """For each line whether it stands outside of fenced code. A fence that is never closed is none."""
    free = [True] * len(lines)
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if not match:
            continue
        if opened is None:
            opened = (number, match[1])
        elif match[1].startswith(opened[1]) and not line.strip().strip(match[1][0]):
            free[opened[0] : number + 1] = [False] * (number + 1 - opened[0])
            opened = None
    return free


def _best(lines: list[str], free: list[bool], *, whole: bool) -> list[_Turn] | None:
    """The turns in the first style in which both sides speak."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for style in _STYLES:
        turns = [
            turn
            for number, line in enumerate(lines)
            if free[number] and (turn := _begun(style, number, line)) is not None
        ]
        if turns and style is _COLON:
            turns = _copied(lines, free, turns)
        if {"user", "assistant"} <= {turn.role for turn in turns} or (whole and turns and turns[0].line == first):
            return turns
    return None


def _begun(style: re.Pattern[str], number: int, line: str) -> _Turn | None:
    """The turn that a line begins, if it begins one in this style."""
    marked = style.match(line)
    named = marked and _SPEAKER.match(marked["label"])
    if not marked or not named:
        return None
    tail = marked["label"][named.end() :]
    if not _TAIL.fullmatch(tail) or (style is _COLON and tail.strip(" *_")[:1] not in ("", "(", "[")):
        return None
    role: Role = "user" if named["user"] else "assistant" if named["assistant"] else "system"
    if role == "system" and named["other"].lower().startswith("tool"):
        role = "tool"
    return _Turn(number, role, tail, line[marked.end() :].strip())


def _copied(lines: list[str], free: list[bool], turns: list[_Turn]) -> list[_Turn]:
    """With the turns of a user whose name the text begins with, where only Copilot has a known one."""
    head = _COPIED.match(lines[0])
    answered = any(lines[turn.line].startswith("GitHub Copilot: ") for turn in turns)
    if head is None or not answered or {turn.role for turn in turns} != {"assistant"} or turns[0].line == 0:
        return turns
    mark = f"{head['name']}: "
    asked = [
        _Turn(number, "user", "", line.removeprefix(mark))
        for number, line in enumerate(lines)
        if free[number] and line.startswith(mark) and (number == 0 or not lines[number - 1].strip())
    ]
    return sorted((*turns, *asked), key=lambda turn: turn.line)


def _gathered(lines: list[str], turns: list[_Turn], name: str, tally: Tally, *, whole: bool) -> Iterator[Draft]:
    gathering = Gathering(name, tally)
    above = "\n".join(lines[: turns[0].line]).strip()
    if title := _TITLE.search(above):
        gathering.title = title[1]
    elif above and whole:
        yield from gathering.say("assistant" if turns[0].role == "user" else "user", _unruled(above.split("\n")))
    elif above:
        tally.add("text above the first turn")
    ends = [*(turn.line for turn in turns[1:]), len(lines)]
    for turn, end in zip(turns, ends, strict=True):
        said = _unruled([turn.rest, *lines[turn.line + 1 : end]])
        date = _DATE.search(turn.aside)
        yield from gathering.say(turn.role, said, date and date[0])
    yield from gathering.end()


def _unruled(lines: list[str]) -> str:
    """The lines as a text, without blank ones and rules at its end, which part turns."""
    end = len(lines)
    while end and _RULE.fullmatch(lines[end - 1]):
        end -= 1
    return "\n".join(lines[:end]).strip("\n")
