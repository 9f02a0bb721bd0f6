"""Lines by assistants as a page: a project's shares in tables, a file's stretches in a list."""

from collections.abc import Iterator, Sequence

from whence.pages import written
from whence.values.handed_out import marked
from whence.values.markdown import inline
from whence.values.reports.shares import LinesByAssistants, LineShare

_STRETCHES = 100
"""Stretches of a file that are listed."""

_HOW = (
    "*Counted are lines of three characters or more that commits brought in, without merges; a line that moved or was"
    " indented is not counted again. “Known” is what a conversation is sure to have written, or a note beside the"
    " commit says so. Rewritten are lines that a commit took out or changed within 30 days, of those that came in 30"
    " days ago or more; others are lines of which nobody knows, and those where the commit says that an assistant"
    " helped.*"
)


def page(found: LinesByAssistants) -> str:
    """Shares of a year, in all, by month, directory and model."""
    total = found.total
    blocks = [f"# {inline(found.title, 200)}", _summed(total)]
    if total.lines:
        blocks += ["\n".join(_list(total)), *_rewriting(total)]
        blocks += [
            f"## By {what}\n\n{_table(what, shares)}"
            for what, shares in (("month", found.months[::-1]), ("directory", found.directories))
        ]
        if found.models:
            blocks.append(f"## By model\n\n{_models(found.models)}")
        blocks.append(_HOW)
    if found.note:
        blocks.append(f"*{inline(found.note, 400)}*")
    return marked("\n\n".join(blocks))


def of_file(found: LinesByAssistants) -> str:
    """A file's lines in all, and its stretches."""
    total = found.total
    blocks = [f"# {inline(found.title, 400)}", f"Of {_count(total.lines)}, as they stand:", "\n".join(_list(total))]
    if found.stretches:
        items = [written.item(each) for each in found.stretches[:_STRETCHES]]
        if len(found.stretches) > _STRETCHES:
            items.append(f"- and {len(found.stretches) - _STRETCHES} more")
        blocks.append("\n".join(items))
    return marked("\n\n".join(blocks))


def _summed(total: LineShare) -> str:
    if not total.lines:
        return "No lines came in during the last year."
    return f"{_count(total.lines)} came in during the last year:"


def _list(total: LineShare) -> Iterator[str]:
    changed = f", {total.mixed:,} of them changed by somebody afterwards" if total.mixed else ""
    yield f"- {_share(total.assistants, total.lines)} from conversations with assistants that are known{changed}"
    if total.helped:
        yield f"- {_share(total.helped, total.lines)} in commits that say that an assistant helped, not where"
    if total.programs:
        yield f"- {_share(total.programs, total.lines)} in commits by programs"
    if total.unknown:
        yield (
            f"- {_share(total.unknown, total.lines)} unknown: by a person, or by an assistant whose conversation"
            " was not read"
        )


def _rewriting(total: LineShare) -> list[str]:
    """How much was rewritten soon, beside the others, as far as there is anything old enough."""
    told = [
        f"{_percent(some, of)} of {of:,} {whose}"
        for some, of, whose in (
            (total.rewritten, total.settled, "lines from conversations"),
            (total.others_rewritten, total.others_settled, "others"),
        )
        if of
    ]
    return [f"Rewritten within 30 days: {' and '.join(told)}."] if told else []


def _table(what: str, shares: Sequence[LineShare]) -> str:
    head = (
        f"| {what.capitalize()} | Lines | Known | Changed | Commit says | Programs | Unknown | Known: rewritten"
        " | Others: rewritten |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    rows = (
        f"| {inline(each.name, 100)} | {each.lines:,} | {_share(each.assistants, each.lines)} | {each.mixed:,}"
        f" | {each.helped:,} | {each.programs:,} | {each.unknown:,} | {_percent(each.rewritten, each.settled)}"
        f" | {_percent(each.others_rewritten, each.others_settled)} |"
        for each in shares
    )
    return "\n".join((head, *rows))


def _models(shares: Sequence[LineShare]) -> str:
    head = "| Model | Lines | Changed | Rewritten |\n|---|---:|---:|---:|"
    rows = (
        f"| {inline(each.name, 100)} | {each.assistants:,} | {each.mixed:,}"
        f" | {_percent(each.rewritten, each.settled)} |"
        for each in shares
    )
    return "\n".join((head, *rows))


def _share(some: int, of: int) -> str:
    return f"{some:,} ({_percent(some, of)})"


def _percent(some: int, of: int) -> str:
    """A share in percent; a dash where there is nothing to share."""
    return f"{some / of:.0%}" if of else "–"


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"
