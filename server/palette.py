"""The palette's commands that operations bring along, as the editor's manifest and `protocol.ts` hold them."""

import json
from typing import Any

from pydantic.alias_generators import to_camel

from whence.engine import OPERATIONS
from whence.engine.completion import asks_a_model
from whence.values.memory import KINDS
from whence.values.operation import Command, Menu, Operation

_VIEW = "view == whence.memory"
"""The condition, in the editor's words, that the menu is one of the view of memories."""

READY = "whence.ready"
"""The editor's context key that is set while the server answers."""

MORE = "whence.more"
"""The submenu of the view of memories for commands that have no place of their own."""

FORM_COMMAND = "whence.new."
"""Prefix of the commands that record a memory by a form; the kind follows."""

QUICK_COMMAND = "whence.quick."
"""Prefix of the commands that record a memory of one line; the kind follows."""

_TYPE = """\
/** A command of the palette that asks an operation, and shows the page or the sentence that it answers. */
export interface PaletteCommand {
  command: string;
  operation: %s;
  /** What it is called, in English. */
  title: string;
  /** What is said while it is under way, in English. */
  doing?: string;
  /** Whether it takes a while, tells its progress and can be cancelled. */
  long: boolean;
  /** Whether it asks a model, so that what it would send can be shown. */
  thinks: boolean;
  /** The parameter that a line of text from the user becomes. */
  asks?: { parameter: string; prompt: string; required: boolean };
  /** A question that the user must say yes to first. */
  confirm?: string;
}
"""


def commands() -> dict[str, tuple[Command, Operation]]:
    """The commands and the operations that bring them along, by id, in the order of the ids.

    Raises:
        ValueError: an operation can't be asked with what its command asks the user for.
    """
    found: dict[str, tuple[Command, Operation]] = {}
    for operation in OPERATIONS.values():
        if command := operation.palette:
            asked = {command.asks.parameter} if command.asks else set()
            fields = operation.params.model_fields
            unasked = {name for name, field in fields.items() if field.is_required()} - asked
            if unasked or not asked <= fields.keys():
                raise ValueError(f"the command of {operation.name} must ask for {unasked or fields.keys()}")
            found[f"whence.{command.name or to_camel(operation.name)}"] = (command, operation)
    return dict(sorted(found.items()))


def titles() -> dict[str, str]:
    """What the commands are called, by what their titles go by among the manifest's strings."""
    return {key: title for key, title, _ in by_hand().values()} | {
        id: command.title for id, (command, _) in commands().items()
    }


def by_hand() -> dict[str, tuple[str, str, str]]:
    """Of the commands that record a memory by hand, by id: the key of the title, the title, and the codicon."""
    forms = {f"{FORM_COMMAND}{kind}": (kind, cls.form_title, cls.icon) for kind, cls in KINDS.items() if cls.form}
    quick = {
        f"{QUICK_COMMAND}{kind}": (f"quick.{kind}", cls.quick_title, cls.icon)
        for kind, cls in KINDS.items()
        if cls.quick_title
    }
    return forms | quick


def contributed(key: str, id: str, icon: str, *, anytime: bool = False) -> dict[str, str]:
    """A command as the manifest holds it.

    Args:
        key: that of its title among the manifest's strings.
        id: its id.
        icon: the name of its codicon; empty for none.
        anytime: whether it can be run before the server answers.
    """
    entry = {"command": id, "category": "Whence", "title": f"%{key}%"}
    if icon:
        entry["icon"] = f"$({icon})"
    return entry if anytime else {**entry, "enablement": READY}


def menus() -> dict[str, list[dict[str, str]]]:
    """The entries of the commands in the editor's menus, by menu."""
    found: dict[str, list[dict[str, str]]] = {}
    for id, (command, _) in commands().items():
        if not command.listed:
            found.setdefault("commandPalette", []).append({"command": id, "when": "false"})
        if not command.menus:
            found.setdefault(MORE, []).append({"command": id, "when": READY, "group": "1_ask"})
        for place in command.menus:
            menu, when = _place(place)
            found.setdefault(menu, []).append({"command": id, "when": when, "group": place.group})
    return found


def _place(place: Menu) -> tuple[str, str]:
    if place.rows:
        return "view/item/context", rf"{_VIEW} && viewItem =~ /\b{place.rows}\b/"
    return "view/title", f"{_VIEW} && {READY}"


def table() -> str:
    """The commands as `protocol.ts` holds them, with their type."""
    found = commands()
    names = " | ".join(f"'{operation.name}'" for _, operation in found.values())
    rows = "".join(f"  {_row(id, command, operation)},\n" for id, (command, operation) in found.items())
    return (
        f"{_TYPE % names}\n"
        "/** The commands for which nothing is written by hand, in the order of their ids. */\n"
        f"export const COMMANDS: readonly PaletteCommand[] = [\n{rows}];\n"
    )


def _row(id: str, command: Command, operation: Operation) -> str:
    row = {"command": id, "operation": operation.name, "title": command.title}
    told: dict[str, Any] = {"doing": command.doing, "confirm": command.confirm}
    if line := command.asks:
        required = operation.params.model_fields[line.parameter].is_required()
        told["asks"] = {"parameter": to_camel(line.parameter), "prompt": line.prompt, "required": required}
    thinks = asks_a_model(operation.function)
    more = {key: value for key, value in told.items() if value}
    return _literal({**row, "long": operation.progress, "thinks": thinks, **more})


def _literal(value: Any) -> str:
    """A value as TypeScript writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_literal(part)}" for key, part in value.items()) + " }"
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace("'", "\\'").replace('\\"', '"') + "'"
    return json.dumps(value)
