"""Write what two languages or two files share: `extension/src/protocol.ts`, generated parts of `package.json` and its
strings, what the REST face takes and answers (`clients/typescript/src/api.ts`, and for Python the stubs of
`whence.faces.client`), and the operations' names for the language server, which has to know them before it loads the
engine; and the rows that the README's tables lack.

    python server/generate.py            write
    python server/generate.py --check    exit with 1 if what is written is out of date

The operations' parameters and results, as JSON Schema, become TypeScript types; `settings.py` becomes groups of the
settings page; the kinds that have a form, and the operations that bring a command along, become palette commands. A
schema that this file doesn't know raises.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import model_data
import palette
import python_client
import stubs
import typescript as ts
from whence.engine import OPERATIONS
from whence.faces.cli import main as command_line
from whence.faces.dialects import sekha
from whence.faces.http import openapi, server
from whence.values.completion import Approval, CompletionAnswer, CompletionRequest, Estimate, ProviderRequest
from whence.values.protocol import Changed
from whence.values.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
TYPESCRIPT = ROOT / "extension" / "src" / "protocol.ts"
STUBS = ROOT / "server" / "whence" / "faces" / "library" / "engine.pyi"
CLIENT = ROOT / "clients" / "typescript" / "src" / "api.ts"
PYTHON_CLIENT = ROOT / "server" / "whence" / "faces" / "client"
MANIFEST = ROOT / "package.json"
README = ROOT / "README.md"
STRINGS = ROOT / "package.nls.json"
COMMANDS = ROOT / "server" / "whence" / "faces" / "cli" / "command_names.py"
NAMES = ROOT / "server" / "whence" / "faces" / "lsp" / "operation_names.py"

_TOLD = (Changed, Estimate, CompletionRequest, ProviderRequest)
"""What the server tells or asks the editor by itself."""

_ANSWERED = (Approval, CompletionAnswer)
"""What the editor answers to that."""

_FOLDER = "  /** URI of the workspace folder asked; the first without. */\n  workspaceFolder?: string;"

Schema = dict[str, Any]


def typescript() -> str:
    """All of `protocol.ts`."""
    # The editor answers what the server asks, so it is the one who gives there.
    asked = _definitions([*(operation.params for operation in OPERATIONS.values()), *_ANSWERED], "validation")
    given = _definitions([*(operation.result for operation in OPERATIONS.values()), *_TOLD], "serialization")
    types: dict[str, str] = {}
    for definitions, optional in ((asked, True), (given, False)):
        for name, schema in definitions.items():
            more = (_FOLDER,) if optional and name.endswith("Params") else ()
            text = ts.declaration(name, schema, required=None if optional else schema.get("properties", ()), more=more)
            # A value that is both asked and answered is written as it is asked: every answer fits that too.
            types.setdefault(name, text)
    methods = "\n".join(
        f"  /** {operation.summary} */\n"
        f"  {operation.name}: {{ method: '{operation.method}'; params: {operation.params.__name__}; "
        f"result: {operation.result.__name__} }};"
        for operation in OPERATIONS.values()
    )
    names = ",\n".join(f"  {name}: '{operation.method}'" for name, operation in OPERATIONS.items())
    body = "\n\n".join(types[name] for name in sorted(types))
    return (
        "// Written by server/generate.py from the server's own types. Do not edit: run `npm run generate`.\n\n"
        f"{body}\n\n"
        "/** Every request, by the name of its operation. */\n"
        f"export interface Operations {{\n{methods}\n}}\n\n"
        f"export const METHODS: {{ readonly [K in keyof Operations]: Operations[K]['method'] }} = {{\n{names},\n}};\n\n"
        "/** Notification: memories or the status of a project changed. Params: Changed. */\n"
        "export const CHANGED = 'whence/changed';\n\n"
        "/** Request of the server: may this be sent? Params: Estimate; result: Approval. */\n"
        "export const APPROVE = 'whence/approve';\n\n"
        "/** Request of the server: let the editor's own model answer. Params: CompletionRequest; result: "
        "CompletionAnswer. */\n"
        "export const COMPLETE = 'whence/complete';\n\n"
        "/** Request of the server: may what a provider's model is asked with be installed, and is it now? Params: "
        "ProviderRequest; result: Approval. */\n"
        "export const INSTALL = 'whence/install';\n\n"
        "/** Prefix of the commands that record a memory by a form; the kind follows. */\n"
        f"export const FORM_COMMAND = '{palette.FORM_COMMAND}';\n\n"
        "/** Prefix of the commands that record a memory of one line; the kind follows. */\n"
        f"export const QUICK_COMMAND = '{palette.QUICK_COMMAND}';\n\n"
        f"{palette.table()}"
    )


def names() -> str:
    """All of `operation_names.py`."""
    lines = "".join(f'    "{name}": "{operation.method}",\n' for name, operation in OPERATIONS.items())
    return (
        '"""The operations and the requests of the language server that ask for them.\n\n'
        "Written by server/generate.py from the engine, so that nothing of it is loaded to know them. Do not edit:\n"
        'run `npm run generate`.\n"""\n\n'
        f"METHODS = {{\n{lines}}}\n"
        '"""Every request, by the name of its operation."""\n'
    )


def _definitions(models: list[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Schema]:
    """JSON Schemas of the models and of all that they mention, by name."""
    wanted = [(model, mode) for model in dict.fromkeys(models)]
    definitions: dict[str, Schema] = models_json_schema(wanted, ref_template="#/$defs/{model}")[1]["$defs"]
    return definitions


def manifest(current: str) -> str:
    """`package.json` with its generated parts made anew: the settings groups, and commands with their menus."""
    package = json.loads(current)
    contributes = package.setdefault("contributes", {})
    hand_written = [group for group in contributes.get("configuration", []) if not group.get("order", 0)]
    contributes["configuration"] = [*hand_written, *_settings_groups()]
    commands, menus = contributes.get("commands", []), contributes.get("menus", {})
    generated = _commands()
    # One that is generated no more goes, and one that was written by hand gives way.
    stale = {command["command"] for command in commands if command["title"].startswith(f"%{_key('')}")}
    ours = stale | {command["command"] for command in generated}
    contributes["commands"] = [*generated, *_without(commands, ours)]
    added = palette.menus()
    # Those that record something by hand are in menus by hand.
    placed = ours - palette.by_hand().keys()
    contributes["menus"] = {
        menu: [*_without(menus.get(menu, []), placed), *added.get(menu, [])] for menu in {**menus, **added}
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _without(entries: list[dict[str, str]], commands: set[str]) -> list[dict[str, str]]:
    return [entry for entry in entries if entry.get("command") not in commands]


def strings(current: str) -> str:
    """`package.nls.json` with the texts of the generated parts, which translations are made from."""
    hand_written = {key: text for key, text in json.loads(current).items() if not key.startswith("generated.")}
    generated = {_key(name): title for name, title in palette.titles().items()}
    for name, title, options in _groups():
        generated[_key(name)] = title
        generated |= {_key(_option(name, key)): schema["description"] for key, schema in options.items()}
    return json.dumps({**hand_written, **generated}, indent=2, ensure_ascii=False) + "\n"


def _key(name: str) -> str:
    return f"generated.{name}"


def _groups() -> list[tuple[str, str, dict[str, Schema]]]:
    """The groups of settings: name, title, and options by key. Options without a group are the one of no name."""
    found = [_group("", Settings)]
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found.append(_group(to_camel(name), field.annotation))
    return found


def _group(name: str, model: type[BaseModel]) -> tuple[str, str, dict[str, Schema]]:
    properties = TypeAdapter(model).json_schema(by_alias=True)["properties"]
    options = {key: schema for key, schema in properties.items() if "$ref" not in schema}
    return name or "general", (model.__doc__ or "").partition(":")[0], options


def _option(group: str, key: str) -> str:
    return key if group == "general" else f"{group}.{key}"


def _settings_groups() -> list[Schema]:
    return [
        {
            "title": f"%{_key(name)}%",
            "order": order,
            "properties": {
                f"whence.{_option(name, key)}": _setting(schema, _option(name, key)) for key, schema in options.items()
            },
        }
        for order, (name, title, options) in enumerate(_groups(), 1)
    ]


def _setting(schema: Schema, name: str) -> Schema:
    known = ("type", "default", "items", "minimum", "maximum", "enum")
    unknown = schema.keys() - {*known, "title", "description", "scope"}
    if unknown:
        raise ValueError(f"no setting known for {schema}")
    setting = {key: schema[key] for key in known if key in schema}
    return {**setting, "markdownDescription": f"%{_key(name)}%", "scope": schema.get("scope", "resource")}


def _commands() -> list[dict[str, str]]:
    """The palette's commands: to record a memory by hand, and those that operations bring along."""
    brought = {id: command for id, (command, _) in palette.commands().items()}
    return [
        *(palette.contributed(_key(key), id, icon) for id, (key, _, icon) in palette.by_hand().items()),
        *(palette.contributed(_key(id), id, each.icon, anytime=each.anytime) for id, each in brought.items()),
    ]


def readme(current: str) -> str:
    """`README.md` with a row for each generated command that has none, and the settings' defaults as they are.

    A row that is there keeps its words: they are written for people, and begin as what the operation's docstring says.
    """
    lines = current.splitlines()
    told = {title: "Keep a memory by hand." for _, title, _ in palette.by_hand().values()}
    told |= {command.title: operation.summary for command, operation in palette.commands().values()}
    _fill(lines, "| command | what it does |", {f"| {title} |": f" {text} |" for title, text in told.items()})
    defaults = {
        f"| `whence.{_option(name, key)}` |": f" `{json.dumps(schema['default'])}` | {schema['description']} |"
        for name, _, options in _groups()
        for key, schema in options.items()
    }
    for number, line in enumerate(lines):
        for row, text in defaults.items():
            if line.startswith(row):
                default, _, words = line.removeprefix(row).partition(" | ")
                lines[number] = f"{row}{text.partition(' | ')[0]} | {words}" if default else line
    _fill(lines, "| setting | default | meaning |", defaults)
    return "\n".join(lines) + "\n"


def _fill(lines: list[str], head: str, rows: dict[str, str]) -> None:
    """Add the rows that a table lacks at its end."""
    at = lines.index(head)
    end = next(number for number in range(at, len(lines)) if not lines[number].startswith("|"))
    there = lines[at:end]
    lines[end:end] = [f"{row}{text}" for row, text in rows.items() if not any(line.startswith(row) for line in there)]


def commands() -> str:
    """All of `command_names.py`."""
    command_line.derive()
    listed = typer.main.get_command(command_line.app)
    assert isinstance(listed, typer.core.TyperGroup)
    told = {name: " ".join((each.help or "").split()) for name, each in listed.commands.items() if not each.hidden}
    sentences = {name: re.split(r"(?<=[.?!]) (?=[A-Z])", text, maxsplit=1)[0] for name, text in told.items()}
    rows = "".join(f"    {name!r}: {words!r},\n" for name, words in sentences.items())
    return f'''"""The commands of `whence`, each in a sentence.

Written by server/generate.py from the commands, so that nothing of them is loaded to know them. Do not edit:
run `npm run generate`.
"""

COMMANDS = {{
{rows}}}
'''


def written() -> dict[Path, str]:
    """Every generated file and what it must contain."""
    document = openapi.document(server.actions(OPERATIONS, sekha.ROUTES))
    return {
        TYPESCRIPT: typescript(),
        CLIENT: ts.client(document),
        PYTHON_CLIENT / "api.pyi": python_client.types(document),
        PYTHON_CLIENT / "memory.pyi": python_client.client(document),
        PYTHON_CLIENT / "names.py": python_client.names(document),
        STUBS: stubs.engine(OPERATIONS.values()),
        MANIFEST: manifest(MANIFEST.read_text(encoding="utf-8")),
        STRINGS: strings(STRINGS.read_text(encoding="utf-8")),
        NAMES: names(),
        COMMANDS: commands(),
        README: readme(README.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write, or with `--check` compare."""
    stale = [path for path, text in written().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        stale += model_data.stale()
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `npm run generate`.")
        return 1 if stale else 0
    for path in stale:
        path.write_text(written()[path], encoding="utf-8")
    for path in [*stale, *model_data.write()]:
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
