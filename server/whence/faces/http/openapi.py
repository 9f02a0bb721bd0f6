"""The REST face described: its OpenAPI document, and the same as a page that fetches nothing from elsewhere."""

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from whence.faces.http.actions import Action
from whence.values.version import VERSION

_REF = "#/components/schemas/{model}"


def document(actions: Sequence[Action]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes (https://spec.openapis.org/oas/v3.1.0).

    Raises:
        ValueError: two models of one name are spoken of.
    """
    named, schemas = _schemas(actions)
    paths: dict[str, dict[str, Any]] = {}
    for each in actions:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each, named)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Whence", "version": VERSION, "description": "The memory of a codebase."},
        "security": [{"bearer": []}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


class _Whole(GenerateJsonSchema):
    """Says of answers that no field is ever left out, and of requests what must be said."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


_Named = dict[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]
"""The reference to a model as it is asked ("validation") or answered ("serialization")."""


def _schemas(actions: Sequence[Action]) -> tuple[_Named, dict[str, Any]]:
    """The references to all models, and their schemas by name, in which what may be left out differs by direction."""
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (action.body, "validation") for action in actions if action.body is not None
    ]
    wanted += [(action.result, "serialization") for action in actions if action.result is not None]
    wanted = list(dict.fromkeys(wanted))
    named, told = models_json_schema(wanted, ref_template=_REF, schema_generator=_Whole)
    found = told["$defs"]
    if doubled := [name for name in found if "__" in name or name.replace("-Input", "Given") in found.keys() - {name}]:
        raise ValueError(f"models share a name: {', '.join(doubled)}")
    error = {
        "type": "object",
        "properties": {"error": {"type": "string"}, "code": {"type": "integer"}},
        "required": ["error", "code"],
    }
    # A value that is both asked and answered has two schemas, with names that no language takes.
    renamed = (
        json.dumps([[named[each] for each in wanted], found]).replace('-Input"', 'Given"').replace('-Output"', '"')
    )
    references, schemas = json.loads(renamed)
    return dict(zip(wanted, references, strict=True)), {"Error": error, **schemas}


def _described(action: Action, named: _Named) -> dict[str, Any]:
    # An address at the top may be one below /api/v1 too.
    where = action.path.removeprefix("/api/v1") if action.path.startswith("/api/v1/") else f"/top{action.path}"
    name = re.sub(r"[^a-z]+", "_", f"{action.method.lower()}{where}".replace("{id}", "one"))
    fault = {"description": "What is wrong.", "content": _content({"$ref": _REF.format(model="Error")})}
    answer: dict[str, Any] = {"description": action.summary}
    if action.result is not None:
        answer["content"] = _content(named[action.result, "serialization"])
    told: dict[str, Any] = {
        "operationId": name.strip("_"),
        "summary": action.summary,
        "tags": [action.tag],
        "responses": {str(action.status): answer, "default": fault},
    }
    parameters = [
        {"name": each, "in": "path", "required": True, "schema": {"type": "string"}}
        for each in re.findall(r"\{(\w+)\}", action.path)
    ]
    if action.query is not None:
        schema = _inline(action.query)
        parameters += [
            {"name": each, "in": "query", "required": False, "schema": of} for each, of in schema["properties"].items()
        ]
    if parameters:
        told["parameters"] = parameters
    if action.body is not None:
        content = _content(named[action.body, "validation"])
        told["requestBody"] = {"required": not action.empty_body, "content": content}
    return told


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _inline(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="validation")


def page(told: dict[str, Any]) -> str:
    """The document as a page for people."""
    groups: dict[str, list[str]] = {}
    for path, methods in told["paths"].items():
        for method, each in methods.items():
            shape = each.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            asked = shape or [
                f"{one['name']}: {one['schema'].get('type', 'any')}" for one in each.get("parameters", ())
            ]
            details = json.dumps(_resolved(asked, told), indent=2, ensure_ascii=False) if asked else "nothing"
            groups.setdefault(each["tags"][0], []).append(
                f"<details><summary><code>{method.upper()} {escape(path)}</code> {escape(each['summary'])}</summary>"
                f"<pre>{escape(details)}</pre></details>"
            )
    body = "".join(f"<h2>{escape(name.capitalize())}</h2>{''.join(rows)}" for name, rows in groups.items())
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Whence: REST</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem;color-scheme:light dark}details{margin:.3rem 0}pre{overflow:auto;font-size:.85rem}</style>"
        f"<h1>Whence {escape(VERSION)}</h1><p>Every request but <code>GET /health</code> needs the key, as "
        "<code>Authorization: Bearer</code> or <code>X-API-Key</code>. The same for programs: "
        f"<a href=/openapi.json>openapi.json</a>.</p>{body}</html>"
    )


def _resolved(shape: Any, told: dict[str, Any]) -> Any:
    if isinstance(shape, dict) and "$ref" in shape:
        return told["components"]["schemas"].get(shape["$ref"].rsplit("/", 1)[-1], {})
    return shape
