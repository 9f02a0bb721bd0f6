"""How the terminal shows where options come from, and what a check-up found."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from whence.reports.upkeep import CheckUp, Configuration, State

_MARKS: "dict[State, Text]" = {
    "ok": Text("ok  ", style="green"),
    "warn": Text("warn", style="yellow"),
    "fail": Text("fail", style="red"),
}


def options(found: "Configuration") -> Iterable[Any]:
    """A row for each option, those that were set in bold, and the files that were looked for."""
    table = Table("option", "value", "from", box=None, pad_edge=False)
    for each in found.options:
        chosen = each.origin != "default"
        table.add_row(
            Text(each.key, style="bold" if chosen else ""),
            Text(_written(each.value)),
            Text(each.place or "default", style="" if chosen else "dim"),
        )
    yield table
    yield Text()
    for file in found.files:
        yield Text(f"{file.path}{'' if file.found else ' (not there)'}", style="dim")


def findings(found: "CheckUp") -> Iterable[Any]:
    """A line for each finding, and its repair below it."""
    for each in found.findings:
        yield Text.assemble(_MARKS[each.state], "  ", (f"{each.topic:<10}", "bold"), each.message)
        if each.repair:
            yield Padding(Text(f"-> {each.repair}"), (0, 0, 0, 16))


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
