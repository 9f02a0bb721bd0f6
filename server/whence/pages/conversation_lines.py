"""The lines that a conversation wrote, as a page."""

from collections.abc import Iterator, Sequence

from whence.values.handed_out import marked
from whence.values.markdown import code, inline
from whence.values.reports.provenance import LinesInFile

_RUNS = 12
"""Stretches of lines of a file that are listed."""


def page(title: str, files: Sequence[LinesInFile], note: str = "") -> str:
    """The page: file by file the lines that stand, each stretch as `file:3-5`, and some of those that are gone."""
    if not files:
        return ""
    standing, gone = sum(len(each.standing) for each in files), sum(each.gone for each in files)
    where = "1 file" if len(files) == 1 else f"{len(files)} files"
    stand = f"{_count(standing)} of it stand{'s' if standing == 1 else ''}" if standing else "None of its lines stands"
    lost = f", {gone:,} {'is' if gone == 1 else 'are'} gone" if gone else ""
    head = f"{stand} in {where}{lost}."
    items = "\n".join("\n".join(_file(each)) for each in files)
    blocks = [f"# {inline(title, 200)}", head, items, f"*{inline(note, 400)}*" if note else ""]
    return marked("\n\n".join(block for block in blocks if block))


def runs(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Stretches of lines that follow one another: the first and the last of each."""
    found: list[tuple[int, int]] = []
    for number in lines:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _file(file: LinesInFile) -> Iterator[str]:
    stretches = runs(file.standing)
    if stretches:
        listed = ", ".join(code(_where(file.path, *each), 400) for each in stretches[:_RUNS])
        more = f" and {len(stretches) - _RUNS} more stretches" if len(stretches) > _RUNS else ""
        yield f"- {_count(len(file.standing))}: {listed}{more}"
    else:
        yield f"- {code(file.path, 400)}{'' if file.there else ', which is not there any more'}"
    if file.gone:
        yield f"  - {_count(file.gone)} gone:"
        yield from (f"    - {code(text, 120)}" for text in file.examples)
        if file.gone > len(file.examples):
            yield f"    - and {file.gone - len(file.examples):,} more"


def _where(path: str, first: int, last: int) -> str:
    """Lines of a file as `file:3-5`."""
    return f"{path}:{first}-{last}" if last > first else f"{path}:{first}"


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"
