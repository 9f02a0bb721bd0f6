"""Where settings come from outside the editor: each place goes before those above it.

    defaults                        of `settings`
    whence.toml, the user's         in the user's configuration folder, or the file that WHENCE_CONFIG names
    whence.toml, the project's      at its top; only what can do no harm, and only in a folder that is trusted
    WHENCE_SEARCH_LIMIT and so on   environment variables
    --set search.limit=5            what the caller says: options of a command, arguments of the Python API

An unknown option is an error wherever it stands. The editor's settings are complete, so nothing of this is read there.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from whence.values import toml
from whence.values.base import one_line
from whence.values.errors import InvalidSettings
from whence.values.reports.upkeep import Configuration, ConfigurationFile, Option, Origin
from whence.values.settings import GROUPS, OPTIONS, Settings, closest, key_of, parse

log = logging.getLogger(__name__)

FILE = "whence.toml"

OTHER_VARIABLES = frozenset(
    {
        "WHENCE_HOME",
        "WHENCE_CACHE",
        "WHENCE_CONFIG",
        "WHENCE_API_KEY",
        "WHENCE_MCP_TOKEN",
        "WHENCE_MODEL_WHEEL",
        "WHENCE_PYTHON",
        "WHENCE_AUDIT",
    }
)
"""Environment variables of ours that are no options: places, keys, and what setting up and tests use."""

VARIABLES: dict[str, str] = {f"WHENCE_{key.replace('.', '_').upper()}": key for key in OPTIONS}
"""For each environment variable the option that it sets."""

_HARMLESS = re.compile(r"(search|context|session|code)\.\w+|capture\.(exclude|burst_minutes|max_file_kilobytes)")
"""What a project's own file may decide: how its memory is made and found. Whoever wrote it may be a stranger, so it
decides nothing of what is sent, fetched, spent or read, nor where memory lives. A new option is refused until it stands
here.
"""

_MOST_BYTES = 256 * 1024

_LONGEST_KEY = 200


class _Value(NamedTuple):
    """What one place says of one option."""

    key: str
    value: Any
    origin: Origin
    place: str


class Settled(NamedTuple):
    """The settings that hold, and how they came about."""

    settings: Settings
    configuration: Configuration


def settle(
    folder: Path, given: Mapping[str, Any] | None = None, *, trusted: bool = True, giver: str = "--set"
) -> Settled:
    """The settings for a project, from all places.

    Args:
        folder: a folder of the project.
        given: what the caller says, by key or nested by group; a text is read as a command line's.
        trusted: whether the project's own file may be read.
        giver: how the caller says it, for messages.

    Raises:
        InvalidSettings: an option is unknown or can't have its value, or a file can't be read; it says where.
    """
    values: list[_Value] = []
    notes: list[str] = []
    files: list[ConfigurationFile] = []
    user, project = user_file(), _top(folder) / FILE
    places: list[tuple[Path, Origin]] = [(user, "user")]
    if trusted and project != user:
        places.append((project, "project"))
    for path, origin in places:
        text = _text(path)
        files.append(ConfigurationFile(path=str(path), origin=origin, found=text is not None))
        for each in _of_file(text or "", path, origin):
            if origin == "project" and not _harmless(each.key):
                notes.append(
                    f"{each.place}: {each.key} is left out, since a project does not decide that. You may, in "
                    f"{_shown(user)} or as {_variable(each.key)}."
                )
            else:
                values.append(each)
    values += _of_environment()
    values += [
        _Value(key, _written(key, value), "given", giver) for key, value in _flat(given or {}, lambda key: giver)
    ]
    last = {each.key: each for each in values}
    nested: dict[str, Any] = {}
    for key, each in last.items():
        group, _, name = key.rpartition(".")
        (nested.setdefault(group, {}) if group else nested)[name] = each.value
    settings = parse(nested, {key: each.place for key, each in last.items()})
    plain = settings.model_dump(mode="json")
    options = tuple(
        Option(
            key=key,
            value=_at(plain, key),
            origin=last[key].origin if key in last else "default",
            place=last[key].place if key in last else "",
        )
        for key in OPTIONS
    )
    return Settled(settings, Configuration(options=options, files=tuple(files), notes=tuple(notes)))


def settings_for(
    folder: Path, given: Mapping[str, Any] | None = None, *, trusted: bool = True, giver: str = "--set"
) -> Settings:
    """The same, the settings alone; what was left out goes to the log.

    Raises:
        InvalidSettings: as `settle`.
    """
    settled = settle(folder, given, trusted=trusted, giver=giver)
    for note in settled.configuration.notes:
        log.warning("%s", note)
    return settled.settings


def assignments(words: Iterable[str]) -> dict[str, str]:
    """What options such as `--set search.limit=5` say, by key.

    Raises:
        InvalidSettings: one has no equals sign.
    """
    found = {}
    for each in words:
        name, mark, value = each.partition("=")
        if not mark:
            raise InvalidSettings(f"--set {one_line(each, 60)} has no =; write it as --set search.limit=5.")
        found[name.strip()] = value.strip()
    return found


def user_file() -> Path:
    """The user's own file: WHENCE_CONFIG, or `whence.toml` in the user's configuration folder."""
    if named := os.environ.get("WHENCE_CONFIG"):
        return Path(named).expanduser().resolve()
    return Path(platformdirs.user_config_dir("whence", appauthor=False, roaming=True)) / FILE


# ---------------------------------------------------------------- the places


def _top(folder: Path) -> Path:
    """The top of the work tree around a folder, as far as can be told without git; the folder itself without one."""
    folder = folder.expanduser().resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _harmless(key: str) -> bool:
    return bool(_HARMLESS.fullmatch(key)) and not OPTIONS[key].json_schema_extra  # one that is the user's own has that


def _text(path: Path) -> str | None:
    """What a file says; None where there is none."""
    try:
        if not path.is_file():  # nor a pipe, which would be waited for
            return None
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidSettings(f"{_shown(path)} is larger than {_MOST_BYTES // 1024} KB.")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidSettings(f"{_shown(path)} is not UTF-8 text. Save it as that.") from None
    except OSError as error:
        raise InvalidSettings(f"{_shown(path)} can't be read: {error.strerror or 'it failed'}.") from None


def _of_file(text: str, path: Path, origin: Origin) -> Iterator[_Value]:
    name = f"The project's {FILE}" if origin == "project" else _shown(path)
    try:
        tables = toml.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidSettings(f"{name} is not TOML: {one_line(str(error), 200)}.") from None
    for key, value, line in _located(tables, text, name):
        yield _Value(key, value, origin, f"{name}, line {line}")


def _located(tables: Mapping[str, Any], text: str, name: str) -> Iterator[tuple[str, Any, int]]:
    lines = _lines(text)

    def line(path: str) -> int:
        while path and path not in lines:
            path = path.rpartition(".")[0]  # in a table that is written in one line
        return lines.get(path, 1)

    for key, value in _flat(tables, lambda path: f"{name}, line {line(path)}"):
        yield key, value, line(key)


def _lines(text: str) -> dict[str, int]:
    """For each key and table where it begins. tomllib doesn't tell, so this reads lines: within a text of several lines
    it may be wrong, which misleads by a line and no more.
    """
    found: dict[str, int] = {}
    table = ""
    for number, whole in enumerate(text.splitlines(), 1):
        line = whole.strip()[:_LONGEST_KEY]  # of a longer one the patterns would take for ever
        if header := re.match(r"\s*\[{1,2}\s*([^\]#]+?)\s*\]", line):
            table = _path(header[1])
            found.setdefault(table, number)
        elif entry := re.match(r"""\s*((?:"[^"]*"|'[^']*'|[\w.\s-])+?)\s*=""", line):
            path = f"{table}.{_path(entry[1])}" if table else _path(entry[1])
            found.setdefault(path, number)
    return found


def _path(written: str) -> str:
    return key_of(re.sub(r"[\"'\s]", "", written))


def _of_environment() -> Iterator[_Value]:
    for name, text in sorted(os.environ.items()):
        if not name.startswith("WHENCE_") or name in OTHER_VARIABLES or not text.strip():
            continue
        if name not in VARIABLES:
            like = max(VARIABLES, key=lambda known: SequenceMatcher(None, name, known).ratio())
            raise InvalidSettings(f"There is no option behind the environment variable {name}; the closest is {like}.")
        yield _Value(VARIABLES[name], _written(VARIABLES[name], text.strip()), "environment", name)


def _variable(key: str) -> str:
    return f"WHENCE_{key.replace('.', '_').upper()}"


# ---------------------------------------------------------------- values


def _flat(values: Mapping[str, Any], place: Callable[[str], str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every option with its value, out of groups; `place` tells where a key stands.

    Raises:
        InvalidSettings: one is unknown.
    """
    for name, value in values.items():
        key = key_of(f"{prefix}{name}")
        if key in OPTIONS:
            yield key, value
            continue
        if isinstance(value, Mapping) and "." not in key and (value or key in GROUPS):
            yield from _flat(value, place, f"{key}.")
        elif key in GROUPS:
            example = next(each for each in OPTIONS if each.startswith(f"{key}."))
            raise InvalidSettings(f"{place(key)}: {key} is a group of options, such as {example}.")
        else:
            raise InvalidSettings(
                f"{place(key)}: there is no option {one_line(key, 60)}; the closest is {closest(key)}."
            )


def _written(key: str, value: Any) -> Any:
    """A value as a command line or a variable writes it; a list is JSON, or parts between commas."""
    if not isinstance(value, str) or not isinstance(OPTIONS[key].default, tuple):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value  # which will be refused where its place is told
    return [part.strip() for part in value.split(",") if part.strip()]


def _at(values: Mapping[str, Any], key: str) -> Any:
    found: Any = values
    for part in key.split("."):
        found = found[part]
    return found


def _shown(path: Path) -> str:
    """A path of the user's, without the name of their home."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(path)
