"""Origins: which conversation wrote lines, and which turn of it asked for them."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from whence.background import origin_counts
from whence.background import origins as background
from whence.background.intake import MAX_PARTS
from whence.background.origin_claims import is_stated
from whence.background.origin_table import OriginTable, Reading, Told, cleaned
from whence.git import blame
from whence.git.blame import Blamed
from whence.git.people import is_bot
from whence.git.plumbing import Repository
from whence.pages import written
from whence.project.project import Project
from whence.retrieval.origins import SURE, Hunk
from whence.values.base import now
from whence.values.errors import GitError
from whence.values.memory import Conversation
from whence.values.operation import Progress
from whence.values.reports.provenance import Contribution, Origin, Stretch
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_MOST = 2_000
"""Lines whose origins are looked up."""


def table(project: Project) -> OriginTable:
    """The project's table of origins."""
    return OriginTable(project.place.home, project.place.root)


def update(project: Project, sources: Sequence[str], progress: Progress) -> None:
    """Read the edits in transcripts, and find out which lines they wrote.

    Args:
        project: the project.
        sources: whose transcripts; none where only commits are new.
        progress: asked at every transcript and at some commits.

    Raises:
        Cancelled: `progress` asked to stop; what was found until then is kept.
    """
    known, tally = table(project), Tally()
    try:
        repository = project.repository()
        if sources:
            folders = background.roots(project.place.root, repository)
            background.refresh(known, folders, tally, sources, lambda: _going(progress, "Reading edits"))
        if repository and (known.exists or is_stated(repository)):
            background.explain(known, repository, lambda: _going(progress, "Finding out which edits wrote which lines"))
    except (sqlite3.Error, OSError, GitError) as error:
        log.warning("origins could not be brought up to date: %s", error)
    for left in tally.left_out():
        log.info("edits: %d %s", left.count, left.reason)


def _going(progress: Progress, message: str) -> bool:
    progress(message, 1.0)
    return True


def stretches(project: Project, path: str, lines: Sequence[str], blamed: Blamed) -> tuple[Stretch, ...]:
    """Who wrote lines, besides the commits that they came in, as far as it is sure.

    Args:
        project: the project.
        path: the file.
        lines: all of its lines.
        blamed: the commits of those that are meant.
    """
    known = table(project)
    if not known.exists:
        return ()
    found: dict[int, tuple[Told, ...]] = {}
    said: dict[str, tuple[Origin, ...]] = {}
    try:
        with known.open() as reading:
            for commit, texts in _by_commit(reading, lines, blamed):
                if commit:
                    found |= reading.written(commit, path, texts, blamed.stood)
                else:
                    found |= _uncommitted(reading, path, texts)
            said = {commit: reading.stated(commit) if commit else () for commit in blamed.lines}
            told = {each: reading.known_as(each) for some in found.values() for each in some}
    except (sqlite3.Error, OSError) as error:
        log.info("origins can't be looked up: %s", error)
        return ()
    whole = with_conversations(project, {each: origin for each, origin in told.items() if origin})
    known_of: dict[int, tuple[Origin, ...]] = {}
    for commit, numbers in blamed.lines.items():
        for number in numbers:
            matched = [whole[each] for each in found.get(number, ()) if each in whole]
            if origins := _together(matched, said[commit]):
                known_of[number] = origins
    grouped: dict[tuple[Origin, ...], list[int]] = {}
    for number in sorted(known_of, reverse=True):
        # A blank line is a stretch's only where that goes on below it.
        if number > len(lines) or lines[number - 1].strip() or known_of.get(number + 1) == known_of[number]:
            grouped.setdefault(known_of[number], []).append(number)
        else:
            del known_of[number]
    ordered = sorted(grouped.items(), key=lambda each: each[1][-1])
    return tuple(
        Stretch(lines=tuple(reversed(numbers)), origins=origins, told=written.told(origins))
        for origins, numbers in ordered
    )


def at_hand(project: Project, path: str, lines: Sequence[str], *, ask: bool) -> tuple[tuple[Stretch, ...], bool]:
    """Who wrote the lines of a file, where git told of them before; and whether git would have to be asked.

    Args:
        project: the project.
        path: the file.
        lines: all of its lines.
        ask: whether git is to be asked beside, where it would have to be, so that it is known later.
    """
    repository = project.repository() if table(project).exists else None
    if repository is None or not lines:
        return (), False
    try:
        blamed = project.whole_files.lines(repository, path, 1, len(lines))
    except GitError:
        return (), False
    if blamed is None and ask and project.lasting:
        project.whole_files.learn(repository, path, len(lines))
    return stretches(project, path, lines, blamed) if blamed else (), blamed is None


def blamed(project: Project, repository: Repository, path: str, count: int) -> Blamed | None:
    """Who wrote the lines of a whole file, quickly: what is known already, or else followed within the file alone.

    Args:
        project: the project.
        repository: the project's.
        path: the file, which has lines.
        count: how many.

    Raises:
        GitError: git can't be asked.
    """
    return project.whole_files.lines(repository, path, 1, count) or blame.blame(repository, path, 1, count, most=0)


def _together(told: Sequence[Origin], stated: Sequence[Origin]) -> tuple[Origin, ...]:
    """What is known of a line and what its commit states, the likeliest first: what is stated with a session is.

    Args:
        told: of the line: what was matched, and what notes state of it.
        stated: of the whole commit.
    """
    told = sorted(told, key=lambda each: not each.asked)  # a note of ours repeats what is known here, in fewer words
    matched = {each.session: each for each in reversed(told) if each.kind == "matched"}
    named = [each for each in told if each.kind == "stated"] or [each for each in stated if each.session]
    for at, each in enumerate(named):
        if each.session in matched:  # which tells the turn as well
            named[at] = matched.pop(each.session).model_copy(update={"kind": "stated"})
    named.sort(key=lambda each: -each.confidence)
    rest = [each for each in told if matched.get(each.session) is each]
    return (*named, *rest) or tuple(stated)


def _by_commit(reading: Reading, lines: Sequence[str], blamed: Blamed) -> Iterator[tuple[str, dict[int, str]]]:
    """The lines of each commit in which anything is told, and those in none."""
    telling = origin_counts.telling(reading, blamed.lines)
    for commit, numbers in blamed.lines.items():
        if not commit or commit in telling:
            yield commit, {number: lines[number - 1] for number in numbers[:_MOST] if number <= len(lines)}


def unknown(told: Sequence[Stretch], blamed: Blamed, lines: Sequence[str]) -> tuple[int, ...]:
    """Lines of which nobody knows who wrote them, without blank ones, in commits of which others have an origin.

    Args:
        told: the stretches.
        blamed: the commits of the lines that are meant.
        lines: all lines of the file.
    """
    known = {number for each in told for number in each.lines}
    found = list[int]()
    for id, some in blamed.lines.items():
        if known.isdisjoint(some) or (id and is_bot(blamed.commits[id].author)):
            continue
        found += [each for each in some if each not in known and each <= len(lines) and lines[each - 1].strip()]
    return tuple(sorted(found))


def of_commit(project: Project, commit: str) -> tuple[Contribution, ...]:
    """Which turns of which conversations wrote the lines of a commit, as far as it is sure, those of most lines first.

    Args:
        project: the project.
        commit: its id.
    """
    known = table(project)
    if not commit or not known.exists:
        return ()
    try:
        with known.open() as reading:
            lines, said = origin_counts.of_commit(reading, commit), reading.stated(commit)
            told = {each: reading.known_as(each) for some in lines for each in some}
    except (sqlite3.Error, OSError) as error:
        log.info("origins can't be looked up: %s", error)
        return ()
    whole = with_conversations(project, {each: origin for each, origin in told.items() if origin})
    counts, changed = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    kept: dict[tuple[str, str, int], tuple[Origin, ...]] = {}
    for some in lines:
        if origins := _together([whole[each] for each in some if each in whole], said):
            key = (origins[0].assistant, origins[0].session, origins[0].turn)
            counts[key] += 1
            changed[key] += origins[0].mixed
            best = kept.setdefault(key, origins)
            if origins[0].confidence > best[0].confidence:
                kept[key] = origins
    found = [(count, changed[key], kept[key]) for key, count in counts.most_common()]
    if said and not found:
        found = [(0, 0, said)]
    return tuple(
        Contribution(lines=count, mixed=mixed, origins=origins, told=written.told(origins))
        for count, mixed, origins in found
    )


def _uncommitted(reading: Reading, path: str, texts: Mapping[int, str]) -> dict[int, tuple[Told, ...]]:
    """Who wrote lines that are in no commit yet."""
    runs: list[list[int]] = []
    for number in sorted(texts):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    hunks = cleaned(Hunk(path, path, [texts[number] for number in run]) for run in runs)
    explained = reading.explained(hunks, now().timestamp())
    return {
        number: tuple(Told(each.turn, each.edit, each.confidence, each.mixed) for each in origins if each.turn)
        for run, lines in zip(runs, explained.lines, strict=True)
        for number, origins in zip(run, lines, strict=True)
        if origins and origins[0].confidence >= SURE
    }


def with_conversations(project: Project, told: Mapping[Told, Origin]) -> dict[Told, Origin]:
    """The same origins, each with the memory that holds its conversation and its turn's place there, if kept."""
    keys = {key: origin for origin in told.values() for key in _keys(origin)}
    kept: dict[tuple[str, str], list[Conversation]] = {}
    for memory in project.store.by_keys(sorted(keys)):
        if isinstance(memory, Conversation) and not memory.deleted_at:
            origin = next(keys[key] for key in memory.keys() if key in keys)  # noqa: SIM118 - a memory is no mapping
            kept.setdefault((origin.assistant, origin.session), []).append(memory)
    return {each: _placed(origin, kept.get((origin.assistant, origin.session), ())) for each, origin in told.items()}


def _keys(origin: Origin) -> list[str]:
    """What the memories of a conversation are known by: a long one is kept in parts."""
    first = f"thread:{origin.assistant}:{origin.session}"
    return [first, *(f"{first}/{number}" for number in range(2, MAX_PARTS + 1))]


def _placed(origin: Origin, parts: Sequence[Conversation]) -> Origin:
    """An origin with the place of its turn among the parts of its conversation."""
    for part in parts:
        for place, message in enumerate(part.messages):
            if message.role == "user" and origin.asked and message.content.startswith(origin.asked):
                return origin.model_copy(update={"conversation": part.id, "place": place})
    return origin.model_copy(update={"conversation": parts[0].id}) if parts else origin
