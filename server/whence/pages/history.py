"""The page that ends the import of a repository's past: what was found, and what can be asked of it."""

from collections.abc import Sequence
from urllib.parse import quote

from whence.values.markdown import address, inline
from whence.values.reports.history import ImportedHistory, Question

_NUMBERS = {1: "A question", 2: "Two questions", 3: "Three questions"}


def page(found: ImportedHistory) -> str:
    """The page, as Markdown; nothing that it counts is none of it."""
    commits = _counted(found.commits, "commit", "commits")
    counts = [
        _counted(count, one, many)
        for count, one, many in (
            (found.changes, "change", "changes"),
            (found.fixes, "fix", "fixes"),
            (found.decisions, "decision", "decisions"),
            (found.people, "person", "people"),
        )
        if count
    ]
    parts = [f"# {inline(found.title, 200)}", f"**{commits}**: {', '.join(counts)}." if counts else f"**{commits}**."]
    if found.questions:
        lines = (f"{number}. {_asking(each)}  \n   {each.told}" for number, each in enumerate(found.questions, 1))
        parts += [f"## {_NUMBERS[len(found.questions)]} to try", "\n".join(lines)]
    if found.left_out:
        lines = (
            f"- {inline(each.reason, 200)}: {each.count:,} ({_listed(each.examples, each.count)})"
            for each in found.left_out
        )
        parts += ["## Left out", "\n".join(lines)]
    return "\n\n".join([*parts, found.note]) + "\n"


def _asking(question: Question) -> str:
    """The question as a link by which the editor asks it."""
    if question.operation == "search":
        target = f"whence:/search/{quote(question.query, safe='')}"
    else:
        target = f"whence:/why/{quote(question.file)}#L{question.start}-L{question.end}"
    return f"[{question.text}]({address(target)})"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _listed(names: Sequence[str], count: int) -> str:
    return ", ".join(f"`{each}`" for each in names) + (", …" if count > len(names) else "")
