"""JSON Schema as Python: the types of the REST face's Python client, from its OpenAPI document.

What is answered is a class whose fields are attributes, in snake case (`whence.faces.client.records` reads them from
the JSON at run time). What is asked is a `TypedDict` with the names of the wire, and of an operation its arguments.
"""

import keyword
import re
import textwrap
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_NOTE = "Written by server/generate.py from the OpenAPI document. Do not edit: run `npm run generate`."
_OPERATIONS = "/api/v1/operations/"
_WIDTH = 110
"""Columns of a docstring's line."""

_TYPES = f'''"""What the REST face takes and answers.

{_NOTE}
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from whence.faces.client.records import Record, Table

'''
_CLIENT = f'''"""{_NOTE}"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, overload

from whence.faces.client import api
from whence.faces.client.records import Table
from whence.faces.client.transport import AsyncTransport, Transport

'''


# ---------------------------------------------------------------- types


def types(document: Schema) -> str:
    """All of `api.pyi`, unformatted: a record for each schema that is answered, a dictionary for each that is asked."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    asked, told = _reached(document)
    parts = [_record(name, schemas[name]) for name in sorted(told)]
    parts += [_asked(name, schemas[name], asked & told) for name in sorted(asked)]
    parts += [
        _query(method, path, said, asked & told)
        for path, method, said in _routes(document)
        if any(each["in"] == "query" for each in said.get("parameters", ()))
    ]
    return _TYPES + "\n".join(parts)


def _reached(document: Schema) -> tuple[set[str], set[str]]:
    """The names of the schemas that requests mention, and of those that answers do."""
    asked: set[str] = set()
    told: set[str] = {"Error"}
    for _, _, said in _routes(document):
        _gather(said.get("requestBody", {}), document, asked)
        _gather(_answer(said), document, told)
    return asked, told


def _gather(part: Any, document: Schema, found: set[str]) -> None:
    if isinstance(part, list):
        for each in part:
            _gather(each, document, found)
    elif isinstance(part, dict):
        if isinstance(ref := part.get("$ref"), str) and (name := ref.rsplit("/", 1)[-1]) not in found:
            found.add(name)
            _gather(document["components"]["schemas"][name], document, found)
        for each in part.values():
            _gather(each, document, found)


def _record(name: str, schema: Schema) -> str:
    """What is answered, as a class; of no object, as a name for its type."""
    if "properties" not in schema:
        return f"{name}: TypeAlias = {_type(schema)}\n{_docstring(schema, '')}"
    fields = "".join(
        f"    {_attribute(key)}: {_type(each)}\n{_docstring(each, '    ')}"
        for key, each in schema["properties"].items()
    )
    return f"class {name}(Record):\n{_docstring(schema, '    ') or '    ...'}\n{fields}"


def _asked(name: str, schema: Schema, both: set[str]) -> str:
    """What is asked, as a dictionary whose fields have the names of the wire."""
    called = _called(name, both)
    if "properties" not in schema:
        return f"{called}: TypeAlias = {_type(schema, both)}\n"
    if schema.get("additionalProperties") is True and set(schema["properties"]) <= {"kind"}:
        return f"{called}: TypeAlias = Mapping[str, Any]\n"
    needed = set(schema.get("required", ()))
    lines = "".join(
        f"{_comment(each)}    {key}: {_wanted(each, key in needed, both)}\n"
        for key, each in schema["properties"].items()
    )
    return f"class {called}(TypedDict):\n{_docstring(schema, '    ') or '    ...'}\n{lines}"


def _wanted(schema: Schema, needed: bool, both: set[str]) -> str:
    kind = _type(schema, both)
    return kind if needed else f"NotRequired[{kind}]"


def _query(method: str, path: str, said: Schema, both: set[str]) -> str:
    """What may stand behind an address's question mark."""
    lines = "".join(
        f"    {each['name']}: {_wanted(each['schema'], each['required'], both)}\n"
        for each in said["parameters"]
        if each["in"] == "query"
    )
    text = f"What may stand behind the question mark of `{method.upper()} {path}`."
    return f"class {_named_query(said)}(TypedDict):\n{_docstring({'description': text}, '    ')}\n{lines}"


def _named_query(said: Schema) -> str:
    return "".join(part.title() for part in said["operationId"].split("_")) + "Query"


def _called(name: str, both: set[str]) -> str:
    return f"{name}Given" if name in both else name


def _attribute(key: str) -> str:
    """A field's name in snake case.

    Raises:
        ValueError: it is a word of Python's own.
    """
    name = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", key)
    if keyword.iskeyword(name) or not name.isidentifier():
        raise ValueError(f"{key} can't be an attribute")
    return name


def _type(schema: Schema, asked: set[str] | None = None, prefix: str = "") -> str:
    """The type that a schema tells.

    Args:
        schema: the schema.
        asked: of a request, the schemas that are answered by the same name; None of an answer.
        prefix: what names of schemas stand in.

    Raises:
        ValueError: the schema is of no known shape.
    """
    told = asked is None
    match schema:
        case {"$ref": str(ref)}:
            name = ref.rsplit("/", 1)[-1]
            return prefix + (name if asked is None else _called(name, asked))
        case {"const": str(value)}:
            return f"Literal[{value!r}]"
        case {"enum": list(values)}:
            return f"Literal[{', '.join(map(repr, values))}]"
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return " | ".join(dict.fromkeys(_type(option, asked, prefix) for option in options))
        case {"type": "array", "items": dict(items)}:
            inner = _type(items, asked, prefix)
            return f"tuple[{inner}, ...]" if told else f"Sequence[{inner}]"
        case {"type": "object", "additionalProperties": True}:
            return "Table[Any]" if told else "Mapping[str, Any]"
        case {"type": "object", "additionalProperties": dict(values)}:
            inner = _type(values, asked, prefix)
            return f"Table[{inner}]" if told else f"Mapping[str, {inner}]"
        case {"type": "string"}:
            return "str"
        case {"type": "integer"}:
            return "int"
        case {"type": "number"}:
            return "float"
        case {"type": "boolean"}:
            return "bool"
        case {"type": "null"}:
            return "None"
    raise ValueError(f"no Python known for {schema}")


# ---------------------------------------------------------------- the client


def client(document: Schema) -> str:
    """All of `memory.pyi`, unformatted: both clients, with every route and every operation."""
    asked, told = _reached(document)
    classes = []
    for name, base, word in (("Client", "Transport", "def"), ("AsyncClient", "AsyncTransport", "async def")):
        said = "Asks one `whence serve`, and waits for its answers." if word == "def" else "The same, to be awaited."
        routes = [
            _overload(word, method, path, each, asked & told)
            for path, method, each in _routes(document)
            if not path.startswith(_OPERATIONS)
        ]
        operations = [
            _method(word, path, each, document, asked & told)
            for path, _, each in _routes(document)
            if path.startswith(_OPERATIONS)
        ]
        classes.append(f'class {name}({base}):\n    """{said}"""\n\n' + "\n".join([*routes, *operations]))
    return _CLIENT + "\n".join(classes)


def names(document: Schema) -> str:
    """All of `names.py`: what operations there are, and what each takes."""
    lines = ""
    for path, _, said in _routes(document):
        if path.startswith(_OPERATIONS):
            taken = "".join(f"{_attribute(key)!r}, " for key in _params(said, document)["properties"])
            line = f"    {path.removeprefix(_OPERATIONS)!r}: ({taken.strip()}),"
            lines += textwrap.fill(line, _WIDTH, subsequent_indent=" " * 8) + "\n"
    return (
        f'"""The operations that a server answers.\n\n{_NOTE}\n"""\n\n'
        f"# fmt: off\nOPERATIONS: dict[str, tuple[str, ...]] = {{\n{lines}}}\n# fmt: on\n"
        '"""What each operation takes, in order, by its name."""\n'
    )


def _params(said: Schema, document: Schema) -> Schema:
    """What an operation takes, as a schema."""
    return dict(document["components"]["schemas"][_json(said["requestBody"])["$ref"].rsplit("/", 1)[-1]])


def _overload(word: str, method: str, path: str, said: Schema, both: set[str]) -> str:
    given = [f"route: Literal['{method.upper()} {path}']"]
    more = [f"{name}: str" for name in re.findall(r"\{(\w+)\}", path)]
    if any(each["in"] == "query" for each in said.get("parameters", ())):
        more.append(f"query: api.{_named_query(said)} = ...")
    if body := said.get("requestBody"):
        more.append(f"body: {_type(_json(body), both, 'api.')}{'' if body['required'] else ' = ...'}")
    signature = ", ".join([*given, *(["*", *more] if more else [])])
    text = _docstring({"description": said["summary"]}, "        ")
    return f"    @overload\n    {word} request(self, {signature}) -> {_type(_answer(said), None, 'api.')}:\n{text}"


def _method(word: str, path: str, said: Schema, document: Schema, both: set[str]) -> str:
    schema = _params(said, document)
    needed = set(schema.get("required", ()))
    arguments = [
        f"{_attribute(key)}: {_type(each, both, 'api.')}{'' if key in needed else ' = ...'}"
        for key, each in schema["properties"].items()
    ]
    signature = ", ".join(["self", *arguments])
    text = _docstring({"description": said["summary"]}, "        ")
    name = path.removeprefix(_OPERATIONS)
    return f"    {word} {name}({signature}) -> {_type(_answer(said), None, 'api.')}:\n{text}"


# ---------------------------------------------------------------- the document


def _routes(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield path, method, said


def _answer(said: Schema) -> Schema:
    (answer,) = (each for status, each in said["responses"].items() if re.fullmatch("2..", status))
    return _json(answer)


def _json(part: Schema) -> Schema:
    return dict(part["content"]["application/json"]["schema"])


def _plain(schema: Schema) -> str:
    return " ".join(str(schema.get("description", "")).split())


def _comment(schema: Schema) -> str:
    """What is said of a field of a dictionary, which has no docstrings."""
    return f"    # {_plain(schema)}\n" if _plain(schema) else ""


def _docstring(schema: Schema, indent: str) -> str:
    text = _plain(schema).replace("\\", "\\\\").replace('"""', "'''")
    if not text:
        return ""
    filled = textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    space = " " if filled.endswith('"') else ""
    return f'{indent}"""{filled}{space}"""\n'
