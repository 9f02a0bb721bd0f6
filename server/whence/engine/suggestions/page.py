"""Suggestions as a page: by memory what it might be filed as, how sure that is, and why."""

from collections.abc import Sequence

from whence.values.handed_out import marked
from whence.values.markdown import code, inline
from whence.values.reports.suggestions import Suggestion, Suggestions


def report(made: Sequence[Suggestion], note: str, model: str) -> Suggestions:
    """The suggestions as an answer; memories for which there is none are only counted."""
    kept = tuple(suggestion for suggestion in made if suggestion.labels or suggestion.importance)
    total = len(made)
    told = f"{len(kept)} of {total} {'memory' if total == 1 else 'memories'} could be filed better."
    if not kept:
        told = f"Nothing is suggested for {'this memory' if total == 1 else f'these {total} memories'}."
    elif any(not suggestion.model for suggestion in kept):
        told += " Rules and the labels of neighbours suggest it." if not model else " Where no model did, rules do."
    page = marked("\n\n".join(["# Suggested labels and importance", *map(_section, kept)])) if kept else ""
    return Suggestions(
        suggestions=kept, looked_at=total, markdown=page, note=" ".join(filter(None, (told, note))), model=model
    )


def _section(suggestion: Suggestion) -> str:
    lines = [
        f"## {inline(suggestion.cited.title, 200)}",
        f"{suggestion.cited.kind.capitalize()} · {code(suggestion.cited.id, 80)}",
    ]
    told = []
    if suggestion.importance:
        sure = f"{suggestion.importance.confidence:.0%} sure"
        told.append(f"- **Importance {suggestion.importance.importance}**, {sure}{_why(suggestion.importance.reason)}")
    for label in suggestion.labels:
        use = "in use" if label.existing else "new"
        told.append(f"- {code(label.label, 80)}, {use}, {label.confidence:.0%} sure{_why(label.reason)}")
    if not suggestion.model:
        told.append("- *by rules and neighbours, no model*")
    return "\n\n".join([*lines, "\n".join(told)])


def _why(reason: str) -> str:
    return f": {inline(reason, 300)}" if reason else ""
