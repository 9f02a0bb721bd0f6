"""Settings as editors send them: nested or under dotted keys, bare or under `whence`, among those of other servers."""

import json
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from whence.values.errors import InvalidSettings
from whence.values.settings import GROUPS, OPTIONS, key_of

NAME = "whence"
"""What our settings are called among those of other servers."""

_OWN = frozenset({"trusted", "asks", "secrets"})
"""What initialization options hold besides settings."""

_FORM = (
    'Write {"whence": {"capture": {"enabled": false}}}, or the same with dotted keys: '
    '{"whence.capture.enabled": false}; `whence config` lists the options.'
)
_NAMED = re.compile(
    rf"(?:(?:lsp|coc|lapce|vim|kate)[-_])?{NAME}(?:[-_](?:lsp|ls|server|language-server))?", re.IGNORECASE
)
"""What people call the server among others."""

_WRAPPERS = (
    *("settings", "config", "lsp", "initializationOptions", "initialization_options", "init_options", "preferences"),
    *("workspace_config", "workspaceConfig"),
)
"""Names under which editors have the settings of a server, which are copied along with them."""

_SERVERS = frozenset(
    {
        "clients",
        "servers",
        "languageserver",
        "language-server",
        "language_server",
        "languageServers",
        "volts",
        "LSP",
        "lsp",
    }
)
"""Names under which the whole file of an editor lists its servers, each with its settings."""

_NOTHING = frozenset({"", "null", ":json-null", "nil"})
_LISP = {":json-false": False, ":json-true": True, ":json-null": None}
"""Values as Emacs writes them, which come as texts where they are quoted wrongly."""

_NAMES = frozenset(each.partition(".")[0] for each in (*GROUPS, *OPTIONS))
"""Our groups, and our options without one."""

_CLIENTS = ("trace",)
"""Settings under a server's name that are the client's."""

_ALIKE = 0.6
"""From which likeness on an unknown name is taken for a misspelt one of ours."""


def understood(sent: object) -> dict[str, Any]:
    """The options in what an editor sent, as the nested mapping that `settings.parse` takes.

    Args:
        sent: initialization options, the settings of `workspace/didChangeConfiguration`, or an answer to
            `workspace/configuration`; nothing, and an empty list, which is how Lua writes an empty table, hold none.

    Raises:
        InvalidSettings: it is of no shape that is known; says which one is.
    """
    if isinstance(sent, str):
        sent = _read(sent)
    if isinstance(sent, list | tuple):  # the answers for the sections that were asked for, or empty
        found: dict[str, Any] = {}
        for each in sent:
            _merge(found, understood(each))
        return found
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        raise InvalidSettings(f"The settings that the editor sent are no object. {_FORM}")
    given = _given(sent)
    found = {}
    ours = [key for key in given if _NAMED.fullmatch(key.partition(".")[0])]
    for wrapped in [given.pop(key) for key in list(given) if key in _WRAPPERS or key in _SERVERS]:
        try:
            _merge(found, understood(wrapped))
        except InvalidSettings:
            if not ours:  # else it is of something else
                raise
    for key in ours:
        name, _, rest = key.partition(".")
        if rest:
            _put(found, rest.split("."), given[key])
        else:
            _merge(found, understood(given[name]))
    if not ours:  # those of other servers, if any, stand beside the name of ours
        _take_bare(found, given)
    return found


def _given(sent: Mapping[Any, Any]) -> dict[str, Any]:
    """What was sent, under keys with dots; of a list of servers what is ours."""
    given = {str(key).strip().lstrip(":").replace("/", "."): value for key, value in sent.items()}
    for key in _SERVERS & given.keys():
        if (chosen := _of_server(given[key])) is not None:
            given[key] = chosen
    return given


def _take_bare(found: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Add the settings that stand under no name, where one of them is ours.

    Raises:
        InvalidSettings: nothing was found, and none of these is ours.
    """
    bare = {key: value for key, value in given.items() if key not in _OWN}
    if bare and not found and not any(map(_known, bare)):
        raise InvalidSettings(f"The settings that the editor sent hold none of Whence. {_FORM}")
    if found:  # beside settings under a name of their own stands what the client keeps of the server
        bare = {key: value for key, value in bare.items() if key_of(key).partition(".")[0] in _NAMES}
    for key, value in bare.items() if any(map(_known, bare)) else ():
        _put(found, key.split("."), value)


def _of_server(listed: object) -> object:
    """What a list of servers has of ours, which is called so or begun by that command; None where it has nothing."""
    if not isinstance(listed, Mapping):
        return None
    for name, entry in listed.items():
        command = entry.get("command") if isinstance(entry, Mapping) else None
        words = command if isinstance(command, list | tuple) else [command]
        if _NAMED.fullmatch(str(name)) or any(_NAMED.fullmatch(str(word).rpartition("/")[2]) for word in words):
            return {NAME: entry}
    return None


def _read(text: str) -> Any:
    """Settings as text, as some editors keep them."""
    if text.strip() in _NOTHING:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _known(key: str) -> bool:
    """Whether a key is one of ours, or meant to be."""
    first = key_of(key).partition(".")[0]
    return any(SequenceMatcher(None, first[:100], name).ratio() >= _ALIKE for name in _NAMES)


def _put(found: dict[str, Any], parts: list[str], value: Any) -> None:
    """Set an option by the parts of its key; null leaves it as it is without."""
    name, *rest = (
        f"{part[:1].lower()}{part[1:]}".replace("-", "_") for part in (each.strip().lstrip(":") for each in parts)
    )
    value = _LISP.get(value, value) if isinstance(value, str) else value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping) and name in GROUPS:
        (value,) = value
    if value is None or name in _CLIENTS:
        return
    if rest:
        inner: dict[str, Any] = {}
        _put(inner, rest, value)
        _merge(found, {name: inner})
    elif isinstance(value, Mapping) or (value == [] and name in GROUPS):
        inner = {}
        for key, each in (value or {}).items():
            _put(inner, str(key).split("."), each)
        _merge(found, {name: inner})
    else:
        _merge(found, {name: value})


def _merge(found: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(found.get(name), dict):
            _merge(found[name], value)
        else:
            found[name] = value
