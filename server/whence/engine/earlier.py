"""What stood in a line's place before, and before that: a line's change in its commit, and a file's text before one."""

import re
from typing import Annotated

from pydantic import Field

from whence.engine.texts import lines_of, path_of, split
from whence.git import history, repositories, text
from whence.git.line_origin import hunk
from whence.git.plumbing import OPAQUE
from whence.pages import provenance
from whence.project.project import Project
from whence.values.base import one_line
from whence.values.detail import PastText
from whence.values.errors import InvalidRequest
from whence.values.operation import operation
from whence.values.reports.provenance import LineChange

_MOST_BYTES = 16 << 20
"""A larger file is nobody's to read line by line."""

_ID = re.compile(r"[0-9a-f]{7,64}")


@operation
def line_change(project: Project, file: str, line: Annotated[int, Field(ge=1)], at: str = "") -> LineChange:
    """Show what the commit that wrote a line changed there, and what stood in the line's place before.

    Args:
        file: the file.
        line: the line, from 1.
        at: id of a commit: the line is meant as it is in it, in the file as it is named there.

    Raises:
        InvalidRequest: there is no such file, line or commit.
        GitError: git can't be asked.
    """
    path = path_of(project, file)
    title = f"What wrote {one_line(path, 200)}:{line}"
    if not project.trusted:
        return _nothing(title, "This workspace is not trusted, so git is not asked.")
    repository = repositories.find(project.place.root)
    if repository is None:
        return _nothing(title, "There is no git repository here that could tell.")
    if line > len(lines_in(project, path, at) if at else lines_of(project, path)):
        raise InvalidRequest(f"There is no line {line} in {one_line(path, 120)}.")
    found = hunk(repository, path, line, at)
    if found is None:
        return _nothing(title, "This line is in no commit yet.")
    forge = project.place.forge
    url = forge.commit(found.commit) if forge else ""
    cut = "Only the part around the line is shown." if found.cut else ""
    replaced = {"parent": found.parent, "before": found.old_path, "start": found.old_start, "end": found.old_end}
    return LineChange(
        title=title,
        markdown=provenance.change(title, found.commit, found.text, cut, forge),
        note=cut,
        commit=found.commit,
        url=url,
        file=found.path,
        line=found.line,
        diff=found.text,
        **replaced if found.old_start else {},
    )


@operation
def text_at(project: Project, file: str, at: str = "", before: bool = False) -> PastText:
    """Give a file's text as it is in a commit, with secrets taken out.

    Args:
        file: the file, as it is named there.
        at: id of the commit; without it, the one that is checked out.
        before: the file as it was before that commit.

    Raises:
        InvalidRequest: that is no id of a commit.
        GitError: git can't be asked.
    """
    path = path_of(project, file)
    if at and not _ID.fullmatch(at):
        raise InvalidRequest(f"{one_line(at, 60)!r} is no id of a commit.")
    repository = repositories.find(project.place.root) if project.trusted else None
    if repository is None:
        return PastText()
    commit = f"{at or 'HEAD'}{'^' if before else ''}"
    raw = history.contents(repository, commit, [path], _MOST_BYTES)[path]
    return PastText(text=text.clean(raw) or "" if raw != OPAQUE else "", there=raw is not None)


def _nothing(title: str, note: str) -> LineChange:
    return LineChange(title=title, markdown="", note=note)


def lines_in(project: Project, path: str, commit: str) -> list[str]:
    """The lines of a file in a commit.

    Raises:
        InvalidRequest: there is no such commit, or no text of that name in it.
        GitError: git can't be asked.
    """
    repository = repositories.find(project.place.root)
    if repository is None:
        raise InvalidRequest("There is no git repository here, so nothing is known of earlier lines.")
    if not _ID.fullmatch(commit):
        raise InvalidRequest(f"{one_line(commit, 60)!r} is no id of a commit.")
    raw = history.contents(repository, commit, [path], _MOST_BYTES)[path]
    content = text.decode(raw) if raw is not None and raw != OPAQUE else None
    if content is None:
        raise InvalidRequest(f"There is no text {one_line(path, 120)} in {commit[:12]}.")
    return split(content)
