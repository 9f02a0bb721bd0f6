"""Small projects as tables of texts, with what each of their files brings in."""

import posixpath

from whence.analysis.entities import defines, parse
from whence.analysis.languages import language_of
from whence.analysis.resolve import Resolved, resolve
from whence.analysis.sources import Project, SourceFile, is_configuration, parents

Files = dict[str, str]


def resolved(files: Files) -> dict[str, Resolved]:
    """What each source file of a project brings in, by path."""
    sources = {}
    for path, text in files.items():
        if language_of(path) and (found := parse(path, text)) is not None:
            sources[path] = SourceFile(
                path, found.language, found.imports, found.packages, frozenset(found.mentions), defines(found)
            )
    folders = {parent for path in sources for parent in parents(path)} | {""}
    configurations = frozenset(
        path for path in files if posixpath.dirname(path) in folders and is_configuration(posixpath.basename(path))
    )

    def entries(folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        return sorted({path[len(start) :].split("/")[0] for path in files if path.startswith(start)})

    return resolve(Project(sources, configurations, files.get, entries))
