"""Markdown made from text that others wrote: nothing in it may act, hide or pass for ours."""

import re

from whence.values.base import one_line

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters, marks that turn the direction of writing, invisible tags, halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]")
_ACTIVE = re.compile(r"[\\`*\[\]<>~|]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;)|!(?=\[)")


def clean(text: str) -> str:
    """The text with plain line ends, without what a reader can't see but a program or a model would read."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def inline(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, each that Markdown or HTML would act on escaped."""
    return _ACTIVE.sub(r"\\\g<0>", one_line(clean(text), limit))


def code(text: str, limit: int) -> str:
    """The text as inline code on one line of at most `limit` characters."""
    line = one_line(clean(text), limit)
    if "`" not in line:
        return f"`{line}`"
    longest = max(len(run) for run in re.findall("`+", line))
    return f"{'`' * (longest + 1)} {line} {'`' * (longest + 1)}"
