"""Those of the `coding_*` tools that are about code: indexing, finding, dependencies, and how to refactor."""

from fnmatch import fnmatch
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from whence.faces.mcp.arguments import Listed, Words
from whence.values.base import one_line
from whence.values.errors import InvalidRequest
from whence.values.operation import Progress, operation

if TYPE_CHECKING:
    from whence.engine import Project

_MANY = 5
"""Dependent files from which on the risk is called high, however large the project is."""

_RISKS = {"low": "✅ LOW", "medium": "⚠️  MEDIUM", "high": "🚨 HIGH"}

Few = Annotated[int, Field(ge=1, le=50)]


@operation
def coding_index_source_code(
    project: "Project",
    directory: Words = ".",
    file_patterns: Listed = (),
    exclude_patterns: Listed = (),
    language: Words = "",
    user_id: Words = "",
    project_id: Words = "",
    progress: Progress = lambda message, share: None,
) -> str:
    """Index the source code of the project, so that it can be searched. Use when a search of code finds nothing, or
    after many files have changed.

    Args:
        directory: a folder of the project; the whole project is indexed with it.
        file_patterns: ignored; all files in a known language are indexed.
        exclude_patterns: ignored; what git ignores is left out.
        language: ignored; all known languages are indexed.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    done = engine.code.index_workspace(project, progress=progress)
    lines = [
        "✅ Source Code Indexing Complete\n",
        f"**Project:** {project_name(project, project_id)}",
        f"**Directory:** {directory or '.'}",
        f"**Files indexed:** {done.files}",
        f"**Code chunks:** {done.entities}",
        *(f"**Left out, {each.reason}:** {each.count}" for each in done.left_out),
        f"\n{done.note}\n\n💡 **Next:** Use coding_search_source_code() to find code",
    ]
    if file_patterns or exclude_patterns or language:
        lines.append("The whole project is indexed; patterns and language limit nothing.")
    return "\n".join(lines)


@operation
def coding_search_source_code(
    project: "Project", query: str, k: Few = 5, file_filter: Words = "", user_id: Words = "", project_id: Words = ""
) -> str:
    """Find functions and classes of the code by name or by what they do. Use when you look for where something is
    implemented.

    Args:
        query: a name, or words about what the code does.
        k: the most to return.
        file_filter: only in this file, folder, or files of this pattern, such as `src/core/**`.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    _indexed(project)
    wild = any(mark in file_filter for mark in "*?[")
    files = (file_filter,) if file_filter and not wild else ()
    hits = engine.code.search_code(project, query, files=files, limit=200 if wild else k).hits
    hits = tuple(hit for hit in hits if not wild or fnmatch(hit.path, file_filter))[:k]
    if not hits:
        return f"⚠️ No results found for query: '{query}'" + (f" in {file_filter}" if file_filter else "")
    lines = [f"🔍 Source Code Search Results: '{query}'\n\n**Found {len(hits)} relevant code chunks:**"]
    for number, hit in enumerate(hits, 1):
        lines.append(f"\n**{number}. {hit.path}:{hit.line}-{hit.end_line}**\n   Type: {hit.kind} `{hit.name}`")
        lines.append(f"   Score: {hit.score:.3f}\n   {hit.signature}")
        if hit.doc:
            lines.append(f"   {one_line(hit.doc, 300)}")
    return "\n".join(lines)


@operation
def coding_analyze_file_dependencies(
    project: "Project", file_path: str, user_id: Words = "", project_id: Words = ""
) -> str:
    """Tell what a file imports, what imports it, and whether in a circle. Use when you are about to change a file.

    Args:
        file_path: the file.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    _indexed(project)
    found = engine.structure.dependencies(project, file_path)
    imports = [dependency.path for dependency in found.imports]
    importers = [dependency.path for dependency in found.imported_by]
    lines = [
        f"📊 Dependency Analysis: {found.file}\n",
        *_files("Imports", imports, "Imports: None (leaf file)"),
        *_files("Imported By", importers, "Imported By: None (no dependents)"),
        f"Import Depth: {found.longest_chain}",
    ]
    if found.cycle:
        lines.append(f"⚠️  Circular Dependencies Detected:\n- {' → '.join(found.cycle)}")
    else:
        lines.append("✅ No Circular Dependencies")
    return "\n".join([*lines, found.note] if found.note else lines)


@operation
def coding_analyze_refactor_impact(
    project: "Project", file_path: str, user_id: Words = "", project_id: Words = ""
) -> str:
    """Tell which files a refactoring of a file touches, and how risky it is. Use before you refactor.

    Args:
        file_path: the file.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    _indexed(project)
    found = engine.structure.refactor_impact(project, file_path)
    affected = [*found.direct, *(dependency.path for dependency in found.transitive)]
    lines = [
        f"🔍 Refactoring Impact Analysis: {found.file}\n",
        f"Risk Level: {_RISKS['high' if len(affected) >= _MANY else found.risk]}\n",
        *_files("Affected Files", affected, "Affected Files: None"),
        *(f"- {reason}" for reason in found.reasons),
        "\nRecommendations:",
    ]
    if affected:
        lines.append(f"⚠️  {len(affected)} files depend on this - test thoroughly")
    return "\n".join([*lines, *found.recommendations, found.note]).rstrip()


@operation
def coding_suggest_refactor_order(
    project: "Project", files: Listed, user_id: Words = "", project_id: Words = ""
) -> str:
    """Tell in which order to refactor files so that little breaks. Use when you are to change several files.

    Args:
        files: the files, as a JSON array.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    if not files:
        raise InvalidRequest("Name the files that are to be refactored, as a JSON array.")
    _indexed(project)
    found = engine.structure.refactor_order(project, files)
    ordered = [(path, step.cycle) for step in found.steps for path in step.files]
    lines = ["📋 Suggested Refactoring Order:\n"]
    lines += [
        f"{number}. {path}{' (in a circle with others)' if cycle else ''}"
        for number, (path, cycle) in enumerate(ordered, 1)
    ]
    lines.append("\n💡 Refactor in this order to minimize breaking changes.")
    lines.append("Leaf dependencies (files with no internal imports) come first.")
    return "\n".join([*lines, found.note] if found.note else lines)


def project_name(project: "Project", project_id: str) -> str:
    """What a reply calls the project: as the caller did, else by its own name."""
    return project_id.strip() or project.place.name


def _indexed(project: "Project") -> None:
    """Index what is new or has changed: no editor may be there to keep up."""
    from whence import engine

    engine.code.index_workspace(project)


def _files(title: str, files: list[str], nothing: str) -> list[str]:
    if not files:
        return [f"{nothing}\n"]
    return [f"{title} ({len(files)} files):", *(f"- {each}" for each in files), ""]
