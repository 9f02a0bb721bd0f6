"""Pages about errors: groups of those that come back, and how one may be solved."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from whence.values.handed_out import marked
from whence.values.markdown import clean, code, inline
from whence.values.reports import Cited
from whence.values.reports.diagnosis import Case, ErrorGroup, ErrorPatterns, SuggestedSolution

_TEXT = 2000
"""Characters of one text of a bug or a model that are shown."""


def patterns(found: ErrorPatterns, zone: tzinfo | None = None) -> str:
    """The groups of errors, one below the other; empty where there is none."""
    if not found.groups:
        return ""
    met = sum(group.count for group in found.groups)
    lead = f"{len(found.groups)} kinds of error came back, {met} times all together."
    if len(found.groups) == 1:
        lead = f"One kind of error came back, met {met} times."
    return marked("\n\n".join(["# Errors that come back", lead, *(_group(group, zone) for group in found.groups)]))


def solution(found: SuggestedSolution) -> str:
    """How an error may be solved, why that is thought, and what else may help."""
    sure = {"none": "No case fits"}.get(found.confidence, f"Confidence: {found.confidence}")
    blocks = [
        f"# {inline(found.title, 200)}",
        f"**{sure}**" + (f" · by {inline(found.model, 80)}" if found.model else ""),
        _prose(found.solution),
        _listed(found.reasons),
    ]
    blocks += [
        f"## {title}\n\n{_listed(lines)}"
        for title, lines in (("What else may help", found.alternatives), ("To find out more", found.tips))
        if lines
    ]
    if found.cases:
        blocks.append("## Cases\n\n" + "\n".join(_case(each) for each in found.cases))
    return marked("\n\n".join(block for block in blocks if block))


def _group(group: ErrorGroup, zone: tzinfo | None) -> str:
    first, last = (f"{at.astimezone(zone):%Y-%m-%d}" for at in (group.first, group.last))
    facts = [
        f"Met {group.count} {'time' if group.count == 1 else 'times'}",
        f"on {first}" if first == last else f"from {first} to {last}",
        f"{group.open} open" if group.open else "all solved",
        ", ".join(code(path, 160) for path in group.files),
    ]
    blocks = [f"## {inline(group.title, 200)}", " · ".join(fact for fact in facts if fact), _listed(group.signs)]
    for title, text in (
        ("Root cause", group.root_cause),
        ("Prevention", group.prevention),
        ("Quick fix", group.quick_fix),
    ):
        blocks.append(f"**{title}**\n\n{_prose(text)}" if text else f"**{title}:** nobody wrote it down yet.")
    blocks.append("**Cases**\n\n" + "\n".join(f"- {_named(case)}" for case in group.cases))
    if group.model:
        blocks.append(f"*Interpreted by {inline(group.model, 80)}*")
    return "\n\n".join(block for block in blocks if block)


def _case(each: Case) -> str:
    why = f": {inline('; '.join(each.reasons), 300)}" if each.reasons else ""
    solved = f"\n  - Solved: {inline(each.solution, 500)}" if each.solution else "\n  - Still open"
    return f"- {_named(each.cited)}{why}{solved}"


def _named(citation: Cited) -> str:
    return f"{inline(citation.title, 200)} ({code(citation.id, 80)})"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {inline(line, 500)}" for line in lines if line.strip())


def _prose(text: str) -> str:
    """A text of several lines, each of which nothing acts in."""
    lines: Sequence[str] = clean(text)[:_TEXT].split("\n")
    return "\n".join(inline(line, _TEXT) if line.strip() else "" for line in lines).strip("\n")
