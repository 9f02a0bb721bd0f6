"""The engine: a function for each operation, in the module of its topic, for every face.

An operation takes the open `Project` first. It is synchronous and safe from any thread; faces own concurrency. What it
returns is a value, what it raises is a `WhenceError` whose text can be shown. Nothing here knows an editor, a protocol
or a terminal.
"""

from whence.engine import (
    backups,
    bugs,
    candidates,
    code,
    completion,
    context,
    conversation_lines,
    conversations,
    dashboard,
    decision_records,
    earlier,
    entities,
    exchange,
    forms,
    history,
    imports,
    lifecycle,
    line_shares,
    marks,
    notes,
    origin_notes,
    provenance,
    reports,
    rules,
    search,
    structure,
    transcripts,
    turns,
    visits,
)
from whence.engine.answers import operations as answers
from whence.engine.consolidation import operations as consolidation
from whence.engine.diagnosis import operations as diagnosis
from whence.engine.drafts import operations as drafts
from whence.engine.links import operations as links
from whence.engine.patterns import operations as patterns
from whence.engine.relevance import operations as relevance
from whence.engine.sessions import operations as sessions
from whence.engine.suggestions import operations as suggestions
from whence.engine.summaries import operations as summaries
from whence.engine.vision import operations as vision
from whence.project.apart import apart
from whence.project.location import locate
from whence.project.opening import open_project
from whence.project.opening import start as set_going
from whence.project.project import Project
from whence.values.operation import Operation, operations

OPERATIONS: dict[str, Operation] = operations(
    (
        answers,
        context,
        relevance,
        suggestions,
        search,
        provenance,
        earlier,
        marks,
        patterns,
        reports,
        dashboard,
        line_shares,
        rules,
        forms,
        notes,
        links,
        diagnosis,
        bugs,
        sessions,
        conversations,
        transcripts,
        conversation_lines,
        history,
        origin_notes,
        exchange,
        decision_records,
        imports,
        structure,
        code,
        summaries,
        consolidation,
        vision,
        drafts,
        completion,
        lifecycle,
        backups,
    )
)
"""Every operation by name; faces offer these and nothing else."""


def start(project: Project) -> Project:
    """Set an opened project going, and give it back for a `with` statement."""
    set_going(project, links.relate)
    return project


__all__ = [
    "OPERATIONS",
    "Project",
    "answers",
    "apart",
    "backups",
    "bugs",
    "candidates",
    "code",
    "completion",
    "consolidation",
    "context",
    "conversation_lines",
    "conversations",
    "decision_records",
    "diagnosis",
    "drafts",
    "earlier",
    "entities",
    "exchange",
    "forms",
    "history",
    "imports",
    "lifecycle",
    "line_shares",
    "links",
    "locate",
    "marks",
    "notes",
    "open_project",
    "origin_notes",
    "patterns",
    "provenance",
    "relevance",
    "reports",
    "rules",
    "search",
    "sessions",
    "start",
    "structure",
    "suggestions",
    "summaries",
    "transcripts",
    "turns",
    "vision",
    "visits",
]
