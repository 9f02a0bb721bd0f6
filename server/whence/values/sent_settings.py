"""Settings as editors send them: nested or under dotted keys, bare or under `whence`, among those of other servers."""

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
    if isinstance(sent, list | tuple) and len(sent) == 1:
        sent = sent[0]  # the answer for the one section that was asked for
    if sent is None or sent == []:
        return {}
    if not isinstance(sent, Mapping):
        raise InvalidSettings(f"The settings that the editor sent are no object. {_FORM}")
    given = {str(key): value for key, value in sent.items()}
    found: dict[str, Any] = {}
    ours = [key for key in given if key == NAME or key.startswith(f"{NAME}.")]
    if "settings" in given:
        _merge(found, understood(given.pop("settings")))
    for key in ours:
        if key == NAME:
            _merge(found, understood(given[key]))
        else:
            _put(found, key.removeprefix(f"{NAME}.").split("."), given[key])
    if not ours:  # those of other servers, if any, stand beside the name of ours
        bare = {key: value for key, value in given.items() if key not in _OWN}
        if bare and not any(_known(key) for key in bare):
            raise InvalidSettings(f"The settings that the editor sent hold none of Whence. {_FORM}")
        for key, value in bare.items():
            _put(found, key.split("."), value)
    return found


def _known(key: str) -> bool:
    """Whether a key is one of ours, or meant to be."""
    first = key_of(key).partition(".")[0]
    names = {each.partition(".")[0] for each in (*GROUPS, *OPTIONS)}
    return any(SequenceMatcher(None, first[:100], name).ratio() >= _ALIKE for name in names)


def _put(found: dict[str, Any], parts: list[str], value: Any) -> None:
    """Set an option by the parts of its key; null leaves it as it is without."""
    name, *rest = (part.replace("-", "_") for part in parts)
    if value is None:
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
