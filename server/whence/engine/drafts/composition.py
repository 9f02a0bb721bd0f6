"""Commit messages and descriptions of pull requests, composed by rules from edits and memories: pure functions."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from whence.analysis.commit_style import Style, goal_of, imperative, subject, ticket_of
from whence.engine.drafts.edits import by_edits, kind_of
from whence.git.edits import is_test
from whence.values import reason
from whence.values.base import one_line, unique
from whence.values.markdown import clean, code, inline
from whence.values.memory import Bug, Change, Decision, FileEdit, MemoryBase, Note, Session

_WIDTH = 72
"""Characters of a line of a commit message's body (git's guide, `git help commit`)."""

_LISTED = 40
"""Entries of a list; of more their number is told."""

_IN_BODY = 10
"""Files that the body of a commit message lists."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of edits."""

    session: Session | None = None
    """The session that they came to be in."""

    changes: tuple[Change, ...] = ()
    """The Changes that tell of them, oldest first."""

    decisions: tuple[Decision, ...] = ()
    """The decisions that they follow, oldest first."""

    solved: tuple[Bug, ...] = ()
    """The bugs that they solve."""

    unsolved: tuple[Bug, ...] = ()
    """The bugs that were met beside, and are open."""

    notes: tuple[Note, ...] = ()
    """What was noted in the session."""

    @property
    def memories(self) -> tuple[MemoryBase, ...]:
        """All of them, the Changes last."""
        session = (self.session,) if self.session else ()
        return (*session, *self.decisions, *self.solved, *self.unsolved, *self.notes, *self.changes)


def commit_message(edits: Sequence[FileEdit], known: Known, how: Style, branch: str) -> tuple[str, str]:
    """Subject and body of the message for these edits."""
    reasons = unique(_first(reason.said(change.reason)) for change in known.changes)
    if len(reasons) == 1:
        said = reasons[0]
    elif len(known.solved) == 1:
        said = f"Fix {_named(known.solved[0])}"
    elif len(known.decisions) == 1:
        said = imperative(known.decisions[0].title)
    elif reasons and known.session:
        said = known.session.goal
    else:
        said = by_edits(edits)
    title = _titled(said, edits, known, how, branch)
    more = [*(reasons if len(reasons) > 1 else ()), *(said for _ in "1" if not _holds(title, said))]
    blocks = [_bullets(more)]
    if not more and len(edits) > 1:
        blocks.append(_bullets([_did(edit) for edit in edits[:_IN_BODY]], len(edits) - _IN_BODY))
    blocks.append("\n".join(textwrap.wrap(" ".join(_because(decision) for decision in known.decisions), _WIDTH)))
    blocks.append(_bullets([f"{_plain(bug.title)}: {_plain(bug.solution)}" for bug in known.solved if bug.solution]))
    blocks.append("\n".join(closing(known.solved)))
    return title, "\n\n".join(block for block in blocks if block)


def pull_request(
    edits: Sequence[FileEdit], messages: Sequence[str], known: Known, how: Style, branch: str
) -> tuple[str, str]:
    """Title and description, in Markdown, of the pull request with these edits.

    Args:
        edits: what it changes.
        messages: those of its commits, oldest first.
        known: what is remembered of it.
        how: the project's way with subjects.
        branch: its name.
    """
    subjects = [reason.subject(message) for message in telling(messages)]
    if known.session:
        said = known.session.goal
    elif len(subjects) == 1:
        said = subjects[0]
    else:
        said = goal_of(branch) or (subjects[0] if subjects else by_edits(edits))
    title = _titled(said, edits, known, how, branch)
    reasons: dict[str, list[str]] = {}
    for change in known.changes:
        for edit in change.edits:
            said_of_it = _first(reason.said(change.reason))
            if said_of_it and said_of_it not in reasons.setdefault(edit.path, []):
                reasons[edit.path].append(said_of_it)
    what = [f"- {inline(each, 200)}" for each in unique(subjects)] if len(subjects) > 1 else []
    files = [_file(each, reasons.get(each.path, ())) for each in edits]
    bodies = unique(_body(message) for message in messages)
    why = [*_aims(known), *(_quoted(each) for each in bodies[:_LISTED])]
    return title, _sections(edits, known, [*_most(what), *([""] if what and files else []), *_most(files)], why)


def described(
    edits: Sequence[FileEdit],
    known: Known,
    *,
    what: Sequence[str],
    why: str,
    tested: Sequence[str] = (),
    careful: Sequence[str] = (),
) -> str:
    """The description of a pull request from a model's words; decisions and errors stand in it as they are remembered.

    Args:
        edits: what it changes.
        known: what is remembered of it.
        what: what it changes, in sentences.
        why: why.
        tested: how it was tested.
        careful: what to look at closely.
    """
    changes = [f"- {inline(each, 500)}" for each in what] or [_file(edit, ()) for edit in edits]
    reasons = [inline(each, 1000) for each in clean(why).split("\n\n") if each.strip()]
    told, look = ([f"- {inline(line, 500)}" for line in lines] for lines in (tested, careful))
    return _sections(edits, known, _most(changes), ["\n\n".join(reasons)], told, look)


def telling(messages: Sequence[str]) -> list[str]:
    """The messages that give a reason; all of them where none does, which still name what was done."""
    return [message for message in messages if reason.said(message)] or list(messages)


def _body(message: str) -> str:
    """What a message gives as reason below its subject."""
    said = clean(reason.said(message)).strip()
    first, _, rest = said.partition("\n")
    return rest.strip() if first.strip() == clean(reason.subject(message)).strip() else said


def _sections(
    edits: Sequence[FileEdit],
    known: Known,
    what: Sequence[str],
    why: Sequence[str],
    tested: Sequence[str] = (),
    careful: Sequence[str] = (),
) -> str:
    tests = [f"- {code(edit.path, 300)} ({_lines(edit)})" for edit in edits if is_test(edit.path)]
    noted = [f"- {inline(_first(note.content), 300)}" for note in known.notes if _of_tests(note)]
    sections: tuple[tuple[str, Sequence[str]], ...] = (
        ("What", what),
        ("Why", why),
        ("How it was tested", [*tested, *_most(tests), *_most(noted)] or ["No test is among the changes."]),
        ("To look at closely", careful),
        ("Decisions", _most([_decided(decision) for decision in known.decisions])),
        ("Errors solved", _most([_solved(each) for each in known.solved])),
        ("Known problems", _most([f"- {inline(bug.title, 200)}" for bug in known.unsolved])),
        ("Closes", [f"- {line}" for line in closing(known.solved)]),
    )
    return "\n\n".join(f"## {name}\n\n" + "\n".join(lines) for name, lines in sections if lines)


def _aims(known: Known) -> list[str]:
    if known.session is None:
        return []
    return [inline(known.session.goal, 300), *(f"- {inline(each, 300)}" for each in known.session.goals)]


def closing(bugs: Iterable[Bug]) -> tuple[str, ...]:
    """Lines that close the issues of these bugs."""
    return unique(f"Fixes #{number}" for each in bugs for number in each.issues)


def changed(edits: Sequence[FileEdit], characters: int) -> tuple[list[tuple[FileEdit, str]], int]:
    """Each file's diff within so many characters of all together; what short ones leave goes to the longer ones.

    Returns:
        The edits that have a diff, with as much of it as fits, and how many of their lines do not.
    """
    held = [edit for edit in edits if edit.diff]
    left, shares = characters, [0] * len(held)
    for done, at in enumerate(sorted(range(len(held)), key=lambda at: len(held[at].diff))):
        shares[at] = min(len(held[at].diff), left // (len(held) - done))
        left -= shares[at]
    shown, cut = [], 0
    for edit, share in zip(held, shares, strict=True):
        kept = edit.diff if share >= len(edit.diff) else edit.diff[:share].rpartition("\n")[0]
        lines = edit.diff.count("\n") - kept.count("\n")
        cut += lines
        shown.append((edit, f"{kept}\n… {lines} more lines" if lines else kept))
    return shown, cut


# ---------------------------------------------------------------- words


def _titled(said: str, edits: Sequence[FileEdit], known: Known, how: Style, branch: str) -> str:
    area = next((each for each in _areas(edits) if each in (*how.scopes, *how.areas)), "")
    return subject(
        how, _plain(said), kind=kind_of(edits, said, solves=bool(known.solved)), area=area, ticket=ticket_of(branch)
    )


def _areas(edits: Sequence[FileEdit]) -> list[str]:
    """Folders and names of the files, the most frequent first."""
    found: Counter[str] = Counter()
    for each in edits:
        path = PurePosixPath(each.path)
        found.update({*path.parent.parts, path.stem, *(str(parent) for parent in path.parents if parent.name)})
    return [name for name, _ in found.most_common()]


def _named(bug: Bug) -> str:
    return re.sub(r"\s*#\d+\b", "", bug.title).strip() or bug.title


def _first(text: str) -> str:
    return next((line.strip() for line in text.strip().splitlines() if line.strip()), "")


def _plain(text: str) -> str:
    return one_line(clean(text), 500)


def _holds(title: str, said: str) -> bool:
    """Whether a subject says all of what was said."""
    words = imperative(_plain(said)).rstrip(".").casefold().split()
    return " ".join(words[1:]) in title.casefold()


def _did(edit: FileEdit) -> str:
    verbs = {"create": "add", "delete": "remove", "rename": "move", "refactor": "refactor"}
    verb = verbs.get(edit.action, "change")
    moved = f" from {edit.old_path}" if edit.old_path else ""
    return f"{verb} {edit.path}{moved}" + (f" ({', '.join(edit.symbols[:3])})" if edit.symbols else "")


def _because(each: Decision) -> str:
    return f"Follows the decision “{_plain(each.title)}”" + (f": {_plain(each.rationale)}" if each.rationale else ".")


def _bullets(lines: Sequence[str], more: int = 0) -> str:
    wrapped = [
        textwrap.fill(_plain(each), _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
        for each in lines
    ]
    return "\n".join([*wrapped, *([f"- and {more} more files"] if more > 0 else [])])


def _lines(edit: FileEdit) -> str:
    return f"+{edit.added} -{edit.removed}"


def _file(edit: FileEdit, reasons: Sequence[str]) -> str:
    moved = f" (was {code(edit.old_path, 300)})" if edit.old_path else ""
    if reasons:
        return f"- {code(edit.path, 300)}{moved}: {inline('; '.join(reasons), 300)}"
    names = f", in {', '.join(code(name, 80) for name in edit.symbols[:4])}" if edit.symbols else ""
    verbs = {"create": "added", "delete": "removed", "rename": "moved", "refactor": "refactored"}
    return f"- {code(edit.path, 300)}{moved}: {verbs.get(edit.action, 'edited')}, {_lines(edit)}{names}"


def _decided(decision: Decision) -> str:
    return f"- **{inline(decision.title, 200)}**" + (
        f": {inline(decision.rationale, 500)}" if decision.rationale else ""
    )


def _solved(bug: Bug) -> str:
    return f"- {inline(bug.title, 200)}" + (f": {inline(bug.solution, 500)}" if bug.solution else "")


def _quoted(text: str) -> str:
    return "\n".join(f"> {inline(line, 500)}".rstrip() for line in text.splitlines()[:20]) + "\n"


def _most(lines: Sequence[str]) -> list[str]:
    return [*lines[:_LISTED], *([f"- and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else [])]


def _of_tests(note: Note) -> bool:
    return bool({"test", "tests", "testing", "tested"} & {label.lower() for label in note.labels})
