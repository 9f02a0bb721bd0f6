"""What was read from pictures, as answers: a page, and what to call to keep it; pure functions."""

from collections.abc import Sequence
from typing import Any, Literal

from whence.engine.vision import errors
from whence.engine.vision.errors import ShownError
from whence.engine.vision.prompt import SeenArchitecture
from whence.readers import pictures
from whence.secrets.redaction import redact_path
from whence.values.base import fenced, one_line
from whence.values.handed_out import marked
from whence.values.markdown import code, inline
from whence.values.memory import Bug, Frame
from whence.values.reports import cite
from whence.values.reports.pictures import Component, Connection, DiagramReading, PictureFacts, ScreenshotReading

_SAYS = {
    "message": "what it says, word by word",
    "error_type": "its type, such as `TypeError`",
    "file": "the file in which it happened",
    "line": "the line",
    "stack_trace": "the stack trace; copied as text it tells the rest by itself",
}

# ------------------------------------------------------------ screenshots


def screenshot(
    error: ShownError, facts: PictureFacts, bug: Bug | None, source: str, *, model: str, note: str
) -> ScreenshotReading:
    """The answer about a screenshot that was read.

    Args:
        error: what it shows.
        facts: what is known of the picture itself.
        bug: the bug that it is kept with; None where no bug is known yet.
        source: where it was taken from.
        model: the model that read it.
        note: what else to know.
    """
    arguments: dict[str, Any] = {**error.values, "screenshot": source.strip()}
    kept = "Nothing is kept yet: record it once it is right."
    if bug is not None:
        arguments = {"id": bug.id, "changes": errors.additions(bug, error)}
        kept = "Nothing is changed yet: confirm it first."
    return ScreenshotReading(
        title=one_line(f"Screenshot: {error.message}", 200),
        markdown=marked(_error_page(error, facts)),
        picture=facts,
        model=model,
        operation="update" if bug else "record_error",
        arguments=arguments,
        error_type=error.error_type,
        message=error.message,
        file=error.file,
        line=error.line,
        frames=error.frames,
        code=error.code,
        cause=error.cause,
        cited=(cite(bug),) if bug else (),
        note=_joined(kept, note),
    )


def unread_screenshot(facts: PictureFacts, bug: Bug | None, source: str, note: str) -> ScreenshotReading:
    """What can be told without a model: the picture's facts, and what to type."""
    missing = errors.lacking(bug)
    lines = [f"- **{name.replace('_', ' ').capitalize()}**: {_SAYS[name]}" for name in missing]
    kept = (
        f"It is kept with “{inline(bug.title, 120)}”, and can be read once a vision model is chosen."
        if bug
        else "It is kept with the error once you record that, and can be read later by a vision model."
    )
    parts = ["# A screenshot that was not read", _told(facts), kept]
    if lines:
        parts.append("What to type from it:\n\n" + "\n".join(lines))
    return ScreenshotReading(
        title="A screenshot that was not read",
        markdown=marked("\n\n".join(parts)),
        picture=facts,
        operation="update" if bug else "record_error",
        arguments={"id": bug.id, "changes": {}} if bug else {"screenshot": source.strip()},
        missing=missing,
        cited=(cite(bug),) if bug else (),
        note=note,
    )


def _error_page(error: ShownError, picture: PictureFacts) -> str:
    place = f"{error.file}:{error.line}" if error.line else error.file
    facts = [f"**{inline(error.error_type, 200)}**" if error.error_type else "", code(place, 300) if place else ""]
    calls = [f"- {code(_call(frame), 300)}" for frame in error.frames]
    sections = (
        ("Suspected cause", inline(error.cause, 2000)),
        ("Key calls", "\n".join(calls)),
        ("Visible code", fenced(error.code) if error.code else ""),
        ("Picture", _told(picture)),
    )
    head = ("# From a screenshot", " · ".join(fact for fact in facts if fact), fenced(error.message))
    return "\n\n".join([*filter(None, head), *(f"## {name}\n\n{body}" for name, body in sections if body)])


def _call(frame: Frame) -> str:
    place = f"{frame.file}:{frame.line}" if frame.line else frame.file
    return " in ".join(part for part in (place, frame.function) if part)


# ------------------------------------------------------------ diagrams


def diagram(
    seen: SeenArchitecture, facts: PictureFacts, kind: Literal["note", "decision"], *, model: str, note: str
) -> DiagramReading:
    """The answer about a diagram that was read, by a model or from the copy that the picture carries.

    Args:
        seen: what it shows.
        facts: what is known of the picture itself.
        kind: what to propose.
        model: the model that read it; empty where none was needed.
        note: what else to know.
    """
    components = tuple(Component(name=part.name, role=part.role) for part in seen.components)
    connections = _connections(seen)
    title = one_line(seen.title or f"Architecture in {facts.name}", 200)
    body = _architecture_body(seen, components, connections)
    left = len(seen.relations) - len(connections)
    return DiagramReading(
        title=title,
        markdown=marked(f"# {inline(title, 200)}\n\n{body}\n\n## Picture\n\n{_told(facts)}"),
        picture=facts,
        model=model,
        operation="remember",
        arguments={"memory": _proposed(seen, kind, title, body, "model" if model else "import")},
        components=components,
        connections=connections,
        pattern=seen.pattern,
        note=_joined(
            "Nothing is kept yet: keep it once it is right.",
            f"{left} relations of parts that it does not name were left out." if left else "",
            note,
        ),
    )


def unread_diagram(facts: PictureFacts, kind: Literal["note", "decision"], note: str) -> DiagramReading:
    """What can be told of a diagram without a model: the picture's facts, and what to type."""
    wanted = "a title, the parts and what each is, how they relate, and the pattern if it has a name"
    title = "A diagram that was not read"
    return DiagramReading(
        title=title,
        markdown=marked(f"# {title}\n\n{_told(facts)}\n\nWhat to type from it: {wanted}."),
        picture=facts,
        operation="remember",
        arguments={"memory": {"kind": kind, "labels": ["architecture"]}},
        missing=("content",) if kind == "note" else ("decision", "context"),
        note=note,
    )


def _connections(seen: SeenArchitecture) -> tuple[Connection, ...]:
    """The relations whose ends are parts that the diagram names."""
    names = {part.name.casefold() for part in seen.components}
    return tuple(
        Connection(origin=relation.origin, target=relation.target, what=relation.what)
        for relation in seen.relations
        if {relation.origin.casefold(), relation.target.casefold()} <= names
    )


def _architecture_body(
    seen: SeenArchitecture, components: Sequence[Component], connections: Sequence[Connection]
) -> str:
    parts = [_entry(f"**{inline(part.name, 200)}**", part.role) for part in components]
    ways = [_entry(f"{inline(way.origin, 200)} → {inline(way.target, 200)}", way.what) for way in connections]
    blocks = (
        f"**Pattern** {inline(seen.pattern, 200)}" if seen.pattern.strip() else "",
        inline(seen.summary, 2000),
        "## Components\n\n" + "\n".join(parts),
        "## Relations\n\n" + "\n".join(ways) if ways else "",
    )
    return "\n\n".join(block for block in blocks if block)


def _entry(named: str, more: str) -> str:
    return f"- {named}" + (f": {inline(more, 300)}" if more else "")


def _proposed(
    seen: SeenArchitecture, kind: Literal["note", "decision"], title: str, body: str, source: str
) -> dict[str, Any]:
    """The memory that `remember` would keep."""
    memory = {"kind": kind, "title": title, "labels": ["architecture"], "source": source}
    if kind == "note":
        return {**memory, "content": body}
    decided = seen.summary.strip() or seen.pattern.strip() or title
    return {**memory, "decision": decided, "context": body, "status": "proposed"}


# ------------------------------------------------------------ pictures


def facts_of(picture: pictures.Looked) -> PictureFacts:
    """What is known of a picture without looking at what it shows."""
    return PictureFacts(
        name=redact_path(picture.name).text,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
    )


def size_of(count: int) -> str:
    """Bytes in words."""
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else f"{max(1, round(count / 1024))} KB"


def _told(facts: PictureFacts) -> str:
    return f"{code(facts.name, 120)}: {facts.format}, {facts.width} x {facts.height} pixels, {size_of(facts.size)}."


def _joined(*notes: str) -> str:
    return " ".join(note for note in notes if note)
