"""Arguments as models, scripts and people write them, read by what a parameter takes.

A list as JSON text, a number or a truth value as text, null for what may be left out, a word in another case, a day
without a time: where there is one meaning, it is taken. All else is left as it came, for the check of the parameters to
refuse, and `right_form` says how to write it. Nothing that was given is dropped but words for nothing.
"""

import ast
import json
import re
import types
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ValidationError
from pydantic.fields import FieldInfo

from whence.values.base import one_line
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS
from whence.values.protocol import CODE

_NOTHING = frozenset({"", "null", "none", "nil", "undefined"})
_MEMORIES = frozenset({"memory", "fields", "changes"})
"""Parameters that hold fields of a memory."""
_MOST_LITERAL = 100_000
"""Characters of a text that is read as a list or an object."""
_MOST_SHOWN = 30


def understood(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the model's fields take them, as far as their meaning is plain; what is not known stays as it is.

    Args:
        model: what takes them.
        values: what came, by the fields' names or aliases.

    Raises:
        InvalidRequest: what begins as a list of JSON is none.
    """
    fields = _by_name(model.model_fields)
    taken = _taken(fields, values, leaving_out=True)
    for name in _MEMORIES & taken.keys():
        if isinstance(taken[name], dict):
            taken[name] = memory_fields(taken[name], taken.get("kind") or taken[name].get("kind"))
    return taken


def memory_fields(values: Mapping[str, Any], kind: object = None) -> dict[str, Any]:
    """Fields of a memory, understood.

    Args:
        values: what came.
        kind: the kind of a new memory; without it these are changes, in which null is a value like any other.
    """
    known = _choice(kind, tuple(KINDS))
    if cls := KINDS.get(known) if isinstance(known, str) else None:
        taken = _taken({**_by_name(cls.model_fields), "kind": None}, values, leaving_out=True)
        return taken | ({"kind": known} if "kind" in taken else {})
    shared: dict[str, FieldInfo | None] = {}
    for each in KINDS.values():
        for name, field in _by_name(each.model_fields).items():
            first = shared.setdefault(name, field)
            if first is not None and field is not None and first.annotation != field.annotation:
                shared[name] = None  # which one is meant, the memory's kind tells where the change is made
    return _taken(shared, values, leaving_out=False)


def right_form(model: type[BaseModel], error: ValidationError, values: Mapping[str, Any]) -> str:
    """What came for the first field that is wrong, in short, and how to write it, as a sentence; never a long value.

    Args:
        model: what refused the values.
        error: its refusal.
        values: what came.
    """
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if not first["loc"]:
        return ""
    name = str(first["loc"][0])
    field = _by_name(model.model_fields).get(name)
    if field is None:
        return f"It takes: {', '.join(model.model_fields) or 'nothing'}."
    example = f"Write it as {_example(name, field)}."
    return f"What came was {_short(values[name], field)}. {example}" if name in values else example


def listed(text: str) -> Any:
    """The list that a text is the JSON of, or Python's way to write it; else the text itself.

    Raises:
        ValueError: it begins as one, and is none.
    """
    text = text.strip()
    if not text.startswith("["):
        return text
    found = literal(text)
    if isinstance(found, list):
        return found
    if text[1:].lstrip()[:1] in ('"', "'"):
        raise ValueError("this is no JSON array of texts")
    return text  # a name such as `[id].tsx`


def _by_name(fields: Mapping[str, FieldInfo]) -> dict[str, FieldInfo | None]:
    return {key: field for name, field in fields.items() for key in (name, field.alias or name)}


def _taken(fields: Mapping[str, FieldInfo | None], values: Mapping[str, Any], *, leaving_out: bool) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            taken[name] = value
        elif not (leaving_out and _absent(value, field)):
            try:
                taken[name] = _read(value, field.annotation, field.metadata, _enumerated(name, field))
            except ValueError as error:
                raise InvalidRequest(f"{name}: {error}. Write it as {_example(name, field)}.") from None
    return taken


def _absent(value: Any, field: FieldInfo) -> bool:
    """Whether a value says that there is none, for a field that may be left out."""
    if field.is_required() or not (value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING)):
        return False
    if value is None:
        return type(None) not in get_args(field.annotation)
    parts = _parts(field.annotation)
    if value.strip() == "" and any(get_origin(part) is tuple for part in parts):
        return False  # no items, which is something else where a list is replaced
    return not any(part is str or (get_origin(part) is Literal and value in get_args(part)) for part in parts)


def _read(value: Any, annotation: Any, marks: Iterable[Any] = (), choices: tuple[str, ...] = ()) -> Any:
    parts = _parts(annotation)
    if choices and isinstance(value, str) and not any(get_origin(part) is tuple for part in parts):
        return _choice(value, choices)
    if len(parts) != 1:
        return value
    (part,) = parts
    if get_origin(part) in (tuple, list):
        own = any(isinstance(mark, BeforeValidator) for mark in (*marks, *_marks(annotation)))
        return _items(value, get_args(part)[0], own=own, choices=choices)
    return _one(value, part)


def _items(value: Any, inner: Any, *, own: bool, choices: tuple[str, ...]) -> Any:
    """The items of a list, however it was written; `own` says that the field cuts texts by itself."""
    textual = _parts(inner) == [str] or bool(choices) or get_origin(_parts(inner)[0]) is Literal
    if isinstance(value, str):
        value = listed(value)
    elif isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], str) and textual:
        found = listed(value[0])  # a terminal's option takes one text at a time
        value = found if isinstance(found, list) else value
    if isinstance(value, str) and not (own and not choices):
        value = cut(value) if textual else [literal(value)]
    elif value is not None and not isinstance(value, str | list | tuple):
        value = [value]
    if isinstance(value, list | tuple):
        return [_read(item, inner, choices=choices) for item in value]
    return value


def cut(text: str) -> list[str]:
    """Texts that stand in one: line by line, or between commas where each is one word."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and "," in lines[0]:
        words = [word.strip() for word in lines[0].split(",") if word.strip()]
        if not any(re.search(r"\s", word) for word in words):
            return words
    return lines


def _one(value: Any, part: Any) -> Any:
    if get_origin(part) is Literal:
        return _choice(value, tuple(each for each in get_args(part) if isinstance(each, str)))
    kind = get_origin(part) or part
    if not isinstance(kind, type):
        return value
    if issubclass(kind, str):
        return json.dumps(value) if isinstance(value, bool | int | float) else value
    if issubclass(kind, datetime | AwareDatetime):
        return _moment(value)
    if issubclass(kind, BaseModel | dict):
        if isinstance(value, str):
            found = literal(value)
            if isinstance(found, dict):
                value = found
            elif _is_mostly_a_file(kind):
                value = {"file": value}
        return understood(kind, value) if issubclass(kind, BaseModel) and isinstance(value, dict) else value
    return value.strip() if isinstance(value, str) else value


def _names(kind: type) -> Iterable[str]:
    return kind.model_fields if issubclass(kind, BaseModel) else ()


def _is_mostly_a_file(kind: type) -> bool:
    """Whether a value needs no more than the name of a file, as where the user is."""
    fields = kind.model_fields if issubclass(kind, BaseModel) else {}
    return "file" in fields and not any(field.is_required() for name, field in fields.items() if name != "file")


def _moment(value: Any) -> Any:
    """A moment; without a zone it is meant in the user's, and a day is its beginning there."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", value.strip(), flags=re.IGNORECASE)
    text = re.sub(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", lambda day: f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}", text)
    text = re.sub(r"^(\d{4}-\d\d-\d\d)\+00:00$", r"\1T00:00+00:00", text)
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.astimezone()
    except (ValueError, OverflowError, OSError):
        return value


def _choice(value: Any, choices: tuple[str, ...]) -> Any:
    """The one of some words that is meant: in another case, with other joints, or as a plural."""
    if not isinstance(value, str) or value in choices:
        return value
    by_word = {_word(each): each for each in choices}
    word = _word(value)
    return by_word.get(word, by_word.get(word.removesuffix("s"), value))


def _word(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.strip().strip("\"'").lower())


def literal(text: str) -> Any:
    """What a text says as JSON, or as Python writes lists and objects; else the text."""
    plain = text.strip()
    if plain[:1] not in ("[", "{") or len(plain) > _MOST_LITERAL:
        return text
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        pass
    try:
        found = ast.literal_eval(plain)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text
    return list(found) if isinstance(found, list | tuple) else found


def _parts(annotation: Any) -> list[Any]:
    """The types that a value may have, without None and without what only constrains them."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for each in get_args(annotation) if each is not type(None) for part in _parts(each)]
    return [annotation]


def _marks(annotation: Any) -> Iterable[Any]:
    if get_origin(annotation) is Annotated:
        yield from get_args(annotation)[1:]
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        for each in get_args(annotation):
            yield from _marks(each)


def _enumerated(name: str, field: FieldInfo) -> tuple[str, ...]:
    """The words that a field takes, where it is not its type that says so."""
    if name in ("kind", "kinds"):
        return (*KINDS, CODE)
    for part in _parts(field.annotation):
        inner = get_args(part)[0] if get_origin(part) in (tuple, list) else part
        for each in _parts(inner):
            if get_origin(each) is Literal:
                return tuple(word for word in get_args(each) if isinstance(word, str))
    return ()


def _short(value: Any, field: FieldInfo) -> str:
    """What came, in short; a text that could be anything is not repeated, since it may be secret."""
    parts = _parts(field.annotation)
    origins = [get_origin(part) or part for part in parts]
    match value:
        case None:
            return "null"
        case bool() | int() | float():
            return json.dumps(value)
        case str() if str not in parts and len(value) <= _MOST_SHOWN:
            objects = any(isinstance(part, type) and issubclass(part, BaseModel) for part in parts) or dict in origins
            return f"the text “{one_line(value, _MOST_SHOWN)}”" + (", which is no JSON object" if objects else "")
        case str():
            return f"a text of {len(value)} characters"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "an object"


def _example(name: str, field: FieldInfo) -> str:
    (part, *_) = _parts(field.annotation) or [str]
    if get_origin(part) in (tuple, list):
        (inner, *_) = _parts(get_args(part)[0])
        word = next(iter(_enumerated(name, field)), "src/app.py" if name in ("files", "paths") else "one")
        return f'["{word}"]' if inner is str or get_origin(inner) is Literal else f"[{_object(inner)}]"
    if words := _enumerated(name, field):
        return "one of " + ", ".join(words)
    kind = get_origin(part) or part
    if not isinstance(kind, type):
        return "text"
    for known, told in ((bool, "true or false"), (int, "a number such as 5"), (float, "a number such as 0.5")):
        if issubclass(kind, known):
            return told
    if issubclass(kind, datetime | AwareDatetime):
        return "2026-05-31 or 2026-05-31T12:00:00Z"
    return _object(kind) if issubclass(kind, BaseModel | dict) else "a text, not empty"


def _object(kind: Any) -> str:
    names = [*_names(kind)][:2] if isinstance(kind, type) else []
    return "{" + ", ".join(f'"{name}": …' for name in names or ["name"]) + "}"
