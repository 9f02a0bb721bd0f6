"""What is told of code as pages: dependencies, impact, the order of a refactoring."""

from collections.abc import Sequence

from whence.values.code import Dependencies, Dependency, Impact, RefactorOrder
from whence.values.handed_out import marked
from whence.values.markdown import code, inline

_MOST = 40
"""Files that a list names; the rest is counted."""


def dependencies(found: Dependencies) -> str:
    """What a file imports and what imports it, as a page."""
    parts = [f"# Dependencies of {code(found.file, 400)}"]
    parts += _section("Imports", [_at(each) for each in found.imports], "It imports no file of the project.")
    parts += _section("Imported by", [_at(each) for each in found.imported_by], "No indexed file imports it.")
    if found.cycle:
        parts += _section(f"In a circle of {len(found.cycle)}", [code(each, 400) for each in found.cycle], "")
    if found.longest_chain > 1:
        parts.append(f"The longest chain of imports from it has {found.longest_chain}.")
    told = [f"{found.external} of libraries"] if found.external else []
    if found.unresolved:
        told.append(f"{found.unresolved} unresolved ({', '.join(code(each, 400) for each in found.unresolved_names)})")
    if told:
        parts.append(f"Further imports: {', '.join(told)}.")
    return marked("\n\n".join(parts))


def impact(found: Impact) -> str:
    """What a refactoring of a file would touch, as a page."""
    parts = [f"# Impact of changing {code(found.file, 400)}", f"**Risk: {found.risk}**"]
    parts.append("\n".join(f"- {inline(each, 500)}" for each in found.reasons))
    if found.recommendations:
        parts += _section("Recommended", [inline(each, 500) for each in found.recommendations], "")
    parts += _section("Affected directly", [code(each, 400) for each in found.direct], "No indexed file imports it.")
    if found.transitive:
        parts += _section("Affected by way of those", [_at(each) for each in found.transitive], "")
    if found.together:
        told = [
            f"{code(each.path, 400)} in {each.confidence:.0%} of its commits ({each.support})"
            for each in found.together
        ]
        parts += _section("Usually changes with", told, "")
    if found.tests:
        parts += _section("Tests that reach it", [code(each, 400) for each in found.tests], "")
    for title, cited in (("Bugs met there", found.bugs), ("Decisions about it", found.decisions)):
        if cited:
            parts += _section(
                title,
                [f"{inline(each.title, 200)} ({each.created_at:%Y-%m-%d}, {code(each.id, 80)})" for each in cited],
                "",
            )
    return marked("\n\n".join(part for part in parts if part))


def order(found: RefactorOrder) -> str:
    """In which order to change files, as a page."""
    lines = []
    for number, step in enumerate(found.steps, 1):
        named = ", ".join(code(each, 400) for each in step.files)
        circle = ", together: they import one another in a circle" if step.cycle else ""
        after = f" (after {', '.join(code(each, 400) for each in step.after[:5])})" if step.after else ""
        lines.append(f"{number}. {named}{circle}{after}")
    return marked("\n\n".join(("# Order of the refactoring", "\n".join(lines)))) if lines else ""


def _at(each: Dependency) -> str:
    return code(each.path, 400) + (f" ({each.depth} steps)" if each.depth > 1 else "")


def _section(title: str, lines: Sequence[str], empty: str) -> list[str]:
    if not lines:
        return [f"## {title}", empty] if empty else []
    shown = [f"- {each}" for each in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(f"- and {len(lines) - _MOST} more")
    return [f"## {title}", "\n".join(shown)]
