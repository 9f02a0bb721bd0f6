"""JSON Schema as TypeScript: what `generate.py` writes for the editor, and the types of the REST face's client."""

import re
from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def declaration(name: str, schema: Schema, *, required: Iterable[str] | None = None, more: Iterable[str] = ()) -> str:
    """An exported type.

    Args:
        name: what it is called.
        schema: its schema.
        required: the properties that are always there; what the schema says without.
        more: further lines of the interface.

    Raises:
        ValueError: the schema is of no known shape.
    """
    properties: dict[str, Schema] = schema.get("properties", {})
    if schema.get("additionalProperties") is True and set(properties) <= {"kind"}:
        known = "".join(f"readonly {key}: {type_of(each)}; " for key, each in properties.items())
        extra = f" & {{ {known}}}" if known else ""
        return f"{comment(schema, '')}export type {name} = Readonly<Record<string, unknown>>{extra};"
    if "enum" in schema or schema.get("type") == "array":
        return f"{comment(schema, '')}export type {name} = {type_of(schema)};"
    if schema.get("type") != "object" or (not properties and "properties" not in schema and _open(schema)):
        raise ValueError(f"no TypeScript known for {name}: {schema}")
    if not properties and not more:
        return f"{comment(schema, '')}export type {name} = Readonly<Record<string, never>>;"
    always = set(schema.get("required", ()) if required is None else required)
    lines = [
        f"{comment(each, '  ')}  {key}{'' if key in always else '?'}: {type_of(each)};"
        for key, each in properties.items()
    ]
    return f"{comment(schema, '')}export interface {name} {{\n" + "\n".join([*lines, *more]) + "\n}"


def _open(schema: Schema) -> bool:
    return schema.get("additionalProperties") is not False


def type_of(schema: Schema) -> str:
    """The type that a schema tells.

    Raises:
        ValueError: the schema is of no known shape.
    """
    match schema:
        case {"$ref": str(ref)}:
            return ref.rsplit("/", 1)[-1]
        case {"const": str(value)}:
            return f"'{value}'"
        case {"enum": list(values)}:
            return " | ".join(f"'{value}'" for value in values)
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return " | ".join(dict.fromkeys(type_of(option) for option in options))
        case {"type": "array", "items": dict(items)}:
            inner = type_of(items)
            return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
        case {"type": "object", "additionalProperties": True}:
            return "Readonly<Record<string, unknown>>"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"Readonly<Record<string, {type_of(values)}>>"
        case {"type": "string"}:
            return "string"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": "boolean"}:
            return "boolean"
        case {"type": "null"}:
            return "null"
    raise ValueError(f"no TypeScript known for {schema}")


def comment(schema: Schema, indent: str) -> str:
    """A schema's description as the comment before what it describes."""
    text = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
    return f"{indent}/** {text} */\n" if text else ""


def client(document: Schema) -> str:
    """The types of an OpenAPI document: its schemas, and every route with what it takes and answers."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    types = "\n\n".join(declaration(name, schemas[name]) for name in sorted(schemas))
    routes = "\n".join(
        _route(method, path, told) for path, methods in document["paths"].items() for method, told in methods.items()
    )
    prefix = "/api/v1/operations/"
    operations = "\n".join(
        f"  {path.removeprefix(prefix)}: {{ params: {_json(told['requestBody'])}; result: {_json(_answer(told))} }};"
        for path, methods in document["paths"].items()
        if path.startswith(prefix)
        for told in methods.values()
    )
    return (
        "// Written by server/generate.py from the OpenAPI document. Do not edit: run `npm run generate`.\n\n"
        f"{types}\n\n"
        "/** Every route: what stands in its address and behind the question mark, its body, and its answer. */\n"
        f"export interface Routes {{\n{routes}\n}}\n\n"
        "/** Every operation of the engine, by its name. */\n"
        f"export interface Operations {{\n{operations}\n}}\n"
    )


def _route(method: str, path: str, told: Schema) -> str:
    asked: dict[str, list[str]] = {"path": [], "query": []}
    for each in told.get("parameters", ()):
        mark = "" if each["required"] else "?"
        asked[each["in"]].append(f"{each['name']}{mark}: {type_of(each['schema'])}")
    parts = [f"{where}{'?' if where == 'query' else ''}: {{ {'; '.join(of)} }}" for where, of in asked.items() if of]
    if body := told.get("requestBody"):
        parts.append(f"body{'' if body['required'] else '?'}: {_json(body)}")
    parts.append(f"answer: {_json(_answer(told))}")
    summary = comment({"description": told["summary"]}, "  ")
    return f"{summary}  '{method.upper()} {path}': {{ {'; '.join(parts)} }};"


def _answer(told: Schema) -> Schema:
    (answer,) = (each for status, each in told["responses"].items() if re.fullmatch("2..", status))
    return dict(answer)


def _json(told: Schema) -> str:
    return type_of(told["content"]["application/json"]["schema"])
