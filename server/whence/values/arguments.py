"""Arguments as models, scripts and people write them, read by what a parameter takes.

A list as JSON text, a number or a truth value as text, null for what may be left out, a word in another case, a day
without a time: where there is one meaning, it is taken. All else is left as it came, for the check of the parameters to
refuse, and `right_form` says how to write it. Nothing that was given is dropped but words for nothing.
"""

import json
import re
import types
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ValidationError
from pydantic.fields import FieldInfo

from whence.values import line_ranges, moments
from whence.values.base import one_line
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS
from whence.values.protocol import CODE
from whence.values.written import cut, listed, literal, of_blocks, unquoted

_NOTHING = frozenset({"", "null", "none", "nil", "undefined"})
_MEMORIES = frozenset({"memory", "fields", "changes"})
"""Parameters that hold fields of a memory."""
_MOST_SHOWN = 30
_ALL = frozenset({"all", "any", "*", "everything"})
"""Words for no choice at all, where some of several may be chosen."""
_FILES = frozenset({"file", "path"})
_SAME_AS = {
    "user": "human",
    "assistant": "ai model bot agent",
    "system": "developer",
    "tool": "function",
    "start": "begin",
    "end": "stop finish",
    "day": "daily",
    "week": "weekly",
    "month": "monthly",
    "markdown": "md",
    "jsonl": "ndjson",
    "create": "add added new created",
    "edit": "modify modified update updated edited",
    "delete": "remove removed deleted",
    "rename": "renamed move moved",
    "refactor": "refactored",
}
"""Other words for words that parameters take, looked up only where these are among the choices."""
_SAME = {other: word for word, others in _SAME_AS.items() for other in others.split()}
_CALLED = {
    "file": "path file_path filepath filename file_name relative_path",
    "start": "line lines line_number start_line line_start first_line from_line",
    "end": "end_line line_end last_line to_line",
    "line": "lines line_number start_line start",
    "query": "q search_query search_term",
    "limit": "max_results top_k num_results",
    "labels": "tags",
    "content": "text body",
    "stack_trace": "stacktrace traceback trace stack",
    "message": "error_message error",
    "title": "name",
}
"""Other names for parameters, which other tools have for theirs."""
_PLENTY = re.compile(r"\+?(\d{1,3}(?:,\d{3})+|\d+)\s*(k?)(?:\s*[a-z]{3,})?", re.IGNORECASE)


def understood(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the model's fields take them, as far as their meaning is plain; what is not known stays as it is.

    Args:
        model: what takes them.
        values: what came, by the fields' names or aliases.

    Raises:
        InvalidRequest: what begins as a list of JSON is none.
    """
    fields = _by_name(model.model_fields)
    taken = _taken(fields, _gathered(fields, _with_lines(fields, _renamed(fields, values))), leaving_out=True)
    for name in _MEMORIES & taken.keys():
        if isinstance(taken[name], dict):
            taken[name] = memory_fields(taken[name], taken.get("kind") or taken[name].get("kind"))
    return taken


def _renamed(fields: Mapping[str, FieldInfo | None], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the names of the fields, where one came under a name that other tools have for it."""
    found = dict(values)
    for name, others in _CALLED.items():
        came = [each for each in values if each not in fields and _plain_name(each) in others.split()]
        if name in fields and name not in values and len(came) == 1:
            found[name] = found.pop(came[0], None)
    return found


def _plain_name(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", name).lower()


def _with_lines(fields: Mapping[str, FieldInfo | None], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with lines told as numbers: `start` of both ends of a range, and a file with lines behind its name."""
    first = next((name for name in ("start", "line") if name in fields), "")
    found = {name: _file(each) if name in _FILES and name in fields else each for name, each in values.items()}
    if "lines" in fields and (lines := line_ranges.read(found["lines"]) if "lines" in found else None):
        found["lines"] = f"{lines[0]}-{lines[1]}" if lines[1] else str(lines[0])
    if not first:
        return found
    for name in (first, "end") if first == "start" else (first,):
        if (lines := line_ranges.read(found.get(name))) and (first == "start" or not lines[1]):
            found[name] = lines[0]
            if name == first and lines[1] and found.get("end") in (None, "", 0, "0"):
                found["end"] = lines[1]
    if isinstance(file := found.get("file"), str) and found.get(first) in (None, "", 0, "0"):
        name, line, last = line_ranges.named(file)
        if line:
            found |= {"file": name, first: line} | ({"end": last} if first == "start" and last else {})
    return found


def _file(value: Any) -> Any:
    """The name of one file, without quotes and without a list around it."""
    if isinstance(value, str):
        value = literal(unquoted(value))
    only = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
    return unquoted(only) if isinstance(only, str) else only


def _gathered(fields: Mapping[str, FieldInfo | None], values: dict[str, Any]) -> dict[str, Any]:
    """The values with those that are fields of the memory's kind among its `fields`, if a parameter of that name takes
    them.
    """
    cls = KINDS.get(str(_choice(values.get("kind"), tuple(KINDS)))) if {"fields", "kind"} <= fields.keys() else None
    if cls is None:
        return values
    of_kind = _by_name(cls.model_fields).keys() - fields.keys() - {"id", "kind", "project"}
    beside = {name: each for name, each in values.items() if name in of_kind and each is not None}
    further = literal(values["fields"]) if isinstance(values.get("fields"), str) else values.get("fields")
    if not beside or not (further is None or isinstance(further, dict)):
        return values
    return {name: each for name, each in values.items() if name not in of_kind} | {"fields": beside | (further or {})}


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
    known = _by_name(model.model_fields)
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    first = errors[0]
    if not first["loc"]:
        return ""
    name = str(first["loc"][0])
    field = known.get(name)
    if field is None or (name not in values and any(str((*each["loc"], "")[0]) not in known for each in errors)):
        return f"It takes: {', '.join(model.model_fields) or 'nothing'}."
    example = f"Write it as {_example(name, field)}."
    return f"What came was {_short(values[name], field)}. {example}" if name in values else example


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
    if isinstance(value, list | tuple) and len(value) == 1 and len(parts) == 1 and parts[0] in (bool, int, float):
        (value,) = value
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
    value = _opened(value, textual=textual)
    if isinstance(value, str):
        own = own and not choices and value[:1] not in ('"', "'", "[", "-")
        value = value if own else _chosen(value, choices) if choices else cut(value) if textual else [literal(value)]
    elif value is not None and not isinstance(value, list | tuple | dict):
        value = [value]
    if not isinstance(value, list | tuple):
        return value
    if textual:
        value = [unquoted(each) if isinstance(each, str) else each for each in value if each not in (None, "")]
    found = [_read(item, inner, choices=choices) for item in value]
    return [] if choices and found and all(isinstance(each, str) and each in _ALL for each in found) else found


def _opened(value: Any, *, textual: bool) -> Any:
    """The list that a text is, or that stands alone in a list: a terminal's option takes one text at a time."""
    if isinstance(value, str):
        return listed(value)
    if textual and isinstance(value, list | tuple) and len(value) == 1:
        found = listed(value[0]) if isinstance(value[0], str) else value[0]
        return found if isinstance(found, list | tuple) else value
    return value


def _chosen(text: str, choices: tuple[str, ...]) -> list[str]:
    """The words that a text names, apart by anything; the text as items of a list where it names others too."""
    words = [word for word in re.split(r"[\s,;|/+&\[\]\"']+", text) if word and word.lower() not in ("and", "or")]
    known = words and all(_choice(word, choices) in choices or word.lower() in _ALL for word in words)
    return words if known else cut(text)


def _one(value: Any, part: Any) -> Any:
    if get_origin(part) is Literal:
        return _choice(value, tuple(each for each in get_args(part) if isinstance(each, str)))
    kind = get_origin(part) or part
    if not isinstance(kind, type):
        return value
    if issubclass(kind, str):
        return json.dumps(value) if isinstance(value, bool | int | float) else of_blocks(value)
    if issubclass(kind, bool | int | float):
        return _plain(value, kind)
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


def _plain(value: Any, kind: type) -> Any:
    """A number or a truth value that was written as a text."""
    if isinstance(value, bool) and kind is not bool:
        raise ValueError(f"{json.dumps(value)} is no number")
    if not isinstance(value, str):
        return value
    text = unquoted(value).rstrip(".")
    if issubclass(kind, int) and kind is not bool and (said := _PLENTY.fullmatch(text)):
        return int(said[1].replace(",", "")) * (1000 if said[2] else 1)
    return text


def _names(kind: type) -> Iterable[str]:
    return kind.model_fields if issubclass(kind, BaseModel) else ()


def _is_mostly_a_file(kind: type) -> bool:
    """Whether a value needs no more than the name of a file, as where the user is."""
    fields = kind.model_fields if issubclass(kind, BaseModel) else {}
    return "file" in fields and not any(field.is_required() for name, field in fields.items() if name != "file")


def _moment(value: Any) -> Any:
    """A moment; without a zone it is meant in the user's, and a day is its beginning there."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    found = moments.said(value)
    if found is None:
        raise ValueError(f"{json.dumps(value)} is no moment" if not isinstance(value, str) else _no_moment(value))
    return found


def _no_moment(text: str) -> str:
    return f"“{one_line(text, _MOST_SHOWN)}” is no moment" if len(text) <= _MOST_SHOWN else "this is no moment"


def _choice(value: Any, choices: tuple[str, ...]) -> Any:
    """The one of some words that is meant: in another case, with other joints, or as a plural."""
    if not isinstance(value, str) or value in choices:
        return value
    by_word = {_word(each): each for each in choices}
    word = _word(value)
    ways = (word, word.removesuffix("s"), _SAME.get(word, ""))
    return next((by_word[each] for each in ways if each in by_word), value)


def _word(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.strip().strip("\"'").lower())


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
        return "2026-05-31, 2026-05-31T12:00:00Z or “3 days ago”"
    return _object(kind) if issubclass(kind, BaseModel | dict) else "a text, not empty"


def _object(kind: Any) -> str:
    names = [*_names(kind)][:2] if isinstance(kind, type) else []
    return "{" + ", ".join(f'"{name}": …' for name in names or ["name"]) + "}"
