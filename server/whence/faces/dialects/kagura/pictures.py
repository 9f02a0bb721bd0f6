"""Those of the `coding_*` tools that look at pictures: screenshots of errors, and diagrams of architectures."""

import re
from typing import TYPE_CHECKING, Any

from whence.faces.mcp.arguments import Words
from whence.values.base import one_line
from whence.values.errors import InvalidRequest, WhenceError
from whence.values.operation import Progress, operation

if TYPE_CHECKING:
    from whence.engine import Project

_POINTS = re.compile(
    r"(?i)\W*(?:see|in|on)?\W*(?:the )?(?:attached )?(?:screenshot|picture|image|attachment|unknown)?\W*"
)
"""What is written for a message where only the picture tells it."""

_LISTED = 30
"""Parts of an architecture, and ways between them, that are told."""


def read_from(project: "Project", screenshot: str, given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What is recorded of an error with its picture: what was said, and where nothing was, what a model reads there.

    Args:
        project: the open project.
        screenshot: path of the picture; empty where there is none.
        given: what was said, by `record_error`'s parameters.

    Returns:
        The parameters, and a line that says whether the picture was read.

    Raises:
        InvalidRequest: it can't be used as a picture.
    """
    from whence import engine

    if not screenshot.strip():
        return given, ""
    said = {**given, "message": "" if _POINTS.fullmatch(given["message"]) else given["message"]}
    try:
        seen = engine.vision.read_screenshot(project, screenshot)
    except InvalidRequest:
        raise
    except WhenceError as error:  # the error is recorded all the same
        return given, f"⚠️ The screenshot was not read. {error}"
    if not seen.model:
        return given, f"⚠️ The screenshot was not read. {seen.note}"
    shown = {name: value for name, value in seen.arguments.items() if name != "screenshot"}
    read = {**shown, **{name: value for name, value in said.items() if value}}
    return read, f"📸 Read from the screenshot by {seen.model}: {one_line(', '.join(shown), 200)}"


@operation
def coding_analyze_architecture_diagram(
    project: "Project",
    image_path: str,
    user_id: Words = "",
    project_id: Words = "",
    progress: Progress = lambda message, share: None,
) -> str:
    """Read the picture of an architecture: its components, how they relate, its pattern. Use when a diagram says what
    the code should look like.

    Args:
        image_path: path of the picture (PNG, JPEG, GIF or WebP).
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    seen = engine.vision.read_diagram(project, image_path, progress=progress)
    if not seen.components:
        return f"⚠️ The diagram was not read: {seen.note}"
    lines = [f"🏗️ Architecture Diagram: {seen.title}\n", f"Components ({len(seen.components)}):"]
    lines += [f"- {each.name}{f': {each.role}' if each.role else ''}" for each in seen.components[:_LISTED]]
    if seen.connections:
        lines.append(f"\nConnections ({len(seen.connections)}):")
        lines += [
            f"- {each.origin} → {each.target}{f': {each.what}' if each.what else ''}"
            for each in seen.connections[:_LISTED]
        ]
    lines.append(f"\nArchitecture Pattern: {seen.pattern or 'Unknown'}")
    lines.append(f"\n{seen.note}\n💡 Nothing was kept: coding_record_decision() keeps what was decided.".strip())
    return "\n".join(lines)
