"""The history that aider keeps in `.aider.chat.history.md`: the user's words behind `####`, its own lines behind `>`.

Each of these lines ends with two spaces. An answer may hold headings and quotations of its own, which don't; where an
editor has taken all such spaces away, every line of these forms counts as aider's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from whence.readers.transcripts import boilerplate
from whence.readers.transcripts.turns import TWICE, Draft, Gathering
from whence.values.tally import Tally

AIDER = "aider"

_BEGUN = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ANSWERED = re.compile(r"> Tokens: [\d.,]+[kM]? ?.*  $")
"""What aider says after each answer."""
_COMMAND = re.compile(r"[/!](\S*)(?:\s+(.*))?", re.DOTALL)
_ASKING = frozenset({"ask", "code", "architect", "context", "help", "chat", "ok"})
"""Commands behind which the user's own words stand."""


@dataclass(slots=True)
class Spoken:
    """Lines of one speaker that follow one another."""

    role: str
    lines: list[str] = field(default_factory=list)


def is_history(text: str) -> bool:
    """Whether a text is a history that aider keeps."""
    return _BEGUN.search(text[: 1 << 16]) is not None


def conversations(text: str, tally: Tally) -> Iterator[Draft]:
    """The chats in a history, one for each time that aider was started.

    Args:
        text: the history.
        tally: told what is left out.
    """
    if _BEGUN.split(text, maxsplit=1)[0].strip():
        tally.add("text above the first turn")
    for begun, said in chats(text, tally):
        gathering = Gathering(AIDER, tally, thread=begun)
        asked = False
        for spoken in said:
            asked = asked or spoken.role == "user"
            words = "\n".join(spoken.lines).strip("\n")
            if spoken.role == "tool":
                tally.add(boilerplate.TOOL_OUTPUT)
            elif spoken.role == "user":
                yield from gathering.say("user", _typed(words, tally), begun)
            elif not asked:
                tally.add(boilerplate.TOOL_OUTPUT)  # how aider introduces itself
            elif words.strip():
                yield from gathering.say("assistant", words, begun)
        yield from gathering.end()


def chats(text: str, tally: Tally | None = None) -> Iterator[tuple[str, Iterator[Spoken]]]:
    """When each chat of a history began, and who speaks in it, one after the other; of one that stands twice the first.

    Args:
        text: the history.
        tally: told what is left out.
    """
    parts = _BEGUN.split(text.replace("\r\n", "\n"))
    marked = re.search(r"^#### .*  $", text, re.MULTILINE) is not None
    known: set[tuple[str, str]] = set()
    for begun, said in zip(parts[1::2], parts[2::2], strict=True):
        if (chat := (begun, said.strip())) not in known:
            known.add(chat)
            yield begun, _spoken(said, marked=marked)
        elif tally is not None:
            tally.add(TWICE, count=bool(chat[1]))


def _spoken(text: str, *, marked: bool) -> Iterator[Spoken]:
    """Who speaks, one after the other; two inputs of the user have an empty line between them."""
    current = Spoken("assistant")
    fence, gap = "", False
    for line in text.split("\n"):
        if fence and _ANSWERED.match(line):
            fence = ""  # the answer was broken off within it
        own = not fence and (not marked or line.endswith("  "))
        if own and line.startswith("#### "):
            role, said = "user", line[5:].rstrip()
        elif own and (line.startswith("> ") or line.rstrip() == ">"):
            role, said = "tool", line
        else:
            role, said = "assistant", line
            if mark := _FENCE.match(line):
                fence = mark[1] if not fence else "" if line.strip() == mark[1] and mark[1].startswith(fence) else fence
        if (role != current.role and (said.strip() or role != "assistant")) or (role == "user" and gap):
            if any(each.strip() for each in current.lines):
                yield current
            current = Spoken(role)
        current.lines.append(said)
        gap = not line.strip()
    if any(each.strip() for each in current.lines):
        yield current


def _typed(words: str, tally: Tally) -> str:
    """What the user said: a command only where it is followed by words that are meant for the model."""
    if words.strip() == "<blank>":
        return ""
    if (command := _COMMAND.fullmatch(words.strip())) is None or (words[:1] == "/" and "/" in command[1]):
        return words  # a path may begin with a slash as well
    if words[:1] == "/" and command[1] in _ASKING and command[2]:
        return command[2]
    tally.add(boilerplate.BOILERPLATE)
    return ""
