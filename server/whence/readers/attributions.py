"""What other tools have noted of who wrote lines: git notes of git-ai, Agent Trace records, checkpoints of Entire.

They state what they saw as it happened; notes that Whence wrote say what it matched, and how sure that is. Lines are
those of the file as it is in the commit that is noted.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
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

_TOOLS = {name: tool for tool, name in _NAMES.items() if " " not in tool}

SCHEMA = "authorship/3.0.0"
"""The version of git-ai's standard that is read and written. Later ones of the same number add to it."""

GENERATOR = "whence"
"""What notes of ours say in each session's `custom_attributes.generator`, beside `confidence` and the number of the
turn that each trace stands for."""

_BEFORE_COMMIT = "1.0"
"""What Agent Trace's reference implementation says of its version, against its own specification. Its revision is the
commit on top of which the lines were written."""

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
    sure: float = 1.0
    """How sure that is: 1 where somebody states it who saw it."""
    matched: bool = False
    """Whether Whence itself found it after the fact, and nobody saw it."""
    turn: int = 0
    """The user's turn that led to it, from 1; 0 where that isn't told."""


def of_note(text: str) -> Iterator[Claim]:
    """What a note of git-ai says; what it says of people is none."""
    head, divided, rest = f"\n{text}".partition("\n---\n")
    try:
        told = mapping(json.loads(rest)) if divided else {}
    except (ValueError, RecursionError):
        return
    if not words(told.get("schema_version")).startswith("authorship/3."):
        return  # what another version means by the same words is not known
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
                    **_own(mapping(prompt.get("custom_attributes")), entry[1]),
                )


def note(commit: str, claims: Sequence[Claim], version: str) -> str:
    """A note of git-ai's standard 3.0.0 that says what Whence matched, without any of the words that were said.

    Args:
        commit: the commit that is noted.
        claims: what is said, a session of one assistant and model each.
        version: of Whence.
    """
    sessions: dict[str, dict[str, Any]] = {}
    entries: dict[str, list[str]] = {}
    for claim in sorted(claims, key=lambda each: (each.path, each.lines)):
        agent = {"tool": _TOOLS.get(claim.assistant, claim.assistant), "id": claim.session, "model": claim.model}
        key, trace = f"s_{_hash(agent['tool'], agent['id'])}", f"t_{_hash(claim.session, str(claim.turn))}"
        own = sessions.setdefault(
            key, {"agent_id": agent, "custom_attributes": {"generator": f"{GENERATOR} {version}"}}
        )
        own["custom_attributes"][trace] = str(claim.turn)
        own["custom_attributes"]["confidence"] = min(
            own["custom_attributes"].get("confidence", "1.00"), f"{claim.sure:.2f}"
        )
        path = f'"{claim.path}"' if any(each.isspace() for each in claim.path) else claim.path
        spans = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in claim.lines)
        entries.setdefault(path, []).append(f"  {key}::{trace} {spans}")
    head = "".join(f"{path}\n" + "".join(f"{line}\n" for line in lines) for path, lines in entries.items())
    told = {"schema_version": SCHEMA, "base_commit_sha": commit, "prompts": {}, "sessions": sessions}
    return f"{head}---\n{json.dumps(told, indent=2, ensure_ascii=False)}\n"


def is_ours(text: str) -> bool:
    """Whether a note was written by Whence, and by nobody else."""
    claims = list(of_note(text))
    return bool(claims) and all(each.matched for each in claims)


def _own(attributes: dict[str, Any], key: str) -> dict[str, Any]:
    """What a note of ours says of a session beside the standard; nothing where it is another tool's."""
    if words(attributes.get("generator")).partition(" ")[0] != GENERATOR:
        return {}
    try:
        sure = float(words(attributes.get("confidence")))
    except ValueError:
        sure = 0.0
    turn = words(attributes.get(key.partition("::")[2]))
    number = int(turn) if turn.isdecimal() and len(turn) < 7 else 0
    return {"matched": True, "sure": sure if 0.0 <= sure <= 1.0 else 0.0, "turn": number}


def _hash(*parts: str) -> str:
    """What the standard names a session by: fourteen digits."""
    return hashlib.sha256(":".join(parts).encode("utf-8", "replace")).hexdigest()[:14]


def of_trace(record: dict[str, Any]) -> tuple[str, tuple[Claim, ...]]:
    """The commit that a record of Agent Trace is about, and what it says; what it says of people is none.

    Where the record was made before the lines were committed, the commit is the one on top of which they were written
    (`on_top`).
    """
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


def on_top(record: dict[str, Any]) -> bool:
    """Whether a record of Agent Trace is of lines that were in no commit yet when it was made."""
    return record.get("version") == _BEFORE_COMMIT


def _traced(path: str, said: dict[str, Any], tool: str) -> Iterator[Claim]:
    session = words(said.get("url")).rstrip("/").rsplit("/", 1)[-1].removesuffix(".jsonl")
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
