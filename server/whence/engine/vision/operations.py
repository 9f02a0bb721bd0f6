"""Pictures of errors and of architectures, read by a model."""

import base64
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from whence.engine.completion import Ask, Thought, think, thinks
from whence.engine.vision.prompt import DIAGRAM, SCREENSHOT, SeenArchitecture, SeenComponent, SeenError, SeenRelation
from whence.git import repositories
from whence.models.disclosure import outgoing
from whence.models.prompt import A, Material, Prompt
from whence.project.project import Project
from whence.readers import pictures, traces
from whence.readers.diagrams import Drawn, drawn
from whence.readers.places import Places
from whence.secrets.redaction import redact_path
from whence.values.base import fenced, one_line
from whence.values.completion import Picture
from whence.values.errors import InvalidRequest
from whence.values.markdown import clean, code, inline
from whence.values.memory import Bug, Frame
from whence.values.operation import Progress, operation
from whence.values.reports import cite
from whence.values.reports.pictures import Component, Connection, DiagramReading, PictureFacts, ScreenshotReading

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_UNTOLD = re.compile(
    r"(?i)\W*(?:see|look at)?\s*(?:the|this|attached)?\s*(?:attached )?(?:screenshot|picture|image)\W*"
)
"""What people type for a message where they attach a picture instead."""

_TYPED = ("message", "error_type", "file", "line", "stack_trace")
_SAYS = {
    "message": "what it says, word by word",
    "error_type": "its type, such as `TypeError`",
    "file": "the file in which it happened",
    "line": "the line",
    "stack_trace": "the stack trace; copied as text it tells the rest by itself",
}


@thinks
@operation
def read_screenshot(
    project: Project, source: str, progress: Progress = lambda message, share: None
) -> ScreenshotReading:
    """Read the screenshot of an error: type, message, file and line, key calls, visible code, a suspected cause.

    Nothing is kept: the answer carries what to call `record_error` with, or `update` for a bug that is there
    already. Without a vision model it says what to type; the picture is kept with the bug, and can be read later.

    Args:
        source: a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels), or the id
            of a bug that one is kept with.

    Raises:
        NotFound: there is no such bug.
        InvalidRequest: it is no picture, or the bug has none.
        ApprovalNeeded: pictures are always asked about, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    bug = _pictured(project, source)
    picture = _picture(project, source, bug)
    known = (Material(f"What is known of the error: {bug.title}", bug.text()[:4000]),) if bug else ()
    thought = _look(project, SCREENSHOT, "Read the screenshot.", picture, known, progress)
    seen = _as_shown(project, thought.answer) if thought.answer else None
    if seen and not (seen.message.strip() or seen.error_type.strip() or seen.trace.strip()):
        seen, thought = None, Thought(None, f"{thought.model} saw no error in the picture. {thought.note}".strip())
    if seen is None:
        return _unread(project, picture, bug, source, thought.note)
    return _error_of(project, seen, picture, bug, source, thought)


@thinks
@operation
def read_diagram(
    project: Project,
    source: str,
    kind: Literal["note", "decision"] = "note",
    progress: Progress = lambda message, share: None,
) -> DiagramReading:
    """Read the diagram of an architecture: its components, how they relate, and its pattern.

    Nothing is kept: the answer carries what to call `remember` with. A PNG that draw.io exported with a copy of its
    diagram needs no model.

    Args:
        source: a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB and 50 million pixels).
        kind: what to propose: a note, or a decision.

    Raises:
        InvalidRequest: it is no picture.
        ApprovalNeeded: pictures are always asked about, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    picture = _picture(project, source, None)
    if (told := drawn(picture)) is not None:
        exact = "It was read from the copy of the diagram that the picture carries; no model was needed."
        thought = Thought(_of_drawing(told), exact)
    else:
        thought = _look(project, DIAGRAM, "Read the diagram.", picture, (), progress)
    seen = _as_shown(project, thought.answer) if thought.answer else None
    if seen and not seen.components:
        seen, thought = None, Thought(None, f"{thought.model} saw no architecture in it. {thought.note}".strip())
    return _architecture_of(seen, _facts(picture), kind, thought)


# ------------------------------------------------------------ looking


def _pictured(project: Project, source: str) -> Bug | None:
    """The bug of this id, which has a picture; None where no id is given."""
    if not _ID.fullmatch(source.strip()):
        return None
    found = project.one(source.strip().lower())
    if not isinstance(found, Bug):
        raise InvalidRequest(f"“{found.title}” is a {found.kind}, not a bug.")
    if not found.screenshot:
        raise InvalidRequest(f"No picture is kept with “{found.title}”.")
    return found


def _picture(project: Project, source: str, bug: Bug | None) -> pictures.Looked:
    if bug is not None:  # a name of ours; of an imported bug it may be anything
        return pictures.look(project.place.home / "pictures" / PurePosixPath(bug.screenshot).name)
    if not source.strip() or "\0" in source:
        raise InvalidRequest("Name a picture.")
    try:
        return pictures.look(Path(source.strip()).expanduser())
    except RuntimeError:  # a home of somebody who isn't known here
        raise InvalidRequest("There is no such folder.") from None


def _look(
    project: Project,
    prompt: Prompt[A],
    task: str,
    picture: pictures.Looked,
    known: tuple[Material, ...],
    progress: Progress,
) -> Thought[A]:
    """What a model sees, if there is one that may look."""
    try:
        content = pictures.bare(picture)
    except InvalidRequest as refusal:
        return Thought(None, f"No model was asked. {refusal}")
    shown = Picture(media_type=picture.media_type, data=base64.b64encode(content).decode("ascii"))
    facts = f"The picture is a {picture.format} of {picture.width} x {picture.height} pixels, {_size(len(content))}."
    return think(project, Ask(prompt, f"{task} {facts}", known, (shown,)), role="vision", progress=progress)


def _as_shown(project: Project, answer: A) -> A:
    """The answer without secrets and paths of this machine: pictures show both."""
    return type(answer).model_validate(_masked(project, answer.model_dump(by_alias=False)))


def _masked(project: Project, value: Any) -> Any:
    match value:
        case str():
            return clean(outgoing(value, project.place.root))
        case dict():
            return {key: _masked(project, each) for key, each in value.items()}
        case list() | tuple():
            return tuple(_masked(project, each) for each in value)
        case _:
            return value


# ------------------------------------------------------------ screenshots


def _error_of(
    project: Project,
    seen: SeenError,
    picture: pictures.Looked,
    bug: Bug | None,
    source: str,
    thought: Thought[SeenError],
) -> ScreenshotReading:
    own = Places(
        project.place.root,
        lambda: repositories.find(project.place.root) if project.trusted and project.place.git else None,
    )
    told = traces.parse(seen.trace)
    frames = told.frames[:10] or tuple(
        Frame(file=each.file, line=each.line, function=each.function) for each in seen.calls
    )
    inner = next((each for each in frames if each.file and own.of(each.file)), None)
    file, line = seen.file, seen.line
    if not file and (at := inner or next((each for each in frames if each.file), None)):
        file, line = at.file, at.line
    file = own.of(file) or _relative(file)
    message = seen.message.strip() or told.message or seen.error_type.strip() or told.error_type
    error_type = seen.error_type.strip() or told.error_type
    values = {
        "message": message or one_line(seen.trace, 500),
        "error_type": error_type,
        "stack_trace": seen.trace.strip(),
        "file": file,
        "line": line,
        "root_cause": seen.cause.strip(),
    }
    given = {name: value for name, value in values.items() if value}
    if bug is None:
        arguments: dict[str, Any] = {**given, "screenshot": source.strip()}
    else:
        changes = _lacking(bug, given, frames)
        if "message" in changes:  # so that it is known when it comes back, and told from other pictures
            calls = frames or (Frame(file=file, line=line),)
            changes["signature"] = traces.signature(error_type, message, calls, lambda each: bool(own.of(each)))
        arguments = {"id": bug.id, "changes": changes}
    reading = ScreenshotReading(
        title=one_line(f"Screenshot: {values['message']}", 200),
        markdown="",
        picture=_facts(picture),
        model=thought.model,
        operation="update" if bug else "record_error",
        arguments=arguments,
        error_type=error_type,
        message=str(values["message"]),
        file=file,
        line=line,
        frames=frames,
        code=seen.code.strip("\n"),
        cause=seen.cause.strip(),
        cited=(cite(bug),) if bug else (),
        note=" ".join(part for part in (_kept_note(bug), thought.note) if part),
    )
    return reading.model_copy(update={"markdown": _error_page(reading)})


def _unread(project: Project, picture: pictures.Looked, bug: Bug | None, source: str, note: str) -> ScreenshotReading:
    """What can be told without a model: the picture's facts, and what to type."""
    lacks = [name for name in _TYPED if not bug or not getattr(bug, name) or (name == "message" and _untold(bug))]
    facts = _facts(picture)
    lines = [f"- **{name.replace('_', ' ').capitalize()}**: {_SAYS[name]}" for name in lacks]
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
        markdown="\n\n".join(parts),
        picture=facts,
        operation="update" if bug else "record_error",
        arguments={"id": bug.id, "changes": {}} if bug else {"screenshot": source.strip()},
        missing=tuple(lacks),
        cited=(cite(bug),) if bug else (),
        note=note,
    )


def _untold(bug: Bug) -> bool:
    return _UNTOLD.fullmatch(bug.message) is not None


def _lacking(bug: Bug, given: dict[str, Any], frames: Sequence[Frame]) -> dict[str, Any]:
    """Those of the values that the bug has none of: what a person wrote stays."""
    changes = {
        name: value for name, value in given.items() if not getattr(bug, name) or (name == "message" and _untold(bug))
    }
    if frames and not bug.frames and "stack_trace" in changes:
        changes["frames"] = [each.model_dump() for each in frames]
    return changes


def _relative(file: str) -> str:
    """A file that is none of the project's, without the folders of another machine."""
    name = file.strip().replace("\\", "/")
    return PurePosixPath(name).name if name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name) else name


def _kept_note(bug: Bug | None) -> str:
    return "Nothing is changed yet: confirm it first." if bug else "Nothing is kept yet: record it once it is right."


def _error_page(seen: ScreenshotReading) -> str:
    place = f"{seen.file}:{seen.line}" if seen.line else seen.file
    facts = [f"**{inline(seen.error_type, 200)}**" if seen.error_type else "", code(place, 300) if place else ""]
    calls = [f"- {code(_call(each), 300)}" for each in seen.frames]
    sections = (
        ("Suspected cause", inline(seen.cause, 2000)),
        ("Key calls", "\n".join(calls)),
        ("Visible code", fenced(seen.code) if seen.code else ""),
        ("Picture", _told(seen.picture)),
    )
    head = ["# From a screenshot", " · ".join(part for part in facts if part), fenced(seen.message)]
    return "\n\n".join([*(each for each in head if each), *(f"## {name}\n\n{body}" for name, body in sections if body)])


def _call(each: Frame) -> str:
    place = f"{each.file}:{each.line}" if each.line else each.file
    return " in ".join(part for part in (place, each.function) if part)


# ---------------------------------------------------------------- diagrams


def _of_drawing(told: Drawn) -> SeenArchitecture:
    return SeenArchitecture(
        title=told.title,
        components=tuple(SeenComponent(name=name, role=role) for name, role in told.parts),
        relations=tuple(SeenRelation(origin=origin, target=target, what=what) for origin, target, what in told.ways),
    )


def _architecture_of(
    seen: SeenArchitecture | None,
    facts: PictureFacts,
    kind: Literal["note", "decision"],
    thought: Thought[SeenArchitecture],
) -> DiagramReading:
    if seen is None:
        wanted = "a title, the parts and what each is, how they relate, and the pattern if it has a name"
        title = "A diagram that was not read"
        return DiagramReading(
            title=title,
            markdown=f"# {title}\n\n{_told(facts)}\n\nWhat to type from it: {wanted}.",
            picture=facts,
            operation="remember",
            arguments={"memory": {"kind": kind, "labels": ["architecture"]}},
            missing=("content",) if kind == "note" else ("decision", "context"),
            note=thought.note,
        )
    components = tuple(Component(name=each.name, role=each.role) for each in seen.components)
    names = {each.name.casefold() for each in components}
    sound = [each for each in seen.relations if {each.origin.casefold(), each.target.casefold()} <= names]
    connections = tuple(Connection(origin=each.origin, target=each.target, what=each.what) for each in sound)
    title = one_line(seen.title or f"Architecture in {facts.name}", 200)
    parts = "\n".join(
        f"- **{inline(each.name, 200)}**" + (f": {inline(each.role, 300)}" if each.role else "") for each in components
    )
    ways = "\n".join(
        f"- {inline(each.origin, 200)} → {inline(each.target, 200)}"
        + (f": {inline(each.what, 300)}" if each.what else "")
        for each in connections
    )
    pattern = f"**Pattern** {inline(seen.pattern, 200)}" if seen.pattern.strip() else ""
    blocks = (
        pattern,
        inline(seen.summary, 2000),
        f"## Components\n\n{parts}",
        f"## Relations\n\n{ways}" if ways else "",
    )
    body = "\n\n".join(each for each in blocks if each)
    memory: dict[str, Any] = {"kind": kind, "title": title, "labels": ["architecture"]}
    memory["source"] = "model" if thought.model else "import"
    if kind == "note":
        memory["content"] = body
    else:
        decided = seen.summary.strip() or seen.pattern.strip() or title
        memory |= {"decision": decided, "context": body, "status": "proposed"}
    left = len(seen.relations) - len(sound)
    notes = (
        "Nothing is kept yet: keep it once it is right.",
        f"{left} relations of parts that it does not name were left out." if left else "",
        thought.note,
    )
    return DiagramReading(
        title=title,
        markdown=f"# {inline(title, 200)}\n\n{body}\n\n## Picture\n\n{_told(facts)}",
        picture=facts,
        model=thought.model,
        operation="remember",
        arguments={"memory": memory},
        components=components,
        connections=connections,
        pattern=seen.pattern,
        note=" ".join(part for part in notes if part),
    )


# ---------------------------------------------------------------- pictures


def _facts(picture: pictures.Looked) -> PictureFacts:
    return PictureFacts(
        name=redact_path(picture.name).text,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
    )


def _told(facts: PictureFacts) -> str:
    return f"{code(facts.name, 120)}: {facts.format}, {facts.width} x {facts.height} pixels, {_size(facts.size)}."


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else f"{max(1, round(count / 1024))} KB"
