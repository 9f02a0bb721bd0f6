"""What was learnt: decisions, bugs with their fixes, notes, summaries."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from whence.values.base import Lines, Text, Time, Value, Words, fenced, unique
from whence.values.forge import Forge
from whence.values.markdown import code, gentle, inline, plain
from whence.values.memory.base import Grouping, MemoryBase, Step


class Decision(MemoryBase):
    """What was decided, and why: the terms of an architecture decision record."""

    label: ClassVar[str] = "Decisions"
    shared: ClassVar[bool] = True
    icon: ClassVar[str] = "law"
    grouped: ClassVar[Grouping] = "state"
    first: ClassVar[tuple[str, ...]] = ("proposed", "accepted")
    form_title: ClassVar[str] = "Record Decision"
    quick_title: ClassVar[str] = "Decide This"
    recorded: ClassVar[str] = "Decided"
    form: ClassVar[tuple[str, ...]] = (
        "decision",
        "context",
        "rationale",
        "alternatives",
        "consequences",
        "status",
        "labels",
    )
    prose: ClassVar[tuple[str, ...]] = ("decision", "context", "rationale", "consequences")

    kind: Literal["decision"] = "decision"

    decision: Text
    """What was decided."""

    context: str = ""
    """The situation that asked for a decision."""

    rationale: str = ""
    """Why this and not something else."""

    alternatives: Lines = ()
    """What else was considered."""

    consequences: str = ""
    """What follows from it, good and bad."""

    status: Literal["proposed", "accepted", "rejected", "deprecated", "superseded"] = "accepted"
    """Where it stands."""

    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    """How sure whoever decided was, from 0 to 1."""

    number: int | None = Field(default=None, ge=0)
    """Its number among the project's decision records."""

    record: str = ""
    """File of the decision record that it was read from, relative to the project."""

    record_read: str = ""
    """What that file said when it was read last, as a digest; by it a later edit of either side is known."""

    record_gone: bool = False
    """Whether that file is not there any more."""

    done: Words = ()
    """Those of its files in which Changes have implemented it."""

    @property
    def pending(self) -> Words:
        """The files it concerns in which nothing has implemented it yet."""
        return tuple(path for path in self.files if path not in self.done)

    @property
    def progress(self) -> float | None:
        """Share of its files in which it is implemented, from 0 to 1; None where it concerns no files."""
        return len([path for path in self.files if path in self.done]) / len(self.files) if self.files else None

    @override
    def default_title(self) -> str:
        return self.decision

    @override
    def text(self) -> str:
        parts = (
            self.decision,
            self.context,
            self.rationale,
            *self.alternatives,
            self.consequences,
            *self.files,
        )
        return "\n".join(part for part in parts if part)

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        linked = forge.links if forge else None
        status = f"**Status** {self.status}"
        if self.confidence < 1:
            status += f" · **Confidence** {self.confidence:.0%}"
        if self.progress is not None and self.done:
            status += f" · **Implemented** {self.progress:.0%}"
        if self.record:
            status += f" · **Record** {code(self.record, 400)}" + (", which is gone" if self.record_gone else "")
            status += f" · **Deciders** {inline(self.author, 200)}" if self.author else ""
        sections = (
            ("Context", gentle(self.context, linked)),
            ("Decision", gentle(self.decision, linked)),
            ("Rationale", gentle(self.rationale, linked)),
            ("Alternatives", "\n".join(f"- {gentle(each, linked)}" for each in self.alternatives)),
            ("Consequences", gentle(self.consequences, linked)),
            ("Implementation", "\n".join(self._implementation())),
        )
        return "\n\n".join([status, *(f"### {name}\n\n{body}" for name, body in sections if body)])

    def _implementation(self) -> list[str]:
        followed = self.files if self.done else ()
        return [f"- [{'x' if path in self.done else ' '}] {code(path, 400)}" for path in followed]

    @override
    def keys(self) -> tuple[str, ...]:
        number = (f"decision:{self.number}",) if self.number is not None else ()
        return (*number, f"record:{self.record}") if self.record else number

    @override
    def description(self) -> str:
        share = f"{self.progress:.0%}" if self.progress is not None and self.done else ""
        return " ".join(part for part in ("" if self.status == "accepted" else self.status, share) if part)

    @override
    def sign(self) -> str:
        return {"accepted": self.icon, "proposed": "question"}.get(self.status, "circle-slash")

    @override
    def state(self) -> str:
        return self.status


class Frame(Value):
    """One call of a stack trace."""

    file: str = ""
    """The source file, as the trace names it."""

    line: int = Field(default=0, ge=0)
    """The line, from 1; 0 where the trace doesn't tell."""

    function: str = ""
    """The function or method."""


MAX_OCCURRENCES = 100
"""Dates that a bug keeps of its latest occurrences; the count goes on."""


class Bug(MemoryBase):
    """A failure, and once it is known, why it happened and what solved it."""

    label: ClassVar[str] = "Bugs"
    shared: ClassVar[bool] = True
    icon: ClassVar[str] = "bug"
    grouped: ClassVar[Grouping] = "state"
    current: ClassVar[str] = "open"
    first: ClassVar[tuple[str, ...]] = ("open",)
    apart: ClassVar[Mapping[str, tuple[str, str]]] = MappingProxyType({"fixed": ("Fixes", "wrench")})
    form_title: ClassVar[str] = "Record Error"
    form: ClassVar[tuple[str, ...]] = (
        "message",
        "error_type",
        "root_cause",
        "solution",
        "prevention",
        "labels",
    )
    prose: ClassVar[tuple[str, ...]] = ("message", "root_cause", "solution", "prevention")

    kind: Literal["bug"] = "bug"

    message: Text
    """What the failure says."""

    error_type: str = ""
    """Its type, such as `TypeError` or `java.lang.IllegalStateException`."""

    stack_trace: str = ""
    """The trace as it was printed."""

    frames: tuple[Frame, ...] = ()
    """Its calls, the innermost first."""

    file: str = ""
    """The file in which it happened, relative to the project where it is one of it."""

    line: int = Field(default=0, ge=0)
    """The line, from 1; 0 where it is not known."""

    signature: str = ""
    """What stays the same when the bug comes back: made from type, message and innermost own frames."""

    root_cause: str = ""
    """Why it happened."""

    solution: str = ""
    """What solved it."""

    prevention: str = ""
    """How to keep it from coming back."""

    screenshot: str = ""
    """Name of the picture kept beside the database."""

    commit: str = ""
    """Id of the commit by whose message it is known; empty where somebody met it."""

    resolved: bool = False
    """Whether it is solved."""

    resolved_at: Time | None = None
    """When it was solved."""

    occurrences: tuple[Time, ...] = ()
    """When it was met, oldest first; the latest hundred."""

    count: int = Field(default=1, ge=1)
    """How often it was met."""

    @override
    def default_title(self) -> str:
        first = self.message.strip().splitlines()[0]
        told = not self.error_type or self.error_type.rpartition(".")[2] in first
        return first if told else f"{self.error_type}: {first}"

    @override
    def text(self) -> str:
        calls = "\n".join(f"{frame.function} {frame.file}" for frame in self.frames)
        place = (self.file,) if self.file not in self.files else ()
        parts = (self.error_type, self.message, self.root_cause, self.solution, self.prevention, *self.files, *place)
        return "\n".join(part for part in (*parts, calls or self.stack_trace) if part)

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        linked = forge.links if forge else None
        facts = ["**Resolved**" if self.resolved else "**Open**"]
        if self.file:
            facts.append(code(f"{self.file}:{self.line}" if self.line else self.file, 400))
        if self.count > 1:
            facts.append(f"met {self.count} times, last on {max(self.occurrences, default=self.created_at):%Y-%m-%d}")
        sections = (
            ("Root cause", gentle(self.root_cause, linked)),
            ("Solution", gentle(self.solution, linked)),
            ("Prevention", gentle(self.prevention, linked)),
            ("Stack trace", fenced(self.stack_trace) if self.stack_trace else ""),
        )
        long = "\n" in self.message.strip() or len(self.message) > 200
        message = fenced(self.message) if long else plain(self.message, linked)
        blocks = [" · ".join(facts), "" if self.message.strip() in self.title else message]
        blocks += [f"### {name}\n\n{body}" for name, body in sections if body]
        return "\n\n".join(each for each in blocks if each)

    @override
    def keys(self) -> tuple[str, ...]:
        signed = (f"bug:{self.signature}",) if self.signature else ()
        return (*signed, *(f"issue:{number}" for number in self.issues))

    @property
    def issues(self) -> tuple[str, ...]:
        """Numbers of the issues that it is, from labels such as `#12` and the same in its title."""
        labelled = (found[1] for label in self.labels if (found := re.fullmatch(r"#0*(\d{1,9})", label)))
        titled = re.findall(r"(?<![\w&/#])#0*(\d{1,9})\b", self.title)
        return unique([*labelled, *titled])

    @override
    def description(self) -> str:
        times = f"{self.count} times" if self.count > 1 else ""
        return " ".join(part for part in ("resolved" if self.resolved else "", times) if part)

    @override
    def beside(self) -> str:
        return f"{self.state()}, {self.count} times" if self.count > 1 else self.state()

    @override
    def sign(self) -> str:
        return "pass" if self.resolved else self.icon

    @override
    def state(self) -> str:
        return "open" if not self.resolved else "fixed" if self.commit else "resolved"

    @override
    def own_steps(self) -> tuple[Step, ...]:
        return () if self.resolved else ("resolve",)

    @override
    def repeats(self) -> str:
        solvers = (link.target for link in self.links if link.relation == "solved_by")
        return next(solvers, "") if self.commit else ""


class Note(MemoryBase):
    """Anything worth keeping that has no shape of its own."""

    label: ClassVar[str] = "Notes"
    shared: ClassVar[bool] = True
    icon: ClassVar[str] = "note"
    form_title: ClassVar[str] = "Save Note"
    quick_title: ClassVar[str] = "Note This"
    form: ClassVar[tuple[str, ...]] = ("content", "labels")
    prose: ClassVar[tuple[str, ...]] = ("content",)

    kind: Literal["note"] = "note"

    content: Text
    """What to remember."""

    @override
    def default_title(self) -> str:
        return next((line for line in self.content.splitlines() if line.strip()), "")

    @override
    def text(self) -> str:
        return self.content

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        return gentle(self.content, forge.links if forge else None)


class Summary(MemoryBase):
    """What a stretch of work came to, made from the memories of it."""

    label: ClassVar[str] = "Summaries"
    icon: ClassVar[str] = "list-tree"
    dated: ClassVar[bool] = False
    prose: ClassVar[tuple[str, ...]] = ("content",)

    kind: Literal["summary"] = "summary"

    content: Text
    """The summary, as Markdown."""

    period: Literal["session", "day", "week", "month"] = "session"
    """What it sums up."""

    since: Time | None = None
    """Where the stretch begins."""

    until: Time | None = None
    """Where it ends."""

    span: str = ""
    """The stretch by its name in the days of whoever asked for it: `2026-11-20`, `2026-W47` or `2026-11`."""

    digest: str = ""
    """What it was made from, as a digest; by it new material is known."""

    model: str = ""
    """The model that wrote it; empty where it was made by rules."""

    @override
    def default_title(self) -> str:
        name = self.span or (f"{self.since:%Y-%m-%d}" if self.since else "")
        span = f" of {name}" if name else ""
        return f"Summary of a {self.period}{span}" if self.period == "session" else f"{self.period.capitalize()}{span}"

    @override
    def text(self) -> str:
        return self.content

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        return gentle(self.content, forge.links if forge else None)

    @override
    def keys(self) -> tuple[str, ...]:
        span = self.span or (f"{self.since:%Y-%m-%d}" if self.since else "")
        return (f"summary:{self.period}:{span}",) if span and self.period != "session" else ()

    @override
    def description(self) -> str:
        return self.period

    @override
    def beside(self) -> str:
        return ""  # its title tells
