"""Turns as transcripts give them: cleaned of what nobody said, dated, and gathered into drafts of conversations."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from whence.readers.transcripts import boilerplate
from whence.secrets.redaction import redact
from whence.values.base import now
from whence.values.memory import Message, Role
from whence.values.tally import Tally

DRAFT_CHARACTERS = 200_000
"""Characters after which a thread comes as a further draft: some 50,000 tokens, so that no long one is held whole."""

ROLES: dict[str, Role] = {
    **{role: role for role in get_args(Role)},
    "human": "user",
    "model": "assistant",
    "ai": "assistant",
    "gpt": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "gemini": "assistant",
    "agent": "assistant",
    "developer": "system",
    "function": "tool",
    "observation": "tool",
}
"""Who speaks, by the words that formats have for it."""

UNDONE = "turns that were undone"
LEFT = "turns of branches that were left"
TWICE = "turns that stand there twice"

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MILLISECONDS = 1e11
"""A number beyond is milliseconds: as seconds it would lie after the year 5000."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation, or a further stretch of one, as a transcript tells it."""

    origin: str
    """Where it comes from, such as `claude-code`."""

    thread: str
    """Its id there; drafts of the same one belong together."""

    messages: tuple[Message, ...]
    """Turns, oldest first; at least one."""

    title: str = ""
    """What it is called there."""

    at: datetime | None = None
    """When it began, where that is told apart from its turns."""


@dataclass(slots=True)
class Gathering:
    """Gathers the turns of one thread after another into drafts of bounded size."""

    origin: str
    """Where they come from."""

    tally: Tally
    """Told what is left out."""

    thread: str = ""
    """Id of the thread that is being gathered; without one, it is named by its first turn."""

    title: str = ""
    """What the thread is called."""

    at: datetime | None = None
    """When the thread began."""

    _messages: list[Message] = field(default_factory=list)
    _size: int = 0

    def say(self, role: object, content: str, at: object = None, name: str = "") -> Iterator[Draft]:
        """Take a turn in; a draft that is full by it comes out. What nobody said is left out and counted."""
        speaker = role_of(role)
        if speaker not in ("user", "assistant"):
            self.tally.add(boilerplate.TOOL_OUTPUT if speaker == "tool" else "instructions of a system")
            return
        if said := boilerplate.strip(content, self.tally):
            self._messages.append(Message(role=speaker, content=said, at=moment(at), name=name))
            self._size += len(said)
        if self._size >= DRAFT_CHARACTERS:
            yield from self._part()

    def unsay(self, turns: int) -> None:
        """Forget the last turns of the user and what followed them, as far as they have not come out yet."""
        for _ in range(turns):
            at = next((at for at in range(len(self._messages) - 1, -1, -1) if self._messages[at].role == "user"), None)
            if at is None:
                return
            self.tally.add(UNDONE, count=len(self._messages) - at)
            self._size -= sum(len(each.content) for each in self._messages[at:])
            del self._messages[at:]

    def end(self) -> Iterator[Draft]:
        """The rest of the thread; what comes next is another."""
        yield from self._part()
        self.thread, self.title, self.at = "", "", None

    def go_on(self, thread: str) -> Iterator[Draft]:
        """Gather this thread from here on; the rest of another one comes out."""
        if thread != self.thread:
            if self.thread:
                yield from self.end()
            self.thread = thread

    def _part(self) -> Iterator[Draft]:
        if self._messages:
            self.thread = self.thread or digest(self._messages[0])
            yield Draft(self.origin, self.thread, tuple(self._messages), self.title, self.at)
        self._messages, self._size = [], 0


def digest(message: Message) -> str:
    """Names a thread that has no id by its first turn; no secret goes into it."""
    return hashlib.sha256(f"{message.role}\n{redact(message.content).text}".encode()).hexdigest()[:20]


def role_of(name: object) -> Role | None:
    """The role that a format's word stands for."""
    return ROLES.get(name.strip().lower()) if isinstance(name, str) else None


def moment(value: object) -> datetime | None:
    """A moment from what formats write: ISO 8601, seconds or milliseconds since 1970.

    None where it is no moment, or can't be when something was said: before 1990, or in the future.
    """
    try:
        if isinstance(value, str):
            at = _since_1970(float(value)) if value.strip().isdecimal() else datetime.fromisoformat(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            at = _since_1970(float(value))
        else:
            return None
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if _EARLIEST <= at <= now() + timedelta(days=1) else None


def _since_1970(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)


def mapping(value: object) -> dict[str, Any]:
    """The value where it is an object, an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The value where it is an array, an empty one where it is something else."""
    return value if isinstance(value, list) else []


def words(value: object) -> str:
    """The value where it is text, an empty one where it is something else."""
    return value if isinstance(value, str) else ""


def spoken(content: object, tally: Tally) -> str:
    """The text of a message's content: a string, or blocks of which those that somebody wrote count."""
    if not isinstance(content, list):
        return words(content) or words(mapping(content).get("text"))
    parts = []
    for block in content:
        kind = words(mapping(block).get("type"))
        if mapping(block).get("thought") or mapping(block).get("synthetic"):
            tally.add(boilerplate.THINKING if block.get("thought") else boilerplate.BOILERPLATE)
        elif isinstance(block, str) or kind in ("text", "input_text", "output_text", ""):
            text = block if isinstance(block, str) else words(mapping(block).get("text"))
            parts.append(boilerplate.strip(text, tally))
        elif "thinking" in kind or "reasoning" in kind:
            tally.add(boilerplate.THINKING)
        elif "tool" in kind or "function" in kind:
            tally.add(boilerplate.TOOL_OUTPUT)
        else:
            tally.add("pictures and files")
    return "\n\n".join(part for part in parts if part)
