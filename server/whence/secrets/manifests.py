"""What a Secret of Kubernetes holds in its `data` or `stringData`, whatever its entries are called."""

import base64
import binascii
import re
from collections.abc import Iterator

from whence.secrets.randomness import is_placeholder
from whence.secrets.surroundings import is_likely

_REACH = 4000
"""Characters before and behind the kind in which the entries are sought."""
_KIND = re.compile(r"(?m)^[+\- ]?[ \t]*kind:[ \t]*[\"']?Secret[\"']?[ \t]*\r?$")
_ENTRIES = re.compile(r"(?m)^[+\- ]?([ \t]*)(?P<kind>data|stringData):[ \t]*\r?\n")
_ENTRY = re.compile(
    r"[+\- ]?(?P<indent>[ \t]*)(?P<name>[\w.\"'/-]{1,128}):[ \t]+"
    r"(?P<q>[\"']?)(?P<secret>[^\s\"']{4,4096})(?P=q)[ \t]*\r?(?:\n|\Z)"
    r"|(?P<other>[^\n]*)(?:\n|\Z)"
)
_MOST = 200
_OPEN = re.compile(
    r"(?i)user(?:name)?$|(?:^|[._-])(?:host|port|db|database|name|region|bucket|url|endpoint|crt|pem|pub)$"
)
"""Entries that stand beside a secret and are none."""


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every entry of such a manifest that can be a secret."""
    if "Secret" not in text:
        return
    done = 0
    for kind in _KIND.finditer(text):
        if kind.end() <= done:
            continue
        # A manifest ends at a line of three dashes.
        floor = max(done, kind.start() - _REACH)
        first = max(floor, text.rfind("\n---", floor, kind.start()) + 1)
        limit = min(len(text), kind.end() + _REACH)
        stop = text.find("\n---", kind.end(), limit)
        last = limit if stop < 0 else stop
        for entries in _ENTRIES.finditer(text, first, last):
            yield from _entries(text, entries.end(), last, len(entries[1]), entries["kind"] == "data")
        done = last


def _entries(text: str, at: int, last: int, indent: int, encoded: bool) -> Iterator[tuple[int, int, str]]:
    for _ in range(_MOST):
        entry = _ENTRY.match(text, at, last)
        if entry is None or entry.end() == at:
            return
        if entry["other"] is None:
            if len(entry["indent"]) <= indent:
                return
            if not _OPEN.search(entry["name"].strip("\"'")) and _is_secret(entry["secret"], encoded):
                yield *entry.span("secret"), "kubernetes-secret"
        elif entry["other"].strip() and len(entry["other"]) - len(entry["other"].lstrip(" \t+-")) <= indent:
            return
        at = entry.end()


def _is_secret(value: str, encoded: bool) -> bool:
    if is_placeholder(value):
        return False
    if not encoded:
        return is_likely(value) and "://" not in value
    try:
        plain = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(plain) > 3 and not is_placeholder(plain.decode("utf-8", "replace"))
