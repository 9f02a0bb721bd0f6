"""The dashboard as a page of figures, for terminals and assistants."""

from collections.abc import Sequence

from whence.values.markdown import code, inline
from whence.values.reports.dashboard import Dashboard, Figure

_FILES = 15


def page(found: Dashboard) -> str:
    """The figures of a year as Markdown; what there is none of is left out."""
    blocks = [f"# {inline(found.title, 200)}"]
    if found.note:
        blocks.append(inline(found.note, 1000))
    totals: dict[str, int] = {}
    for week in found.weeks:
        for mark in week.kinds:
            totals[mark.name] = totals.get(mark.name, 0) + mark.count
    if totals:
        blocks.append(
            "In the last year: " + ", ".join(f"{count:,} {name.lower()}" for name, count in totals.items()) + "."
        )
    blocks += [
        f"## {name}\n\n{body}"
        for name, body in (
            ("Decisions", _states(found.decisions)),
            ("Bugs", _bugs(found)),
            ("Months", _months(found)),
            ("Files that changed most", _files(found)),
        )
        if body
    ]
    return "\n\n".join(blocks) + "\n"


def _states(marks: Sequence[Figure]) -> str:
    return ", ".join(f"{mark.count:,} {mark.name}" for mark in marks)


def _bugs(found: Dashboard) -> str:
    lines = [_states(found.bugs)] if found.bugs else []
    if found.days_to_solve is not None:
        lines.append(
            f"Half of those that were recorded before they were solved took {found.days_to_solve:g} days or less."
        )
    return "\n\n".join(lines)


def _months(found: Dashboard) -> str:
    told = [each for each in found.months if each.met or each.solved or each.people or each.assistants or each.programs]
    if not told:
        return ""
    head = (
        "| Month | By people | With assistants | By programs | Bugs met | Bugs solved |\n|---|---:|---:|---:|---:|---:|"
    )
    rows = (
        f"| {each.begin.astimezone():%Y-%m} | {each.people:,} | {each.assistants:,} | {each.programs:,} | {each.met:,}"
        f" | {each.solved:,} |"
        for each in told
    )
    return "\n".join((head, *rows))


def _changes(count: int) -> str:
    return "1 change" if count == 1 else f"{count:,} changes"


def _files(found: Dashboard) -> str:
    lines = []
    for file in found.files[:_FILES]:
        mended = f", {file.fixes:,} to mend something" if file.fixes else ""
        met = f", {file.bugs:,} bugs" if file.bugs > 1 else ", 1 bug" if file.bugs else ""
        lines.append(f"- {code(file.path, 400)}: {_changes(file.changes)}{mended}{met}")
    return "\n".join(lines)
