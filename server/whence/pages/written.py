"""Which conversation wrote lines, in words."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from whence.pages import dates
from whence.values.base import one_line
from whence.values.markdown import code, inline
from whence.values.reports.provenance import Contribution, Origin, Stretch

_ASSISTANTS = {
    "claude-code": "Claude Code",
    "codex": "Codex",
    "vscode": "VS Code",
    "gemini-cli": "Gemini CLI",
    "aider": "aider",
}

_ASKED = 160
"""Characters of the turn that asked."""

_WRITERS = 12
"""Turns that wrote lines of a commit, of which more are not listed."""


def spans(lines: Iterable[int]) -> str:
    """Lines as people write them: `3-5, 9`."""
    found: list[tuple[int, int]] = []
    for number in sorted(lines):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    said = [str(first) if first == last else f"{first}-{last}" for first, last in found[:8]]
    return ", ".join([*said, "…"] if len(found) > len(said) else said)


def item(stretch: Stretch) -> str:
    """Lines and who wrote them, as an item of a list."""
    return (
        f"- {'Line' if len(stretch.lines) == 1 else 'Lines'} {spans(stretch.lines)}: {told(stretch.origins, kept=True)}"
    )


def rest(lines: Sequence[int]) -> str:
    """Lines of which no conversation is known, as an item of a list."""
    who = "by a person, or in a conversation that was not read"
    return f"- {'Line' if len(lines) == 1 else 'Lines'} {spans(lines)}: {who}"


def contributions(written: Sequence[Contribution]) -> str:
    """What wrote the lines of a commit, as a part of a page; nothing where nobody knows."""
    items = [_contribution(each) for each in written[:_WRITERS]]
    if len(written) > _WRITERS:
        items.append(f"- and {len(written) - _WRITERS} more")
    return "\n".join(("## Written in conversations\n", *items)) if items else ""


def _contribution(each: Contribution) -> str:
    said = told(each.origins, kept=True)
    if not each.lines:
        return f"- {said[:1].upper()}{said[1:]}"
    changed = f", {each.mixed:,} of them changed afterwards" if each.mixed and not each.origins[0].mixed else ""
    return f"- {'1 line' if each.lines == 1 else f'{each.lines:,} different lines'}{changed}: {said}"


def told(origins: Sequence[Origin], zone: tzinfo | None = None, *, kept: bool = False) -> str:
    """Who wrote lines: what was asked, when, whom, how sure that is, and who else it may have been.

    Args:
        origins: the likeliest first.
        zone: the reader's time zone; without it, the system's.
        kept: whether the memory that holds the conversation is named.
    """
    first, *others = origins
    rivals = [each for each in others if each.kind == first.kind == "matched"]
    return "; or ".join(_told(each, zone, kept=kept) for each in (first, *rivals[:1]))


def called(assistant: str) -> str:
    """What an assistant is called."""
    return one_line(_ASSISTANTS.get(assistant, assistant), 60)


def brief(origin: Origin, zone: tzinfo | None = None) -> str:
    """Who wrote lines, as plain text on one line: whom, when, what was asked, and how sure that is.

    Args:
        origin: the likeliest.
        zone: the reader's time zone; without it, the system's.
    """
    name = called(origin.assistant)
    if origin.kind == "stated" and not origin.session:
        return f"The commit says that {name} helped"
    head = f"{name}, {dates.day(origin.at, zone)}" if origin.at else name
    asked = f": “{one_line(origin.asked, _ASKED)}”" if origin.asked else ""
    if origin.before:
        asked += f" after “{one_line(origin.before, _ASKED)}”"
    return f"{head}{asked} ({_sure(origin)})"


def _sure(origin: Origin) -> str:
    known = "stated" if origin.kind == "stated" else f"matched, {origin.confidence:.0%} sure"
    return f"{known}, changed afterwards" if origin.mixed else known


def _told(origin: Origin, zone: tzinfo | None, *, kept: bool) -> str:
    name = inline(called(origin.assistant), 60)
    if origin.kind == "stated" and not origin.session:
        return f"the commit says that {name} helped"
    facts = [
        f"{origin.at.astimezone(zone):%Y-%m-%d %H:%M}" if origin.at else "",
        f"{name}{f' ({inline(origin.model, 60)})' if origin.model else ''}",
        f"session {code(origin.session[:8], 20)}",
        f"turn {origin.turn}" if origin.turn else "",
        f"kept as {code(origin.conversation, 80)}" if kept and origin.conversation else "",
        _sure(origin),
    ]
    asked = f"**“{inline(origin.asked, _ASKED)}”**" if origin.asked else ""
    if origin.before:
        asked += f" (after “{inline(origin.before, _ASKED)}”)"
    asked += " – " if asked else ""
    return f"{asked}{', '.join(fact for fact in facts if fact)}"
