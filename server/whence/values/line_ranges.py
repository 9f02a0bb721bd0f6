"""Lines of a file as people, models and forges write them: 10-20, L10-L20, src/cart.py:10, src/cart.py#L10-L20."""

import re
from typing import Any

_NUMBER = r"(?:l(?:ines?)?[\s.]*)?(\d{1,9})"
_RANGE = re.compile(rf"#?{_NUMBER}(?:\s*(?:-|–|—|:|,|\.\.+|to|bis)\s*{_NUMBER})?", re.IGNORECASE)
_AT_END = re.compile(
    r"(?P<file>.+?)(?:#L(?P<first>\d{1,9})(?:C\d+)?(?:-L?(?P<last>\d{1,9})(?:C\d+)?)?"
    r"|:L?(?P<line>\d{1,9})(?:[-,–]L?(?P<until>\d{1,9})|:\d{1,9})?)"
)


def read(value: Any) -> tuple[int, int] | None:
    """The first line and the last, which is 0 where only one was said; None of what says no lines."""
    if isinstance(value, list | tuple) and len(value) in (1, 2) and all(type(each) is int for each in value):
        return int(value[0]), int(value[-1]) if len(value) == 2 else 0
    if not isinstance(value, str):
        return None
    found = _RANGE.fullmatch(value.strip().strip("\"'`[]() "))
    return (int(found[1]), int(found[2] or 0)) if found else None


def named(file: str) -> tuple[str, int, int]:
    """A file's name without the lines that stand behind it, the first of these and the last; 0 where there is none."""
    found = _AT_END.fullmatch(file.strip())
    if found is None:
        return file, 0, 0
    return found["file"], int(found["first"] or found["line"]), int(found["last"] or found["until"] or 0)
