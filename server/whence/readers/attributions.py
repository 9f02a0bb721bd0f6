"""What other tools have noted of who wrote lines: git notes of git-ai, Agent Trace records, checkpoints of Entire.

They state what they saw as it happened. Lines are those of the file as it is in the commit that is noted.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whence.readers.transcripts.turns import items, mapping, words

NOTES = "refs/notes/ai"
"""Where git-ai keeps its notes, in the form of its standard 3.0.0."""

CHECKPOINTS = ("entire/checkpoints/v1", "origin/entire/checkpoints/v1")
"""The branch on which Entire keeps its checkpoints, here or as it was fetched."""

TRACES = ".agent-trace/traces.jsonl"
"""Where the reference implementation of Agent Trace keeps its records."""

_NAMES = {
    "claude": "claude-code",
    "claude code": "claude-code",
    "codex": "codex",
    "codex cli": "codex",
    "gemini": "gemini-cli",
    "gemini cli": "gemini-cli",
    "github-copilot": "vscode",
}
"""What tools call assistants whose conversations are known here."""

_MOST_ASKED = 4_000
_CHECKPOINT = re.compile(r"^Entire-Checkpoint:[ \t]*([0-9a-f]{3,64})[ \t]*$", re.MULTILINE)
_DATED = re.compile(r"^\d{4}-\d\d-\d\d-")
_ENTRY = re.compile(r"\s+(\S+)\s+([\d,\-\s]+)$")


@dataclass(frozen=True, slots=True)
class Claim:
    """Lines of a file, and the conversation that is said to have written them."""

    path: str
    lines: tuple[tuple[int, int], ...]
    """First and last lines, from 1."""
    assistant: str
    session: str = ""
    model: str = ""
    asked: str = ""
    """The first words of the user that are kept beside it."""
    mixed: bool = False
    """Whether both a person and the assistant are said to have written them."""


def of_note(text: str) -> Iterator[Claim]:
    """What a note of git-ai says; what it says of people is none."""
    head, divided, rest = f"\n{text}".partition("\n---\n")
    try:
        told = mapping(json.loads(rest)) if divided else {}
    except (ValueError, RecursionError):
        return
    prompts = {**mapping(told.get("prompts")), **mapping(told.get("sessions"))}
    path = ""
    for line in head.split("\n"):
        if line and not line[0].isspace():
            path = line.strip().strip('"')
        elif path and (entry := _ENTRY.match(line)) is not None:
            prompt = mapping(prompts.get(entry[1]) or prompts.get(entry[1].partition("::")[0]))
            agent = mapping(prompt.get("agent_id"))
            if lines := tuple(_ranges(entry[2])) if agent else ():
                asked = next(
                    (each for each in map(mapping, items(prompt.get("messages"))) if each.get("type") == "user"), {}
                )
                yield Claim(
                    path,
                    lines,
                    _named(words(agent.get("tool"))),
                    words(agent.get("id")),
                    words(agent.get("model")),
                    words(asked.get("text"))[:_MOST_ASKED],
                )


def of_trace(record: dict[str, Any]) -> tuple[str, tuple[Claim, ...]]:
    """The commit that a record of Agent Trace is about, and what it says; what it says of people is none."""
    vcs = mapping(record.get("vcs"))
    commit = words(vcs.get("revision")) if vcs.get("type") == "git" else ""
    tool = _named(words(mapping(record.get("tool")).get("name")))
    claims = [
        claim
        for file in map(mapping, items(record.get("files")))
        for said in map(mapping, items(file.get("conversations")))
        for claim in _traced(words(file.get("path")), said, tool)
    ]
    return commit, tuple(claims)


def _traced(path: str, said: dict[str, Any], tool: str) -> Iterator[Claim]:
    session = words(said.get("url")).rstrip("/").rsplit("/", 1)[-1]
    for span in map(mapping, items(said.get("ranges"))):
        who = {**mapping(said.get("contributor")), **mapping(span.get("contributor"))}
        first, last = span.get("start_line"), span.get("end_line")
        if path and who.get("type") in ("ai", "mixed") and isinstance(first, int) and isinstance(last, int):
            model = words(who.get("model_id"))
            yield Claim(path, ((first, last),), tool or model, session, model, mixed=who.get("type") == "mixed")


def checkpoints(message: str) -> list[str]:
    """Where the checkpoints lie that a commit's message names."""
    return [f"{id[:2]}/{id[2:]}" for id in _CHECKPOINT.findall(message)]


def of_checkpoint(text: str) -> tuple[str, str] | None:
    """The assistant and the session of a checkpoint of Entire, by its `metadata.json`; None where it names none."""
    try:
        told = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return None
    session = _DATED.sub("", words(told.get("session_id")))
    return (_named(words(told.get("agent")) or "claude-code"), session) if session else None


def _named(tool: str) -> str:
    return _NAMES.get(tool.strip().lower(), tool.strip())


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for each in text.replace(" ", "").split(","):
        first, _, last = each.partition("-")
        if first.isdecimal() and (last.isdecimal() or not last):
            yield int(first), int(last or first)
