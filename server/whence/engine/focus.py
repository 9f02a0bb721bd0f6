"""Focus: what lies around the user: the active session, and the neighbours of the current file."""

import logging

from whence.engine.code import symbols_at
from whence.project.project import Project
from whence.retrieval.nearness import Around, plain
from whence.values.errors import WhenceError
from whence.values.protocol import Filter, Focus

log = logging.getLogger(__name__)


def around_user(project: Project, focus: Focus) -> tuple[Focus, Around]:
    """The focus, its symbol looked up where only the line was told, and what lies around it."""
    session = project.active.current()
    inside = frozenset([session, *project.store.ids(Filter(session=session, archived=True))] if session else ())
    path = plain(focus.file)
    if not path:
        return focus, Around(session=inside)
    if focus.line and not focus.symbol:
        focus = focus.model_copy(update={"symbol": _symbol(project, path, focus.line)})
    imports, together = project.neighbours.of(path)
    return focus, Around(imports, together, inside)


def _symbol(project: Project, path: str, line: int) -> str:
    try:
        names = symbols_at(project, path, range(line, line + 1))
    except WhenceError as error:
        log.warning("the symbol under the cursor could not be looked up: %s", error)
        return ""
    return names[0].rpartition(".")[2] if names else ""
