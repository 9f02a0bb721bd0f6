"""Lines by assistants as a page: a project's shares in tables, a file's stretches in a list."""

from collections.abc import Iterator, Sequence

from whence.pages import written
from whence.values.handed_out import marked
from whence.values.markdown import inline
from whence.values.reports.shares import LinesByAssistants, LineShare

_STRETCHES = 100
"""Stretches of a file that are listed."""

_NONE = "–"

_HOW = """\
- **Lines** of three characters or more that commits brought in, without merges; a line that moved or was indented is
  not counted again.
- **Known**: a conversation is sure to have written it, or a note beside the commit says so. **Changed**: those of them
  that somebody changed before the commit.
- **Helped**: the commit says that an assistant helped, and not with which lines. **Programs**: commits by bots.
- **Rewritten**: taken out or changed within 30 days, of the known lines that came in 30 days ago or more. **Others**:
  the same of those that are unknown or helped."""


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
        blocks.append(f"## How it is counted\n\n{_HOW}")
    if found.note:
        blocks.append(f"*{inline(found.note, 400)}*")
    return marked("\n\n".join(blocks))


def of_file(found: LinesByAssistants) -> str:
    """A file's lines in all, and its stretches."""
    total = found.total
    blocks = [f"# {inline(found.title, 400)}", f"Of {_count(total.lines)}, blank ones aside:", "\n".join(_list(total))]
    if found.stretches:
        items = [written.item(each) for each in found.stretches[:_STRETCHES]]
        if len(found.stretches) > _STRETCHES:
            items.append(f"- and {len(found.stretches) - _STRETCHES} more")
        blocks.append("## Which lines\n\n" + "\n".join(items))
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
    """A row for each; a column in which nothing stands is left out."""
    columns: list[tuple[str, list[str]]] = [
        ("Lines", [f"{each.lines:,}" for each in shares]),
        ("Known", [_share(each.assistants, each.lines) for each in shares]),
        ("Changed", [_count_or_dash(each.mixed) for each in shares]),
        ("Helped", [_count_or_dash(each.helped) for each in shares]),
        ("Programs", [_count_or_dash(each.programs) for each in shares]),
        ("Unknown", [_count_or_dash(each.unknown) for each in shares]),
        ("Rewritten", [_percent(each.rewritten, each.settled) for each in shares]),
        ("Others", [_percent(each.others_rewritten, each.others_settled) for each in shares]),
    ]
    return _drawn(what, [each.name for each in shares], columns)


def _models(shares: Sequence[LineShare]) -> str:
    columns = [
        ("Lines", [f"{each.assistants:,}" for each in shares]),
        ("Changed", [_count_or_dash(each.mixed) for each in shares]),
        ("Rewritten", [_percent(each.rewritten, each.settled) for each in shares]),
    ]
    return _drawn("model", [each.name for each in shares], columns)


def _drawn(what: str, names: Sequence[str], columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    told = [(name, cells) for name, cells in columns if any(cell != _NONE for cell in cells)]
    head = f"| {what.capitalize()} | {' | '.join(name for name, _ in told)} |\n|---|{'---:|' * len(told)}"
    rows = (
        f"| {inline(name, 100)} | {' | '.join(cells[number] for _, cells in told)} |"
        for number, name in enumerate(names)
    )
    return "\n".join((head, *rows))


def _count_or_dash(count: int) -> str:
    return f"{count:,}" if count else _NONE


def _share(some: int, of: int) -> str:
    return f"{some:,} ({_percent(some, of)})"


def _percent(some: int, of: int) -> str:
    """A share in percent; a dash where there is nothing to share."""
    return f"{some / of:.0%}" if of else _NONE


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"
