"""Suggestions as a page: by memory what it might be filed as, how sure that is, and why."""

from collections.abc import Sequence

from whence.values.markdown import code, inline
from whence.values.reports.suggestions import Suggestion, Suggestions


def report(made: Sequence[Suggestion], note: str, model: str) -> Suggestions:
    """The suggestions as an answer; memories for which there is none are only counted."""
    kept = tuple(each for each in made if each.labels or each.importance)
    total = len(made)
    told = f"{len(kept)} of {total} {'memory' if total == 1 else 'memories'} could be filed better."
    if not kept:
        told = f"Nothing is suggested for {'this memory' if total == 1 else f'these {total} memories'}."
    elif any(not each.model for each in kept):
        told += " Rules and the labels of neighbours suggest it." if not model else " Where no model did, rules do."
    page = "\n\n".join(["# Suggested labels and importance", *map(_section, kept)]) if kept else ""
    return Suggestions(
        suggestions=kept, looked_at=total, markdown=page, note=" ".join(filter(None, (told, note))), model=model
    )


def _section(each: Suggestion) -> str:
    lines = [f"## {inline(each.cited.title, 200)}", f"{each.cited.kind.capitalize()} · {code(each.cited.id, 80)}"]
    told = []
    if each.importance:
        sure = f"{each.importance.confidence:.0%} sure"
        told.append(f"- **Importance {each.importance.importance}**, {sure}{_why(each.importance.reason)}")
    for label in each.labels:
        use = "in use" if label.existing else "new"
        told.append(f"- {code(label.label, 80)}, {use}, {label.confidence:.0%} sure{_why(label.reason)}")
    if not each.model:
        told.append("- *by rules and neighbours, no model*")
    return "\n\n".join([*lines, "\n".join(told)])


def _why(reason: str) -> str:
    return f": {inline(reason, 300)}" if reason else ""
