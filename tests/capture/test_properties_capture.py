"""What holds of capture whatever happens: bursts become one Change, commits keep what users added, causes are told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import NAMES, TEXTS, bounded, lined
from whence.analysis import commit_style
from whence.capture.causes import Content, Edited, Settled, Sighting, Written, causes, joined_moves
from whence.capture.coalesce import Draft, Sealed, begun, closed, extended, sealed, treasured
from whence.capture.snapshots import Seen
from whence.git.diff import compare
from whence.git.edits import file_edit
from whence.git.history import Commit
from whence.git.text import OnDisk
from whence.readers.fixes import fixed
from whence.values.memory import MAX_TITLE, Change, FileEdit, Link

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FEW = st.sampled_from([None, "", "one\n", "one\ntwo\n", "two\n", "three\n"])
"""Texts that a file has in turn; None where there is none."""


def edit_of(before: str | None, after: str | None) -> FileEdit:
    return file_edit("app.py", before, after, lambda path, lines: lambda number: "")


# ---------------------------------------------------------------- bursts and commits


@bounded(150)
@given(st.lists(FEW, min_size=2, max_size=8), TEXTS, st.lists(NAMES, max_size=3), st.booleans())
def test_a_burst_is_one_change_from_its_first_text_to_its_last(
    texts: Sequence[str | None], reason: str, labels: Sequence[str], pinned: bool
) -> None:
    first, *steps = texts
    draft = Draft("burst", "app.py", first, first, steps[0], "main", AT)
    change = begun(draft, edit_of(first, steps[0]), project="p", author="Test Author")
    mine = {"reason": reason, "labels": tuple(labels), "pinned": pinned, "importance": 7}
    change = Change(**{name: getattr(change, name) for name in Change.model_fields} | mine)
    for step in steps[1:]:
        change = extended(change, edit_of(first, step))
    assert change.edits == (edit_of(first, steps[-1]),)
    assert (change.id, change.created_at, change.open) == ("burst", AT, True)
    assert {name: getattr(change, name) for name in mine} == mine
    assert treasured(change)
    difference = compare(first, steps[-1])
    assert (change.edits[0].added, change.edits[0].removed) == (difference.added, difference.removed)
    assert closed(change) == closed(closed(change))
    assert not closed(change).open


OPEN = st.builds(
    Change,
    id=st.sampled_from(["a", "b", "c"]),
    title=st.sampled_from(["", "named by the user"]),
    reason=TEXTS,
    labels=st.lists(NAMES, max_size=2).map(tuple),
    links=st.lists(st.builds(Link, relation=st.just("about"), target=NAMES), max_size=2).map(tuple),
    pinned=st.booleans(),
    importance=st.integers(1, 10),
    folder=st.sampled_from(["", "team"]),
    open=st.just(True),
)


@bounded(150)
@given(TEXTS, st.lists(OPEN, max_size=3, unique_by=lambda change: change.id))
def test_a_commit_keeps_what_users_added_to_what_it_takes_up(message: str, absorbed: Sequence[Change]) -> None:
    commit = Commit("c0ffee", (), "Test Author", "author@example.invalid", AT, message)
    found = Sealed(commit, (edit_of(None, "one\n"),), "main", tuple(change.id for change in absorbed))
    kept = absorbed[0] if absorbed else None
    memory = sealed(found, kept, absorbed[1:], project="p")
    assert not memory.open
    assert (memory.commit, memory.created_at) == ("c0ffee", commit.moment)
    assert {label for change in absorbed for label in change.labels} == set(memory.labels)
    assert {link for change in absorbed for link in change.links} == set(memory.links)
    assert memory.pinned == any(change.pinned for change in absorbed)
    assert memory.importance == max((change.importance for change in absorbed), default=5)
    assert kept is None or (memory.id == kept.id and (not treasured(kept) or treasured(memory)))
    assert sealed(found, memory, (), project="p") == memory, "a commit seen twice is one memory"


# ---------------------------------------------------------------- causes


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    text = st.none() | FEW
    after = draw(FEW)
    raw = None if after is None else after.encode()
    seen = draw(
        st.none()
        | st.sampled_from(
            [
                Seen("app.py", "absent"),
                Seen("app.py", "unread"),
                *(Seen("app.py", "text", each) for each in ("", "one\n")),
            ]
        )
    )
    head: Content = draw(st.sampled_from([(False, None), (True, None), (True, ""), (True, "one\n"), (True, "two\n")]))
    return Sighting(
        "app.py",
        OnDisk(after is not None, raw),
        after,
        seen,
        head=head,
        index_later=draw(st.booleans()),
        stash=draw(st.lists(st.tuples(text, st.sampled_from(["one\n", "two\n", ""])), max_size=2)),
        unsure=draw(st.booleans()),
        unknown=draw(st.booleans()),
    )


@bounded(250)
@given(sightings())
def test_every_sighting_has_one_cause(of: Sighting) -> None:
    found = list(causes(of))
    there, last = of.before
    known = not of.unknown and not (there and last is None)
    if known and of.after != last:
        assert len(found) == 1
        assert not isinstance(found[0], Settled), "a change that is known is somebody's or git's"
    else:
        assert [type(cause) for cause in found] in ([], [Settled], [Edited], [Settled, Edited])
        assert all(isinstance(cause, Settled) or (of.unsure and cause.after == last) for cause in found)
    assert all((cause.path, cause.after, cause.disk) == (of.path, of.after, of.disk) for cause in found)
    for cause in found:
        if isinstance(cause, Edited):
            assert cause.last == last
        if isinstance(cause, Written) and not cause.as_head:
            assert cause.holds in [text for _, text in of.stash]


@bounded(200)
@given(sightings())
def test_what_the_editor_saved_is_never_taken_for_gits(of: Sighting) -> None:
    """The editor's own saves are asked about without git's index and stash."""
    assert not any(isinstance(cause, Written) for cause in causes(replace(of, index_later=False, stash=())))


@bounded(150)
@given(
    st.lists(
        st.builds(Edited, path=st.sampled_from("abcdef"), last=FEW, after=FEW, disk=st.just(OnDisk(True))),
        max_size=6,
        unique_by=lambda edit: edit.path,
    )
)
def test_moves_join_pairs_and_lose_nothing(found: Sequence[Edited]) -> None:
    joined = joined_moves(found)
    named = [path for edit in joined for path in (edit.path, edit.old_path) if path]
    assert sorted(named) == sorted(edit.path for edit in found)
    by_path = {edit.path: edit for edit in found}
    for edit in joined:
        if edit.old_path:
            assert by_path[edit.old_path].after is None
            assert edit.last == by_path[edit.old_path].last
        else:
            assert edit == by_path[edit.path]
    assert joined_moves(joined) == joined


# ---------------------------------------------------------------- commit messages

SUBJECTS = lined(
    "feat(api): add the sum",
    "fix: mend the parser.",
    "fix!: ",
    "parser: Read more",
    "ABC-12: Add a row",
    "[#3] fix(store): keep rows",
    "Fix crash when the list is empty (#12)",
    "[Bug] Cannot open a file",
    "Merge branch 'main'",
    "Avoid a deadlock",
    "Fixes #4",
    "Cause: a missing lock.",
    "",
    most=6,
)


@bounded(200)
@given(st.lists(SUBJECTS, max_size=8), st.one_of(SUBJECTS, TEXTS), st.sampled_from(["feat", "fix", "docs"]), NAMES)
def test_a_subject_is_worded_on_one_bounded_line(messages: Sequence[str], text: str, kind: str, area: str) -> None:
    how = commit_style.style(messages)
    assert 50 <= how.length <= 100
    assert not how.conventional or how.types
    assert not (how.types and how.areas)
    said = commit_style.subject(how, text, kind=kind, area=area, ticket="12")
    assert len(said.splitlines()) <= 1
    assert len(said) <= how.length + how.period


@bounded(200)
@given(st.one_of(SUBJECTS, TEXTS), st.sampled_from(["", "Test Author", "dependabot[bot]"]), st.lists(NAMES, max_size=3))
def test_any_message_tells_of_a_failure_or_of_none(message: str, author: str, files: Sequence[str]) -> None:
    told = fixed(message, author, files)
    if told is not None:
        assert told.message.strip()
        assert all(number for number in told.issues)
    assert commit_style.goal_of(message) == commit_style.goal_of(message).strip()


@bounded(100)
@given(OPEN, st.integers(0, 3))
def test_a_title_that_nobody_wrote_follows_the_content(change: Change, step: int) -> None:
    later = extended(change, edit_of("one\n" * step, "two\n"))
    assert (later.title == "named by the user") == (change.title == "named by the user")
    assert len(later.title) <= MAX_TITLE
    assert later.updated_at - change.updated_at < timedelta(minutes=5)
