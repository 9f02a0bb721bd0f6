"""A whole file's life in short, for those who ask why a file is as it is."""

from collections import Counter

from whence.analysis.symbols import outline
from whence.git import file_past, repositories
from whence.git.blame import Blamed
from whence.git.people import is_person
from whence.pages.file_life import Past, sentences
from whence.project.project import Project
from whence.values.memory import Change
from whence.values.protocol import Filter

_CHANGES = 500
"""Changes of the file whose functions and classes are counted, the newest."""


def life(project: Project, path: str, lines: list[str], blamed: Blamed) -> tuple[str, ...]:
    """What there is to say of the file as a whole, as Markdown sentences.

    Args:
        project: the open project.
        path: the file, relative to the repository's top.
        lines: its lines.
        blamed: who wrote all of them.
    """
    repository = repositories.find(project.place.root)
    touches = file_past.known(repository, path) if repository else []
    people = {touch.author for touch in touches if is_person(touch.author, touch.email)}
    past = [
        Past(
            each.commit,
            each.subject,
            each.author,
            each.at,
            each.added + each.removed,
            each.begins,
            each.author in people,
        )
        for each in touches
    ]
    owners: Counter[str] = Counter()
    for commit, some in blamed.lines.items():
        if commit and is_person(author := blamed.commits[commit].author):
            owners[author] += len(some)
    return sentences(
        past, owners, len(lines), _parts(project, path, lines), _remembered(project, path), forge=project.place.forge
    )


def _parts(project: Project, path: str, lines: list[str]) -> Counter[str]:
    """How many changes touched each function or class that the file still has."""
    changes = project.store.newest(Filter(kinds=("change",), files=(path,), archived=True), limit=_CHANGES)
    touched = Counter(
        symbol
        for change in changes
        if isinstance(change, Change) and not change.discarded
        for edit in change.edits
        if edit.path == path
        for symbol in set(edit.symbols)
    )
    name = outline(path, lines)
    there = {name(number) for number in range(len(lines))}
    return Counter({symbol: count for symbol, count in touched.items() if symbol in there})


def _remembered(project: Project, path: str) -> dict[str, int]:
    """How many decisions in force and bugs of each state are about the file."""
    sorts = {
        "decision in force": Filter(kinds=("decision",), files=(path,), states=("accepted", "proposed")),
        "open bug": Filter(kinds=("bug",), files=(path,), states=("open",)),
        "solved bug": Filter(kinds=("bug",), files=(path,), states=("fixed", "resolved")),
    }
    return {what: len(project.store.newest(chosen, limit=_CHANGES)) for what, chosen in sorts.items()}
