"""How work went: coding sessions, and conversations with assistants and people."""

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from whence.values.base import Lines, Text, Time, Value, one_line
from whence.values.forge import Forge
from whence.values.markdown import gentle, inline
from whence.values.memory.base import Grouping, MemoryBase


class Session(MemoryBase):
    """A stretch of work with an aim. What is remembered while it is active carries its id."""

    label: ClassVar[str] = "Sessions"
    icon: ClassVar[str] = "watch"
    current: ClassVar[str] = "active"
    prose: ClassVar[tuple[str, ...]] = ("summary",)

    kind: Literal["session"] = "session"

    goal: Text
    """What it is for."""

    goals: Lines = ()
    """Further aims."""

    ended_at: Time | None = None
    """When it ended; None while it is active."""

    resumed_at: Time | None = None
    """When it was last taken up again after an end."""

    worked: int = Field(default=0, ge=0)
    """Minutes of its stretches before it was taken up again."""

    success: bool | None = None
    """Whether the aim was reached, as far as anyone said."""

    summary: str = ""
    """What came of it, as Markdown."""

    @property
    def minutes(self) -> int | None:
        """Minutes it took, without those between an end and its being taken up again; None while it is active."""
        if self.ended_at is None:
            return None
        stretch = (self.ended_at - (self.resumed_at or self.created_at)).total_seconds()
        return self.worked + max(round(stretch / 60), 0)

    @override
    def default_title(self) -> str:
        return self.goal

    @override
    def text(self) -> str:
        return "\n".join(part for part in (self.goal, *self.goals, self.summary) if part)

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        linked = forge.links if forge else None
        minutes = self.minutes
        if self.ended_at is None or minutes is None:
            facts = ["**Active**"]
        else:
            facts = [f"**Ended** {self.ended_at:%Y-%m-%d %H:%M}", f"{minutes // 60} h {minutes % 60} min"]
        if self.success is not None:
            facts.append("reached its aim" if self.success else "did not reach its aim")
        aims = "\n".join(f"- {inline(each, 1000, linked)}" for each in self.goals)
        goal = gentle(self.goal, linked) if one_line(self.goal, 200) != self.title else ""
        blocks = [" · ".join(facts), goal, f"### Goals\n\n{aims}" if aims else "", gentle(self.summary, linked)]
        return "\n\n".join(block for block in blocks if block)

    @override
    def description(self) -> str:
        return self.state() if self.ended_at is None or self.success is False else ""

    @override
    def sign(self) -> str:
        return "record" if self.ended_at is None else self.icon

    @override
    def state(self) -> str:
        return "active" if self.ended_at is None else "failed" if self.success is False else "ended"


Role = Literal["user", "assistant", "system", "tool"]


class Message(Value):
    """One turn of a conversation."""

    role: Role
    """Who speaks."""

    content: Text
    """What was said."""

    name: str = ""
    """The speaker's name, where there is one."""

    at: Time | None = None
    """When it was said."""


class Conversation(MemoryBase):
    """What was said, turn by turn."""

    label: ClassVar[str] = "Conversations"
    icon: ClassVar[str] = "comment-discussion"
    grouped: ClassVar[Grouping] = "state"

    kind: Literal["conversation"] = "conversation"

    messages: tuple[Message, ...] = Field(min_length=1)
    """The turns, oldest first."""

    origin: str = ""
    """Where it comes from, such as `claude-code` or the name of a file."""

    thread: str = ""
    """Its id there, by which further turns find it."""

    @override
    def default_title(self) -> str:
        asked = next((each for each in self.messages if each.role == "user"), self.messages[0])
        return next((line for line in asked.content.splitlines() if line.strip(" #*>`")), "Conversation")

    @override
    def text(self) -> str:
        return "\n\n".join(self.pieces())

    @override
    def pieces(self) -> tuple[str, ...]:
        return tuple(f"{each.name or each.role}: {each.content}" for each in self.messages)

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        linked = forge.links if forge else None
        turns = []
        for each in self.messages:
            when = f" · {each.at:%Y-%m-%d %H:%M}" if each.at else ""
            speaker = inline(each.name or each.role.capitalize(), 100)
            turns.append(f"### {speaker}{when}\n\n{gentle(each.content, linked)}")
        head = [f"From {inline(self.origin, 200)}"] if self.origin else []
        return "\n\n".join([*head, *turns])

    @override
    def keys(self) -> tuple[str, ...]:
        return (f"thread:{self.origin}:{self.thread}",) if self.thread else ()

    @override
    def description(self) -> str:
        return f"{len(self.messages)} turns" if len(self.messages) > 1 else ""

    @override
    def state(self) -> str:
        return self.labels[0] if self.labels else ""
