"""How the terminal shows where options come from, and what a check-up found."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from whence.values.reports.upkeep import Backups, CheckUp, Configuration, State

_STYLES: "dict[State, str]" = {"ok": "green", "warn": "yellow", "fail": "red"}


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
    """What was repaired, then a row for each finding, and its repair below it."""
    for done in found.repaired:
        yield Text(done, style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in found.findings:
        message = Text(each.message)
        if each.repair:
            message.append(f"\n{each.repair}", style="bold")
        table.add_row(Text(each.state, style=_STYLES[each.state]), each.topic, message)
    yield table


def backups(found: "Backups") -> Iterable[Any]:
    """A row for each backup, the newest first."""
    table = Table("taken", "memories", "why", "", box=None, pad_edge=False)
    for each in found.backups:
        amiss = "" if each.sound else "can't be read"
        amiss = f"{each.damaged} memories were damaged" if each.sound and each.damaged else amiss
        table.add_row(f"{each.at.astimezone():%Y-%m-%d %H:%M:%S}", str(each.memories), each.why, Text(amiss, "red"))
    if found.backups:
        yield table
    yield Text(found.note or found.folder, style="dim")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
