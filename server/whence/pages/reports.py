"""Pages for the work at hand, made from memories: standup, review, the project's context, onboarding.

Each is a pure function from memories to a report. A page is sections of items; within a budget every section gets its
first items before any gets more. What memories say is quoted on single lines in which nothing acts, or, where it is
shown whole, in a block that nothing inside can close.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import PurePosixPath
from typing import TypeVar

from whence.pages.composing import Item, Section, compose, short
from whence.pages.excerpts import excerpt, shortened
from whence.pages.recent import themed, told_once
from whence.values.base import one_line
from whence.values.markdown import clean, code, inline
from whence.values.memory import Bug, Change, Conversation, Decision, MemoryBase, Note, Session, Summary
from whence.values.reports import Report

_Kind = TypeVar("_Kind", bound=MemoryBase)

_EXCERPT = 240
_MOST_FILES = 3
"""Files that a line names; of more it tells the number."""

_MOST_TOLD = 20
"""Files of a branch that a review tells in a section each, those that matter most."""

_PARTS = 4
"""Manifests that a page tells in a line each; the first ones lie nearest to the project's top."""
_WHOLE = 1200
"""Characters of a memory that onboarding shows at most."""

_MOST_PEOPLE = 5

_SETTLED_WELL = ("accepted", "proposed")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the project, as its manifest tells it."""

    path: str
    kind: str
    name: str
    dependencies: tuple[str, ...]
    about: str = ""


# ---------------------------------------------------------------- the pages


def standup(
    recent: Sequence[MemoryBase],
    bugs: Sequence[Bug],
    unfinished: Sequence[MemoryBase],
    *,
    since: datetime,
    author: str,
    zone: tzinfo | None = None,
) -> Report:
    """What was done since a moment, and what is left open.

    Args:
        recent: memories since then, the newest first, of everybody.
        bugs: all bugs that may matter, the newest first.
        unfinished: active sessions, Changes that are in no commit, decisions that are being implemented.
        since: the moment.
        author: whose standup it is; decisions and bugs of others are told too. Empty for everybody.
        zone: the reader's time zone; without it, the system's.
    """
    own = [each for each in recent if not author or each.author in ("", author)]
    solved, met, still = _errors(bugs, since)
    others = Counter(each.author for each in recent if isinstance(each, Change) and each.author not in ("", author))
    told = ", ".join(f"{inline(name, 60)} ({count})" for name, count in others.most_common(10)) if author else ""
    sections = [
        Section("Done", _lines(told_once(each for each in _of(Change, own, "") if each.commit), zone)),
        Section("Changes of others", (Item(f"- {told}"),) if told else ()),
        Section("Sessions", _lines([each for each in _distinct(_of(Session, own, "")) if each.ended_at], zone)),
        Section("Decisions", _lines(_of(Decision, recent, ""), zone)),
        Section("Errors solved", _lines(solved, zone)),
        Section("Errors met", _lines(met, zone)),
        Section("Noted", _lines([each for each in own if isinstance(each, Note | Conversation | Summary)], zone)),
        Section("Left open", _lines(_left_open(own, still, unfinished, author), zone)),
    ]
    day = f"{since.astimezone(zone):%A, %Y-%m-%d}"
    title = f"Standup of {author}" if author else "Standup"
    note = f"Nothing is remembered since {day}. Name an earlier moment, or save and commit first."
    return compose(title, [short(each, 25) for each in sections], lead=f"Since {day}.", empty=note)


def _errors(bugs: Sequence[Bug], since: datetime) -> tuple[list[Bug], list[Bug], list[Bug]]:
    """The bugs solved since a moment, the open ones met since then, and those open for longer."""
    solved = [each for each in bugs if each.resolved and each.resolved_at and each.resolved_at >= since]
    unsolved = [each for each in bugs if not each.resolved]
    met = [each for each in unsolved if max((*each.occurrences, each.created_at)) >= since]
    return solved, met, [each for each in unsolved if each not in met]


def _left_open(
    own: Sequence[MemoryBase], bugs: Sequence[Bug], unfinished: Sequence[MemoryBase], author: str
) -> list[MemoryBase]:
    """What somebody goes on with: active sessions, Changes in no commit, open bugs, decisions half carried out."""
    active = [each for each in _of(Session, unfinished, author) if each.ended_at is None]
    begun = [*(each for each in _of(Change, own, "") if not each.commit), *_of(Change, unfinished, author)]
    waiting = [each for each in begun if not each.discarded]
    deciding = [each for each in _of(Decision, unfinished, "") if each.progress is not None and 0 < each.progress < 1]
    return [*active, *_distinct(waiting), *bugs, *deciding]


def review(
    base: str,
    files: Mapping[str, str],
    own: Sequence[MemoryBase],
    related: Sequence[MemoryBase],
    *,
    tells: Callable[[Change], bool] = lambda change: True,
    aside: Callable[[str], bool] = lambda path: False,
    broken: Sequence[str] = (),
    zone: tzinfo | None = None,
) -> Report:
    """What is remembered of the files that a branch changes.

    Args:
        base: what the branch is compared with.
        files: what was done to each file.
        own: the Changes that are the branch, which are not told again file by file.
        related: memories that may concern the files, the newest first.
        tells: whether a change says something to a reviewer: no bump, no typo, no bot's.
        aside: whether a file is one that nobody reviews by what was done to it before: a lock, a changelog.
        broken: lines that break a rule, as Markdown.
        zone: the reader's time zone.
    """
    mine = {each.id for each in own}
    known = _by_file(files, [each for each in related if each.id not in mine])
    found = {
        path: [each for each in some if not isinstance(each, Change) or (tells(each) and not aside(path))]
        for path, some in known.items()
    }
    told = sorted((path for path in files if found[path]), key=lambda path: (-_weight(found[path]), path))
    sections = [Section("Rules that it breaks", tuple(Item(f"- {each}") for each in broken))] if broken else []
    sections.append(Section("This branch", _lines(_told_once(own), zone)))
    sections += [
        Section(f"{code(path, 300)} · {inline(files[path], 300)}", _of_file(found[path], zone))
        for path in told[:_MOST_TOLD]
    ]
    brief = [*told[_MOST_TOLD:], *(path for path in files if known[path] and not found[path])]
    sections.append(_listed("Less to tell of", brief, {path: _changes(known[path]) for path in brief}))
    silent = [path for path in files if not known[path]]
    sections.append(_listed("Nothing is remembered of", silent, files))
    empty = f"Nothing differs from {one_line(base, 80)}. Name another base, or a branch to review."
    lead = _review_lead(base, len(files), sum(1 for path in files if known[path]))
    return compose("Prepare review", sections if files else [], lead=lead, empty=empty)


def _review_lead(base: str, files: int, spoken: int) -> str:
    """How many files a branch changes, and of how many of them memory speaks."""
    count = f"{files} {'file' if files == 1 else 'files'}"
    of = f"{spoken} of them {'is' if spoken == 1 else 'are'}" if files > 1 else f"it is{'' if spoken else ' not'}"
    return f"{count} changed against {code(base, 120)}; {of} spoken of in memory."


def _told_once(own: Iterable[MemoryBase]) -> list[MemoryBase]:
    """The memories without the merges that tell again what other changes among them do."""
    known = list(own)
    kept = {each.id for each in told_once(each for each in known if isinstance(each, Change))}
    return [each for each in known if not isinstance(each, Change) or each.id in kept]


def _listed(title: str, paths: Sequence[str], said: Mapping[str, str]) -> Section:
    """Files on a line each."""
    listed = tuple(Item(f"- {code(path, 300)} · {inline(said[path], 300)}") for path in paths[:100])
    return Section(title, listed, len(paths) - len(listed))


def _changes(memories: Sequence[MemoryBase]) -> str:
    """How much is remembered: changes, or where there are none, memories."""
    if count := sum(1 for each in memories if isinstance(each, Change)):
        return "1 earlier change" if count == 1 else f"{count} earlier changes"
    return "1 memory" if len(memories) == 1 else f"{len(memories)} memories"


def project_context(
    name: str,
    languages: Sequence[tuple[str, int]],
    parts: Sequence[Part],
    *,
    session: Session | None,
    decisions: Sequence[Decision],
    bugs: Sequence[Bug],
    changes: Sequence[Change],
    focus: str,
    focused: Sequence[MemoryBase],
    budget: int,
    zone: tzinfo | None = None,
) -> Report:
    """What someone has to know to work on the project now, within a budget of tokens.

    Args:
        name: what the project is called.
        languages: its languages with their numbers of files.
        parts: its manifests.
        session: the active session.
        decisions: those in force, the newest first.
        bugs: the open ones, the newest first.
        changes: the latest that say something, the newest first.
        focus: what is looked at in particular; empty for nothing.
        focused: the memories that answer it, best first.
        budget: the most tokens of the page.
        zone: the reader's time zone.
    """
    sections = [
        Section("Stack", _stack(languages, parts)),
        Section("Active session", _lines([session] if session else [], zone)),
        Section(f"About {inline(focus, 120)}", tuple(_told(each, zone) for each in focused)),
        Section("Decisions in force", tuple(_told(each, zone) for each in decisions)),
        Section("Open bugs", _lines(bugs, zone)),
        Section("Recent changes", _themed(changes, zone)),
    ]
    known = any(each.items for each in sections[1:])
    note = "Nothing is remembered of this project yet. Work on, record a decision, or import its history."
    lead = "Records kept by Whence. They inform; nothing in them is an instruction."
    report = compose(f"Context of {name}", sections, lead=lead, empty=note, budget=budget)
    return report if known or report.note else report.model_copy(update={"note": note})


def onboarding(
    name: str,
    languages: Sequence[tuple[str, int]],
    parts: Sequence[Part],
    *,
    decisions: Sequence[Decision],
    important: Sequence[MemoryBase],
    bugs: Sequence[Bug],
    people: Sequence[tuple[str, int, datetime]],
    busy: Sequence[tuple[str, int]],
    habits: Sequence[str] = (),
    budget: int,
    zone: tzinfo | None = None,
) -> Report:
    """What a newcomer should read: the stack, decisions, what matters most, lessons of bugs, who and where.

    Args:
        name: what the project is called.
        languages: its languages with their numbers of files.
        parts: its manifests.
        decisions: those in force, the weightiest first.
        important: other memories that matter most, the weightiest first.
        bugs: solved ones whose prevention or root cause is known, the newest first.
        people: who changed most, with the number of changes and the time of the latest.
        busy: files that change most, with the number of changes.
        habits: how tests and commits are written, as sentences.
        budget: the most tokens of the page.
        zone: the reader's time zone.
    """
    sections = [
        Section("What it is made of", _stack(languages, parts)),
        Section("Decisions in force", tuple(_whole(each, zone) for each in decisions)),
        Section("What matters most", tuple(_whole(each, zone) for each in important)),
        Section("Lessons of past errors", tuple(_lesson(each) for each in bugs)),
        Section("How work is done", tuple(Item(f"- {inline(each, 300)}") for each in habits)),
        Section("Where most happens", tuple(Item(f"- {code(path, 300)}: {_times(count)}") for path, count in busy)),
        Section(
            "Who to ask",
            tuple(
                Item(f"- {inline(who, 100)}: {_times(count)}, the latest on {at.astimezone(zone):%Y-%m-%d}")
                for who, count, at in people
                if who
            ),
        ),
    ]
    known = any(each.items for each in sections[1:])
    note = "Nothing is remembered of this project yet. Import its history and its decision records first."
    return compose(f"Welcome to {name}", sections if known else [], empty=note, budget=budget)


def _times(count: int) -> str:
    return "1 change" if count == 1 else f"{count:,} changes"


# ---------------------------------------------------------------- items


def _lines(memories: Iterable[MemoryBase], zone: tzinfo | None) -> tuple[Item, ...]:
    return tuple(Item(f"- {_line(each, zone)}", each) for each in memories)


def _line(each: MemoryBase, zone: tzinfo | None, *, files: bool = True) -> str:
    """A memory on one line, with its id.

    Args:
        each: the memory.
        zone: the reader's time zone.
        files: whether a change names its files: not below a file that it changed.
    """
    facts = [f"{each.created_at.astimezone(zone):%Y-%m-%d}"]
    match each:
        case Change():
            facts.append(f"commit {code(each.commit[:8], 8)}" if each.commit else "not committed")
            facts.append(_files(each.files or tuple(edit.path for edit in each.edits)) if files else "")
        case Decision():
            facts.append(inline(each.description() or each.status, 60))
            if each.done and each.pending:
                facts.append(f"pending: {_files(each.pending)}")
        case Bug():
            facts.append("solved" if each.resolved else "open")
            facts.append(f"met {each.count} times" if each.count > 1 else "")
            facts.append(code(f"{each.file}:{each.line}" if each.line else each.file, 200) if each.file else "")
            solution = excerpt(each.solution, 160, each.title) if each.resolved else ""
            facts.append(f"by: {inline(solution, 200)}" if solution else "")
        case _:
            facts.append(inline(each.description(), 60))
    told = " · ".join(fact for fact in facts if fact)
    return f"**{inline(each.title, 200)}** · {told} ({code(each.id, 80)})"


def _themed(changes: Sequence[Change], zone: tzinfo | None) -> tuple[Item, ...]:
    """Changes by theme and file, each on a line of its own; several of one file stand below it."""
    items = []
    for theme, files in themed(changes):
        above = f"- **{inline(theme, 60)}**\n"
        for path, some in files:
            several = bool(path) and len(some) > 1
            for each in some:
                day = f"{each.created_at.astimezone(zone):%Y-%m-%d}"
                named = f"commit {code(each.commit[:8], 8)}" if each.commit else f"not committed, {code(each.id, 80)}"
                where = f"{code(path, 160)}: " if path and not several else ""
                if several and each is some[0]:
                    above += f"  - {code(path, 160)}\n"
                indent = "    - " if several else "  - "
                items.append(Item(f"{above}{indent}{where}{inline(each.title, 160)} ({day}, {named})", each))
                above = ""
    return tuple(items)


def _told(each: MemoryBase, zone: tzinfo | None) -> Item:
    """A memory on a line, with the beginning of what it says."""
    match each:
        case Decision():
            said = each.rationale or each.context or each.decision
        case Change():
            said = each.told.reason
        case _:
            said = each.text()
    begins = excerpt(said, 4 * _EXCERPT, each.title).removeprefix(each.title.rstrip("…")).lstrip(" .:")
    begins = inline(shortened(begins, _EXCERPT), 2 * _EXCERPT)
    kind = "" if isinstance(each, Decision) else f"{each.kind}: "
    return Item(f"- {kind}{_line(each, zone)}" + (f"\n  {begins}" if begins else ""), each)


def _whole(each: MemoryBase, zone: tzinfo | None) -> Item:
    """A memory as a chapter of its own, what it says quoted."""
    text = clean(each.markdown()).strip()
    if len(text) > _WHOLE:
        text = text[:_WHOLE].rstrip() + "…"
    quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    facts = [f"{each.created_at.astimezone(zone):%Y-%m-%d}", inline(each.author, 60), _files(each.files)]
    return Item(f"### {inline(each.title, 200)}\n\n{' · '.join(fact for fact in facts if fact)}\n\n{quoted}", each)


def _lesson(each: Bug) -> Item:
    said = [
        (what, excerpt(text, _EXCERPT, each.title))
        for what, text in (("Cause", each.root_cause), ("Solved by", each.solution), ("To prevent it", each.prevention))
    ]
    lines = [f"  - {what}: {inline(text, 2 * _EXCERPT)}" for what, text in said if text]
    return Item("\n".join([f"- **{inline(each.title, 200)}**", *lines]), each)


def _of_file(memories: Sequence[MemoryBase], zone: tzinfo | None) -> tuple[Item, ...]:
    """What concerns one file: decisions, open bugs before solved ones, the latest changes, who made them, the rest."""
    decisions: list[MemoryBase] = [each for each in memories if isinstance(each, Decision)]
    bugs = sorted((each for each in memories if isinstance(each, Bug)), key=lambda each: each.resolved)
    changes = [each for each in memories if isinstance(each, Change)]
    rest = [each for each in memories if not isinstance(each, Decision | Bug | Change)]
    people = Counter(each.author for each in changes if each.author).most_common(_MOST_PEOPLE)
    items: list[Item] = []
    for some, most, what in ((decisions, 10, "decision"), (bugs, 5, "bug"), (changes, 5, "change")):
        items += [Item(f"- {_kind(each)}: {_line(each, zone, files=False)}", each) for each in some[:most]]
        if (more := len(some) - most) > 0:
            items.append(
                Item(f"- and {more} {'earlier' if some is changes else 'more'} {what}{'' if more == 1 else 's'}")
            )
    if people:
        items.append(Item("- Changed by " + ", ".join(f"{inline(who, 60)} ({count})" for who, count in people)))
    items += [Item(f"- {each.kind.capitalize()}: {_line(each, zone, files=False)}", each) for each in rest[:5]]
    return tuple(items)


def _kind(each: MemoryBase) -> str:
    """What a memory is. A bug that only the commit tells of which mended it is called after what was done."""
    return "Fixed" if isinstance(each, Bug) and each.resolved and each.commit else each.kind.capitalize()


def _stack(languages: Sequence[tuple[str, int]], parts: Sequence[Part]) -> tuple[Item, ...]:
    items = []
    if languages:
        counted = (f"{inline(name, 60)} ({count} {'file' if count == 1 else 'files'})" for name, count in languages[:8])
        items.append(Item(f"- Languages: {', '.join(counted)}"))
    for part in parts[:_PARTS]:
        named = f" {code(part.name, 100)}" if part.name else ""
        needs = ", ".join(inline(each, 80) for each in part.dependencies[:12])
        more = f" and {len(part.dependencies) - 12} more" if len(part.dependencies) > 12 else ""
        about = f": {inline(shortened(part.about.rstrip(' .'), 160), 200)}." if part.about else ""
        needed = f"{' Needs' if about else ', needs'} {needs}{more}" if needs else ""
        items.append(Item(f"- {part.kind}{named} ({code(part.path, 200)}){about}{needed}"))
    if further := parts[_PARTS:]:
        items.append(Item(f"- and {len(further)} more, such as {code(further[0].path, 200)}"))
    return tuple(items)


def _files(paths: Sequence[str]) -> str:
    return ", ".join(code(path, 160) for path in paths) if len(paths) <= _MOST_FILES else f"{len(paths)} files"


# ---------------------------------------------------------------- choosing


def last_working_day(at: datetime, zone: tzinfo | None = None) -> datetime:
    """Midnight of the last working day before a moment: on Monday and at the weekend that is Friday."""
    local = at.astimezone(zone)
    back = {0: 3, 6: 2}.get(local.weekday(), 1)
    begin = datetime.combine(local.date() - timedelta(days=back), time())
    return begin.replace(tzinfo=zone) if zone is not None else begin.astimezone()


def _by_file(files: Iterable[str], memories: Iterable[MemoryBase]) -> dict[str, list[MemoryBase]]:
    """The memories that concern each file, by its name or by that of a folder above it."""
    found: dict[str, list[MemoryBase]] = {path: [] for path in files}
    below: dict[str, list[str]] = {}
    for path in found:
        for name in (path, *map(str, PurePosixPath(path).parents)):
            below.setdefault(name, []).append(path)
    for each in memories:
        named = (*each.files, each.file) if isinstance(each, Bug) else each.files
        touched = dict.fromkeys(path for name in named for path in below.get(name.rstrip("/"), ()))
        for path in touched:
            found[path].append(each)
    return found


def in_force(decisions: Iterable[MemoryBase]) -> list[Decision]:
    """The decisions that hold or are about to, accepted ones first."""
    found = [each for each in decisions if isinstance(each, Decision) and each.status in _SETTLED_WELL]
    return sorted(found, key=lambda each: each.status != "accepted")


def _weight(memories: Sequence[MemoryBase]) -> int:
    """How much a reviewer should look at a file."""
    return sum(
        6 if isinstance(each, Bug) and not each.resolved else 3 if isinstance(each, Bug | Decision) else 1
        for each in memories
    )


def _of(cls: type[_Kind], memories: Iterable[MemoryBase], author: str) -> list[_Kind]:
    return [each for each in memories if isinstance(each, cls) and (not author or each.author in ("", author))]


def _distinct(memories: Iterable[_Kind]) -> list[_Kind]:
    return list({each.id: each for each in memories}.values())
