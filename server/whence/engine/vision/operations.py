"""Pictures of errors and of architectures, read by a model."""

import base64
import re
from pathlib import PurePosixPath
from typing import Any, Literal

from whence.engine.completion import Ask, Thought, think, thinks
from whence.engine.files import to_read
from whence.engine.vision import errors, page
from whence.engine.vision.prompt import DIAGRAM, SCREENSHOT, SeenArchitecture, SeenComponent, SeenRelation
from whence.git import repositories
from whence.models.disclosure import outgoing
from whence.models.prompt import A, Material, Prompt
from whence.project.project import Project
from whence.readers import pictures
from whence.readers.diagrams import Drawn, drawn
from whence.readers.places import Places
from whence.values.completion import Picture
from whence.values.errors import InvalidRequest
from whence.values.markdown import clean
from whence.values.memory import Bug
from whence.values.operation import Progress, operation
from whence.values.reach import ToRead
from whence.values.reports.pictures import DiagramReading, ScreenshotReading

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@thinks
@operation
def read_screenshot(
    project: Project, source: ToRead, progress: Progress = lambda message, share: None
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
    facts = page.facts_of(picture)
    if seen is None:
        return page.unread_screenshot(facts, bug, source, thought.note)
    error = errors.error_of(seen, _places(project))
    return page.screenshot(error, facts, bug, source, model=thought.model, note=thought.note)


@thinks
@operation
def read_diagram(
    project: Project,
    source: ToRead,
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
    facts = page.facts_of(picture)
    if seen is None:
        return page.unread_diagram(facts, kind, thought.note)
    return page.diagram(seen, facts, kind, model=thought.model, note=thought.note)


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
    return pictures.look(to_read(project, source))


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
    facts = (
        f"The picture is a {picture.format} of {picture.width} x {picture.height} pixels, {page.size_of(len(content))}."
    )
    return think(project, Ask(prompt, f"{task} {facts}", known, (shown,)), role="vision", progress=progress)


def _places(project: Project) -> Places:
    """Finds which file of the project a picture shows."""
    root = project.place.root
    return Places(root, lambda: repositories.find(root) if project.trusted and project.place.git else None)


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


def _of_drawing(told: Drawn) -> SeenArchitecture:
    return SeenArchitecture(
        title=told.title,
        components=tuple(SeenComponent(name=name, role=role) for name, role in told.parts),
        relations=tuple(SeenRelation(origin=origin, target=target, what=what) for origin, target, what in told.ways),
    )
