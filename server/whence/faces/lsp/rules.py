"""Rules of a project's own, checked when a file is saved: the lines that break one are marked in the editor."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from whence.engine import Project
    from whence.values.reports.rules import BrokenRule

log = logging.getLogger(__name__)

_REST = 0.2
"""Seconds that a check leaves the disk to the save itself, which takes a quarter of that."""

_END = 10_000
"""A column beyond the end of any line, which the editor takes for the end."""


class Client(Protocol):
    """The server's side of the connection, as far as it is needed here."""

    def text_document_publish_diagnostics(self, params: lsp.PublishDiagnosticsParams) -> Any:
        """Mark lines of a file."""


async def check(client: Client, marked: set[str], project: "Project", uri: str, path: Path) -> None:
    """Mark the lines of a saved file that break a rule, and take away the marks that were.

    Args:
        client: the connection.
        marked: addresses of files that have marks.
        project: the open project.
        uri: the file's address, as the editor names it.
        path: the file.
    """
    await asyncio.sleep(_REST)
    try:
        found = await asyncio.to_thread(_broken, project, path)
    except Exception:
        log.exception("the rules of the project could not be checked")
        return
    if found or uri in marked:
        client.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, [_mark(each) for each in found]))
        (marked.add if found else marked.discard)(uri)


def _broken(project: "Project", path: Path) -> "list[BrokenRule]":
    from whence import engine

    known = engine.rules.in_force(project)
    root = project.place.root
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except (OSError, ValueError):
        return []
    return engine.rules.in_file(project, name, known) if known else []


def _mark(each: "BrokenRule") -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=lsp.Range(lsp.Position(each.line - 1, 0), lsp.Position(each.line - 1, _END)),
        message=f"No line may hold {each.pattern}: {each.reason}",
        severity=lsp.DiagnosticSeverity.Warning,
        source="whence",
        code=each.rule,
    )
