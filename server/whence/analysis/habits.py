"""Habits: what changes tell of how a project is worked on, counted while they pass by one by one."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from whence.analysis import conventions
from whence.analysis.generated import is_generated
from whence.analysis.graph import is_test
from whence.analysis.stack import language
from whence.values import reason
from whence.values.base import WEEKDAYS
from whence.values.memory import FileEdit
from whence.values.reports.patterns import Habit, HurtingFile

WHOLESALE = 100
"""Files from which a change is one of the whole project, such as a reformatting or an import: it counts as a change,
and tells nothing of its files. Ours; `cochange` leaves out more than 30, for pairs of files."""

_PARTS = ((6, "night (0-6)"), (12, "morning (6-12)"), (18, "afternoon (12-18)"), (24, "evening (18-24)"))
_LINES = ((10, "up to 10 lines"), (50, "11-50 lines"), (200, "51-200 lines"), (1000, "201-1,000 lines"))
_FILES = ((1, "one file"), (5, "2-5 files"), (20, "6-20 files"))
_MOST_SUBJECTS = 40

_MESSAGES = 300
"""Messages, the newest, that tell how messages are worded: a project that took up another form has that one. Ours."""

_ALONE = 0.9
"""Share of the changes from which they are one person's. Ours."""


@dataclass(slots=True)
class _Touched:
    changes: int = 0
    churn: int = 0
    fixes: int = 0
    gone: bool = False


class Tally:
    """Counts changes, given from the newest to the oldest, so that files are known by the names of today.

    Args:
        zone: the reader's time zone; without it, the system's.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self.changes = self.edits = self.wholesale = self.automatic = 0
        self.subjects: list[str] = []
        """The first lines of the newest messages."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.authors: Counter[str] = Counter()
        self.symbols: Counter[str] = Counter()
        """How often each function or class was touched."""
        self._files: dict[str, _Touched] = {}
        self._today: dict[str, str] = {}
        self._languages: Counter[str] = Counter()
        self._sizes: Counter[int] = Counter()
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._examples: dict[str, dict[str, str]] = {}

    def add(
        self,
        at: datetime,
        message: str,
        author: str,
        edits: Sequence[FileEdit],
        *,
        commit: bool,
        automatic: bool = False,
    ) -> None:
        """Count one change, older than those before.

        What a program does counts as a change, and tells nothing of habits; nor do the words that a tool writes of a
        merge.

        Args:
            at: when it was made.
            message: why; the commit's message where it is one.
            author: who made it.
            edits: what it did, file by file.
            commit: whether it is a commit.
            automatic: whether a program made it.
        """
        self.changes += 1
        self.edits += len(edits)
        self.first, self.last = at, self.last or at
        self._followed(edits)
        if automatic:
            self.automatic += 1
            return
        if author:
            self.authors[author] += 1
        if len(edits) > WHOLESALE:
            self.wholesale += 1
        else:
            self._edited(edits, mended=conventions.mends(message))
        local = at.astimezone(self._zone)
        self._count("Days", WEEKDAYS[local.weekday()])
        self._count("Times of day", next(name for end, name in _PARTS if local.hour < end))
        if reason.is_merge(message.partition("\n")[0]):
            return
        self._count("Reasons", "with a reason" if reason.said(message) else "without")
        if commit and message.strip():
            self._told(message.strip())

    def _followed(self, edits: Sequence[FileEdit]) -> None:
        """Know files by their names of today, and which are gone, whoever moved or deleted them and how many at once.

        What is taken away here is gone; where it was before a later change made it anew it is not.
        """
        for edit in edits:
            path = self._today.get(edit.path, edit.path)
            self._files.setdefault(path, _Touched(gone=edit.action == "delete"))
            if edit.old_path and edit.old_path != edit.path:
                self._today[edit.old_path] = path

    def _edited(self, edits: Sequence[FileEdit], *, mended: bool) -> None:
        lines = 0
        for edit in edits:
            known = self._files[self._today.get(edit.path, edit.path)]
            known.changes += 1
            known.churn += edit.added + edit.removed
            known.fixes += mended
            lines += edit.added + edit.removed
            if written := language(edit.path):
                self._languages[written] += 1
            self._count("Kinds of change", edit.action)
            self.symbols.update(edit.symbols)
        if edits:
            self._sizes[lines] += 1
            self._count("Size of changes", next((name for most, name in _LINES if lines <= most), "over 1,000 lines"))
            files = next((name for most, name in _FILES if len(edits) <= most), "over 20 files")
            self._count("Files in a change", files)
        tests = [is_test(edit.path) for edit in edits]
        if any(language(edit.path) and not test for edit, test in zip(edits, tests, strict=True)):
            self._count("Changes of code", "with tests" if any(tests) else "without tests")

    def _told(self, message: str) -> None:
        subject, _, body = message.partition("\n")
        if self._counts["Form of messages"].total() >= _MESSAGES:
            return
        if len(self.subjects) < _MOST_SUBJECTS:
            self.subjects.append(subject[:120])
        self._count("Types of commits", conventions.kind_of_commit(subject))
        plain = subject.split(": ", 1)[-1]
        typed = conventions.conventional(subject)
        self._count("Form of messages", "type: subject" if typed else "plain sentence", subject)
        begins = "upper case" if plain[:1].isupper() else "lower case" if plain[:1].islower() else "another sign"
        self._count("Beginning of messages", begins)
        self._count("End of messages", "with a full stop" if subject.rstrip().endswith(".") else "without a full stop")
        if stands := conventions.tense(subject):
            self._count("Verbs of messages", stands)
        size = len(subject)
        shown = "up to 50 characters" if size <= 50 else "51-72 characters" if size <= 72 else "over 72 characters"
        self._count("Length of first lines", shown)
        self._count("Body of messages", "with a body" if body.strip() else "one line")
        self._count("Issues in messages", "named" if conventions.refers(message) else "not named")

    def _count(self, about: str, name: str, example: str = "") -> None:
        self._counts[about][name] += 1
        if example:
            self._examples.setdefault(about, {}).setdefault(name, example[:120])

    # ------------------------------------------------------------ what it came to

    def languages(self) -> Habit:
        """What is written, by edits of files."""
        return conventions.habit("Languages", self._languages)

    def commits(self) -> tuple[Habit, ...]:
        """How changes are made and told."""
        names = (
            "Types of commits", "Form of messages", "Verbs of messages", "Beginning of messages", "End of messages",
            "Length of first lines", "Body of messages", "Issues in messages", "Reasons", "Kinds of change",
            "Size of changes", "Files in a change",
        )  # fmt: skip
        # The hours are the reader's: of people all over the world they tell nothing.
        alone = bool(self.authors) and max(self.authors.values()) >= _ALONE * self.authors.total()
        when = ("Days", "Times of day") if alone or not self.authors else ()
        return tuple(self._habit(name) for name in (*names, *when) if name in self._counts)

    def testing(self) -> tuple[Habit, ...]:
        """How changes go along with tests, how tests are called and where they lie."""
        tests = [path for path, each in self._files.items() if is_test(path) and not each.gone]
        called = Counter(name for path in tests if (name := conventions.name_of_test(path)))
        places = Counter("in a folder of tests" if _apart(path) else "beside the code" for path in tests)
        found = (
            self._habit("Changes of code"),
            conventions.habit("Names of tests", called),
            conventions.habit("Places of tests", places),
        )
        return tuple(each for each in found if each.counted)

    def changed(self) -> Habit:
        """The files of code that change most often."""
        counted = {path: each.changes for path, each in self._files.items() if each.changes and not each.gone}
        counted = {path: count for path, count in counted.items() if _is_written(path)}
        return conventions.habit("Most changed files", counted)

    def leave_out(self, exists: Callable[[str], bool]) -> None:
        """Take as gone the files that are not there, though nobody was told where they went.

        Where most are not there, this is no work tree of that past, or only a part of one, and says nothing of them.
        """
        known = [(path, each) for path, each in self._files.items() if not each.gone]
        missing = [each for path, each in known if not exists(path)]
        if 2 * len(missing) <= len(known):
            for each in missing:
                each.gone = True

    def paths(self) -> list[str]:
        """The files that were changed and are not known to be gone, by their names of today."""
        return [path for path, each in self._files.items() if each.changes and not each.gone]

    def median(self) -> int:
        """Half of the changes have so many lines or fewer."""
        half = math.ceil(self._sizes.total() / 2)
        for lines, count in sorted(self._sizes.items()):
            half -= count
            if half <= 0:
                return lines
        return 0

    def hurting(self, bugs: Mapping[str, int], most: int) -> tuple[HurtingFile, ...]:
        """The files that change often and in which bugs are met or mended, those that hurt most first.

        By changes times bugs, the more lines first of equals: how often a file changes and how many lines that takes
        foretell its defects (N. Nagappan and T. Ball, "Use of relative code churn measures to predict system defect
        density", 2005), and past ones are known. A change that mends something counts as half a bug: its words may
        mislead. Locks, changelogs, what is generated or copied in, and what is no code hurts nobody by changing; tests
        change with what they test.

        Args:
            bugs: how often a bug was met in each file, by any of its names.
            most: at most so many.
        """
        met = self._met(bugs)
        weighed = [
            ((2 * met[path] + each.fixes) * each.changes, each.churn, path, each)
            for path, each in self._files.items()
            if not each.gone and (met[path] or each.fixes > 1) and _may_hurt(path)
        ]
        weighed.sort(key=lambda each: (-each[0], -each[1], each[2]))
        return tuple(
            HurtingFile(path=path, changes=each.changes, churn=each.churn, bugs=met[path], fixes=each.fixes)
            for _, _, path, each in weighed[:most]
        )

    def hot(self, bugs: Mapping[str, int], most: int) -> tuple[HurtingFile, ...]:
        """The files of code that change most, tests left out, those with the most changes first.

        Args:
            bugs: how often a bug was met in each file, by any of its names.
            most: at most so many.
        """
        met = self._met(bugs)
        found = [
            HurtingFile(path=path, changes=each.changes, churn=each.churn, bugs=met[path], fixes=each.fixes)
            for path, each in self._files.items()
            if each.changes and not each.gone and _may_hurt(path)
        ]
        return tuple(sorted(found, key=lambda file: (-file.changes, -file.churn, file.path))[:most])

    def _met(self, bugs: Mapping[str, int]) -> Counter[str]:
        """How often a bug was met in each file, by the name that it has today."""
        met: Counter[str] = Counter()
        for path, count in bugs.items():
            met[self._today.get(path, path)] += count
        return met

    def _habit(self, about: str) -> Habit:
        return conventions.habit(about, self._counts.get(about, {}), self._examples.get(about))


def _may_hurt(path: str) -> bool:
    return _is_written(path) and not is_test(path)


def _is_written(path: str) -> bool:
    return bool(language(path)) and not is_generated(path)


def named_in(files: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The names of files, as `conventions.naming` takes them."""
    return tuple(("Files", path.rpartition("/")[2].lstrip(".").split(".")[0]) for path in files)


def _apart(path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    return bool({"test", "tests", "spec", "specs", "__tests__", "testing"}.intersection(folders))
