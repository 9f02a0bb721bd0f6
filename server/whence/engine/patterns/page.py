"""The page about the habits of a project, and its figures as a model reads them."""

from collections.abc import Iterable, Sequence

from whence.values.markdown import code, inline
from whence.values.reports.patterns import Habit, HurtingFile, ProjectPatterns

_SHOWN = 5
"""Ways of one habit that the page names."""

LEAST_SHARE = 0.005
"""Share below which a way would be told as 0%."""

_FEW = 5
"""Names from which the page tells how they are written."""


def page(found: ProjectPatterns) -> str:
    """What is told of the habits of a project; a friendly line where there is too little to tell habits from chance."""
    blocks = [f"# {inline(found.title, 200)}"]
    if not found.enough:
        return "\n\n".join([*blocks, inline(found.note, 1000)])
    blocks.append(f"From {found.edits:,} changes of files in {found.changes:,} changes.")
    if found.summary:
        blocks.append(f"{inline(found.summary, 2000)}\n\n*Interpreted by {inline(found.model, 80)}*")
    sections = (
        ("Preferences", listed(found.preferences)),
        ("Risks", listed(found.risks)),
        ("Recommendations", listed(found.recommendations)),
        ("Languages and libraries", _habits((found.languages, found.libraries))),
        ("Names", _habits(_telling(found.naming))),
        ("Tests", _habits(found.testing)),
        ("Commits", _habits(found.commits)),
        ("Files that hurt", _hurting(found.hurting)),
        ("Files and errors", _habits((found.changed, found.errors))),
        ("Further figures", listed(found.facts)),
    )
    return "\n\n".join([*blocks, *(f"## {title}\n\n{body}" for title, body in sections if body)])


def told(habit: Habit, most: int = _SHOWN) -> str:
    """A habit as plain text, such as `snake_case 97% (208), camelCase 3% (6)`."""
    return ", ".join(
        f"{each.name} {each.share:.0%} ({each.count:,})" if each.count else each.name
        for each in habit.shares[:most]
        if not each.count or each.share >= LEAST_SHARE
    )


def hurts(hurting: HurtingFile) -> str:
    """What is known of a file that hurts, without its name."""
    bugs, fixes = (_counted(count, what) for count, what in ((hurting.bugs, "bug"), (hurting.fixes, "fix")))
    return f"{_counted(hurting.changes, 'change')}, {hurting.churn:,} lines, {bugs}, {fixes}"


def listed(lines: Iterable[str]) -> str:
    """Lines as a list."""
    return "\n".join(f"- {inline(line, 500)}" for line in lines if line.strip())


def _telling(habits: Sequence[Habit]) -> Sequence[Habit]:
    """Those that were counted more than a few times, if there are such."""
    return [each for each in habits if each.counted >= _FEW] or habits


def _habits(habits: Iterable[Habit]) -> str:
    return "\n".join(
        f"- **{inline(each.about, 80)}**: {inline(told(each), 500)}{_example(each)}" for each in habits if each.shares
    )


def _example(habit: Habit) -> str:
    example = habit.shares[0].example
    return f", such as {code(example, 80)}" if example else ""


def _hurting(files: Sequence[HurtingFile]) -> str:
    return "\n".join(f"- {code(each.path, 200)}: {hurts(each)}" for each in files)


def _counted(count: int, what: str) -> str:
    plural = {"fix": "fixes"}.get(what, f"{what}s")
    return f"{count:,} {what if count == 1 else plural}"
