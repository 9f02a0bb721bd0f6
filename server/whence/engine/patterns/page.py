"""The page about the habits of a project, and its figures as a model reads them."""

from collections.abc import Iterable, Sequence
from itertools import islice

from whence.values.markdown import code, inline
from whence.values.reports.patterns import Habit, HurtingFile, ProjectPatterns, Share

_SHOWN = 5
"""Ways of one habit that the page names."""

LEAST_SHARE = 0.005
"""Share below which a way would be told as 0%."""

_TRIFLE = 0.02
"""Share below which the page doesn't tell a way beside others."""

_MANY_WAYS, _LEADS = 4, 0.3
"""A habit of more ways than this, of which none comes up to this share, is none: the page leaves it out."""

_FEW_LIBRARIES = 3
"""Imported libraries from which those that are only declared are not told."""

_MET = 3
"""Errors from which the page tells their types."""

_FEW = 5
"""Names from which the page tells how they are written."""


def page(found: ProjectPatterns) -> str:
    """What is told of the habits of a project; a friendly line where there is too little to tell habits from chance."""
    blocks = [f"# {inline(found.title, 200)}"]
    if not found.enough:
        return "\n\n".join([*blocks, inline(found.note, 1000)])
    blocks.append(f"From {_counted(found.changes, 'change')} with {_counted(found.edits, 'edit')} of files.")
    if found.summary:
        blocks.append(f"{inline(found.summary, 2000)}\n\n*Interpreted by {inline(found.model, 80)}*")
    sections = (
        ("Preferences", listed(found.preferences)),
        ("Risks", listed(found.risks)),
        ("Recommendations", listed(found.recommendations)),
        ("Languages and libraries", "\n".join(filter(None, (_habits((found.languages,)), _used(found.libraries))))),
        ("Names", _habits(_telling(found.naming))),
        ("Tests", _habits(found.testing)),
        ("Commits", _habits(found.commits)),
        ("Files that hurt", _hurting(found.hurting)),
        ("Most changed files", "" if found.hurting else _counts(found.changed)),
        ("Types of errors", _counts(found.errors) if found.errors.counted >= _MET else ""),
        ("Further figures", listed(found.facts)),
    )
    return "\n\n".join([*blocks, *(f"## {title}\n\n{body}" for title, body in sections if body)]) + "\n"


def told(habit: Habit, most: int = _SHOWN) -> str:
    """A habit as plain text, such as `snake_case 97% (208), camelCase 3% (6)`."""
    return ", ".join(_way(each) for each in habit.shares[:most] if not each.count or each.share >= LEAST_SHARE)


def _way(share: Share) -> str:
    return f"{share.name} {share.share:.0%} ({share.count:,})" if share.count else share.name


def hurts(hurting: HurtingFile) -> str:
    """What is known of a file that hurts, without its name."""
    met = [_counted(count, what) for count, what in ((hurting.bugs, "bug"), (hurting.fixes, "fix")) if count]
    return ", ".join((_counted(hurting.changes, "change"), _counted(hurting.churn, "line"), *met))


def listed(lines: Iterable[str]) -> str:
    """Lines as a list."""
    return "\n".join(f"- {inline(line, 500)}" for line in lines if line.strip())


def _telling(habits: Sequence[Habit]) -> Sequence[Habit]:
    """Those that were counted more than a few times, if there are such."""
    return [each for each in habits if each.counted >= _FEW] or habits


def _habits(habits: Iterable[Habit]) -> str:
    return "\n".join(f"- **{inline(each.about, 80)}**: {_ways(each)}" for each in habits if _tells(each))


def _used(libraries: Habit) -> str:
    """The libraries that files import, or where that is hardly known those that are declared."""
    imported = [each for each in libraries.shares if each.count]
    telling = [each for each in imported if each.count > 1] or imported
    shown = telling if len(telling) >= _FEW_LIBRARIES else libraries.shares
    return f"- **Libraries**: {', '.join(inline(_way(each), 200) for each in shown[:_SHOWN])}" if shown else ""


def _counts(habit: Habit) -> str:
    return "\n".join(f"- {code(each.name, 200)}: {each.count:,} times" for each in habit.shares if each.count > 1)


def _tells(habit: Habit) -> bool:
    """Whether a habit says something: one way leads, or there are few."""
    return bool(habit.shares) and (len(habit.shares) <= _MANY_WAYS or habit.shares[0].share >= _LEADS)


def _ways(habit: Habit) -> str:
    """The ways of a habit, with an example of the first beside it; trifles left out."""
    first, *others = habit.shares
    example = f", such as {code(first.example, 80)}" if first.example else ""
    ways = [f"{inline(_way(first), 200)[:-1]}{example})" if example else inline(_way(first), 200)]
    told = (each for each in others if not each.count or each.share >= _TRIFLE)
    ways += [inline(_way(each), 200) for each in islice(told, _SHOWN - 1)]
    return ", ".join(ways)


def _hurting(files: Sequence[HurtingFile]) -> str:
    return "\n".join(f"- {code(each.path, 200)}: {hurts(each)}" for each in files)


def _counted(count: int, what: str) -> str:
    plural = {"fix": "fixes"}.get(what, f"{what}s")
    return f"{count:,} {what if count == 1 else plural}"
