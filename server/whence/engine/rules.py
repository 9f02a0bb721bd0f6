"""Rules of a project's own: kept as decisions in force, and checked on every save, in a review and when asked."""

import os
from collections.abc import Iterable

from whence.analysis import rules as checking
from whence.analysis.rules import MOST_STARS, Rule
from whence.engine.notes import keep
from whence.engine.texts import lines_of, path_of, split
from whence.git import text
from whence.git.branches import Difference
from whence.git.plumbing import OPAQUE, UNREADABLE, Repository, objects
from whence.project.project import Project
from whence.values.base import Text, Words, one_line
from whence.values.errors import GitError, InvalidRequest
from whence.values.markdown import code, inline
from whence.values.memory import Decision
from whence.values.operation import Command, Line, Menu, operation
from whence.values.protocol import Acknowledged, Filter
from whence.values.reports.rules import BrokenRule, RulesChecked

LABEL = "rule"
"""Marks the decisions that are rules."""

_MOST_RULES, _MOST_BROKEN, _MOST_FILES = 200, 200, 2000
_MOST_BYTES = 1 << 20
"""A larger file is not checked."""

_PATTERN, _FILES = "rule_pattern", "rule_files"


@operation(palette=Command("Record Rule…", asks=Line("pattern", "What must no line hold, and why? pattern => reason")))
def record_rule(project: Project, pattern: Text, reason: str = "", files: Words = ()) -> Acknowledged:
    """Keep a rule of the project's own, which says what no line may hold, and why.

    It is checked on every save and in reviews. It is a decision in force, and ends when that is superseded, archived or
    deleted.

    Args:
        pattern: a text such as `print(`; a star stands for anything within the line. Behind ` => ` its reason may
            follow.
        reason: why no line may hold it.
        files: files, folders or patterns of files, such as `src/*.py`, that it holds for; all without.

    Raises:
        InvalidRequest: there is no reason, or the pattern holds nothing but stars, or too many.
    """
    if not reason.strip():
        pattern, _, reason = pattern.partition("=>")
    pattern, reason = pattern.strip(), reason.strip()
    if not reason:
        raise InvalidRequest("Say why no line may hold it, as a reason or behind ` => `.")
    if not pattern.strip("* ") or pattern.count("*") > MOST_STARS or "\n" in pattern:
        raise InvalidRequest(f"A pattern is text of one line, with {MOST_STARS} stars at most.")
    return keep(
        project,
        Decision(
            decision=f"No line may hold {code(pattern, 200)}.",
            rationale=reason,
            labels=(LABEL,),
            metadata={_PATTERN: pattern, _FILES: list(files)},
            author=project.place.author,
            project=project.place.id,
        ),
    )


@operation(palette=Command("Check Rules", doing="Checking the project’s rules", menus=(Menu("2_work@5"),)))
def check_rules(project: Project, files: Words = ()) -> RulesChecked:
    """Tell which lines break rules of the project's own, in these files or in what git says has changed.

    Args:
        files: the files; without, those that differ from the last commit.

    Raises:
        InvalidRequest: there is no such file, or nothing to compare with.
    """
    known = in_force(project)
    chosen = [path_of(project, each) for each in files] or _changed(project)
    found = [each for path in chosen[:_MOST_FILES] for each in in_file(project, path, known)][:_MOST_BROKEN]
    return _report(found, known, len(chosen))


def in_force(project: Project) -> list[Rule]:
    """The rules that hold, the newest first."""
    chosen = Filter(kinds=("decision",), labels=(LABEL,), states=("accepted",))
    found = []
    for each in project.store.newest(chosen, limit=_MOST_RULES):
        pattern, files = each.metadata.get(_PATTERN), each.metadata.get(_FILES)
        if isinstance(each, Decision) and isinstance(pattern, str) and pattern.count("*") <= MOST_STARS:
            named = tuple(str(file) for file in files) if isinstance(files, list) else ()
            found.append(Rule(each.id, pattern, each.rationale, named))
    return found


def in_file(project: Project, path: str, rules: list[Rule]) -> list[BrokenRule]:
    """The lines of a file, as it is on disk, that break a rule; none of one that is no text or isn't there."""
    try:
        lines = lines_of(project, path) if rules and project.trusted else []
    except InvalidRequest:
        return []
    return _broken(rules, path, enumerate(lines, 1))


def in_added(project: Project, repository: Repository, found: Difference, head: str) -> list[BrokenRule]:
    """The lines that a branch adds and that break a rule.

    Args:
        project: the open project.
        repository: its repository.
        found: what the branch changes.
        head: the branch's newest commit; empty for the work tree.
    """
    rules = in_force(project)
    paths = [path for path, what in found.files.items() if what != "deleted"][:_MOST_FILES] if rules else []
    before = [_former(path, found.files[path]) for path in paths]
    old = _texts(repository, found.fork, before)
    new = _texts(repository, head, paths) if head else [_on_disk(project, path) for path in paths]
    broken: list[BrokenRule] = []
    for path, was, now in zip(paths, old, new, strict=True):
        known = set(was)
        added = ((number, line) for number, line in enumerate(now, 1) if line not in known)
        broken += _broken(rules, path, added)
    return broken[:_MOST_BROKEN]


# ------------------------------------------------------------ inside


def _broken(rules: list[Rule], path: str, lines: Iterable[tuple[int, str]]) -> list[BrokenRule]:
    return [
        BrokenRule(
            rule=rule.id, pattern=rule.pattern, reason=rule.reason, path=path, line=number, text=one_line(line, 200)
        )
        for rule, number, line in checking.broken(rules, path, lines)
    ][:_MOST_BROKEN]


def _changed(project: Project) -> list[str]:
    from whence.git import branches

    repository = project.repository()
    if repository is None:
        raise InvalidRequest("There is no git repository here to tell what has changed. Name the files.")
    try:
        return [path for path, what in branches.difference(repository, "HEAD").files.items() if what != "deleted"]
    except GitError as error:
        raise InvalidRequest(str(error)) from None


def _former(path: str, what: str) -> str:
    return what.removeprefix("renamed from ") if what.startswith("renamed from ") else path


def _texts(repository: Repository, commit: str, paths: list[str]) -> list[list[str]]:
    found = objects(repository, [os.fsencode(f"{commit}:{path}") for path in paths], _MOST_BYTES) if paths else []
    decoded = (None if raw in (None, OPAQUE, UNREADABLE) else text.decode(raw or b"") for raw in found)
    return [split(each or "") for each in decoded]


def _on_disk(project: Project, path: str) -> list[str]:
    try:
        return lines_of(project, path)
    except InvalidRequest:
        return []


def told(broken: Iterable[BrokenRule]) -> list[str]:
    """The lines that break a rule, as Markdown."""
    return [
        f"{code(f'{each.path}:{each.line}', 400)} holds {code(each.pattern, 200)}: {inline(each.reason, 300)}"
        for each in broken
    ]


def _report(found: list[BrokenRule], known: list[Rule], files: int) -> RulesChecked:
    if not known:
        note = "There is no rule yet. `record_rule` keeps one: what no line may hold, and why."
    elif not found:
        note = f"No line of {files} {'file' if files == 1 else 'files'} breaks one of {len(known)} rules."
    else:
        note = ""
    lines = "\n".join(f"- {each}" for each in told(found))
    return RulesChecked(
        title="Rules",
        markdown=f"# Rules\n\n{lines or note}",
        broken=tuple(found),
        rules=len(known),
        note=note,
    )
