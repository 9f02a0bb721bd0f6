"""What an empty group of the tree says: what to do next, as a row that does it when it is chosen.

On hovering it shows a picture of what the group holds once there is something: `media/welcome` has one for each.
"""

from typing import NamedTuple
from urllib.parse import quote

from whence.values.base import one_line
from whence.values.markdown import inline
from whence.values.protocol import TreeNode


class _Welcome(NamedTuple):
    label: str
    tooltip: str
    command: str
    icon: str = "add"
    picture: str = ""


class Folder(NamedTuple):
    """What there is to say of the folder that decides what to do next."""

    trusted: bool = True
    """Whether the workspace is trusted: else git is not run there, and nothing is noticed."""

    git: bool = True
    """Whether it is in a git repository."""

    noticed: bool = True
    """Whether changes are noticed, by whichever window."""


USUAL = Folder()
_NOW = _Welcome(
    "Start a session…",
    "Nothing is open, and nothing was learned today. A session says what you are working on: what is remembered "
    "meanwhile is found by it later.",
    "whence.startSession",
    "play",
    "now",
)
_SAVED = "What you save appears here by itself."
_KINDS = {
    "decision": _Welcome(
        "Record one…",
        "No decision is recorded. Select the lines that it is about first, and *Why* shows it there ever after.",
        "whence.new.decision",
    ),
    "bug": _Welcome(
        "Record one…",
        "No error is recorded. Once one is, with what solved it, you find it again by its message or its trace.",
        "whence.new.bug",
    ),
    "change": _Welcome(
        "Import history…",
        "No change is remembered. Import the commits that are there: each becomes one.",
        "whence.importHistory",
        "history",
    ),
    "conversation": _Welcome(
        "Save one…",
        "No conversation is kept. Save one with an assistant, from the clipboard or a file, to find later what was "
        "said about the code.",
        "whence.saveConversation",
    ),
    "note": _Welcome(
        "Write one…",
        "No note is kept. What is worth knowing about this code and has no other place belongs here.",
        "whence.new.note",
    ),
}
KINDS_SHOWN = tuple(_KINDS)
"""The kinds whose groups stand in the tree before there is anything in them."""


_UNTRUSTED = _Welcome(
    "Trust it…",
    "No change is remembered. In a folder that you don’t trust nothing is noticed, and git is not run.",
    "workbench.trust.manage",
    "shield",
)
_NO_PAST = _Welcome(
    "Nothing yet", "No change is remembered, and there is no git repository to import any from.", "", "info"
)


def of_kind(kind: str, folder: Folder = USUAL) -> list[TreeNode]:
    """The row of a kind of which there is nothing yet; what is noticed by itself has no other where git can't help."""
    if kind not in _KINDS:
        return []
    welcome = _KINDS[kind]
    if welcome.command == "whence.importHistory":
        welcome = welcome if folder.trusted and folder.git else _NO_PAST if folder.trusted else _UNTRUSTED
        welcome = _noticing(welcome, folder)
    return [_row(f"kind/{kind}/hint", welcome._replace(picture=kind))]


def of_now(folder: Folder = USUAL) -> list[TreeNode]:
    """The row of a day on which nothing happened yet."""
    return [_row("now/hint", _noticing(_NOW, folder))]


def _noticing(welcome: _Welcome, folder: Folder) -> _Welcome:
    """The same, with a sentence about what comes by itself where that is so."""
    return welcome._replace(tooltip=f"{welcome.tooltip} {_SAVED}") if folder.noticed else welcome


def of_loss(told: str) -> TreeNode:
    """The row of a memory in which nothing is left of what was there."""
    return _row("hint", _Welcome("Memories are missing", inline(told, 800), "whence.restoreMemory", "warning"))


def of_file(path: str) -> TreeNode:
    """The row of a file of which nothing is remembered."""
    name = one_line(path.rpartition("/")[2], 60)
    told = f"Nothing is remembered of {inline(path, 200)}. Git may know why its lines are there: ask *Why*."
    return _row("hint", _Welcome(f"Ask why {name} is so", told, "whence.why", "question"))


def of_words(text: str) -> TreeNode:
    """The row of words that nothing fits."""
    told = "Nothing fits these words. Try fewer or others, or clear the filter."
    return _row(f"found/{quote(text, safe='')}/hint", _Welcome("Clear the filter", told, "whence.clearFilter", "close"))


def _row(id: str, welcome: _Welcome) -> TreeNode:
    return TreeNode(
        id=id,
        label=welcome.label,
        tooltip=welcome.tooltip,
        icon=welcome.icon,
        picture=welcome.picture,
        context_value="hint",
        command=welcome.command,
    )
