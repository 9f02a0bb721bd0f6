"""Conventions: how names are written, what commit messages are like, how tests are called; pure functions over text."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from whence.values.reports.patterns import Habit, Share

MOST_SHARES = 8
"""Ways of one habit that are told; the rest is a trifle."""

# ---------------------------------------------------------------- names


_SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_UPPER = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
_CAMEL = re.compile(r"[a-z]+[a-z0-9]*[A-Z][A-Za-z0-9]*")
_PASCAL = re.compile(r"[A-Z]+[a-z0-9][A-Za-z0-9]*")
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_STYLES = (
    ("snake_case", _SNAKE),
    ("UPPER_CASE", _UPPER),
    ("kebab-case", _KEBAB),
    ("camelCase", _CAMEL),
    ("PascalCase", _PASCAL),
)


def style(name: str) -> str:
    """How a name of several words, or one with a capital, is written; empty for one that tells nothing.

    `get_user` is snake_case, `getUser` camelCase, `User` and `GetUser` PascalCase, `MAX_SIZE` UPPER_CASE, `get-user`
    kebab-case; `user`, `URL` and what mixes these tell nothing.
    """
    plain = name.strip("_$#!?*&~ ")
    return next((called for called, form in _STYLES if form.fullmatch(plain)), "")


_TEST_NAMES = (
    (re.compile(r"test_.+"), "test_*"),
    (re.compile(r".+_test"), "*_test"),
    (re.compile(r".+_spec"), "*_spec"),
    (re.compile(r"Test[A-Z].*"), "Test*"),
    (re.compile(r".+Tests?"), "*Test"),
    (re.compile(r".+Spec"), "*Spec"),
)


def name_of_test(path: str) -> str:
    """How a test's file is called, as a pattern such as `test_*.py` or `*.spec.ts`; empty where it has no such name."""
    stem, *endings = PurePosixPath(path).name.split(".")
    if not endings:
        return ""
    if len(endings) > 1 and endings[-2] in ("test", "spec"):
        return f"*.{endings[-2]}.{endings[-1]}"
    return next((f"{called}.{endings[-1]}" for form, called in _TEST_NAMES if form.fullmatch(stem)), "")


# ---------------------------------------------------------------- messages

_CONVENTIONAL = re.compile(
    r"(feat|fix|docs?|style|refactor|perf|tests?|build|ci|chore|revert|wip)(?:\([^()\n]{1,60}\))?!?: ", re.IGNORECASE
)
"""Types of https://www.conventionalcommits.org/ and of the convention that it comes from."""

_VERBS = {
    form: verb
    for verb, forms in {
        "add": "adds added adding introduce introduces introduced introducing create creates created creating",
        "fix": "fixes fixed fixing mend mends mended mending repair repairs repaired repairing correct corrected",
        "remove": "removes removed removing delete deletes deleted deleting drop drops dropped dropping",
        "update": "updates updated updating upgrade upgrades upgraded upgrading bump bumps bumped bumping",
        "refactor": "refactors refactored refactoring simplify simplifies simplified simplifying clean cleans cleaned",
        "rename": "renames renamed renaming move moves moved moving",
        "test": "tests tested testing",
        "document": "documents documented documenting",
        "improve": "improves improved improving optimize optimizes optimized speed speeds",
        "change": "changes changed changing make makes made making use uses used using set sets setting",
        "allow": "allows allowed allowing support supports supported supporting let lets enable enables enabled",
        "merge": "merges merged merging",
        "revert": "reverts reverted reverting",
    }.items()
    for form in (verb, *forms.split())
}

_MENDS = re.compile(
    r"\b(?:fix(?:e[sd]|ing)?|hotfix|bug(?:fix)?|mend(?:s|ed)?|repair(?:s|ed)?|regression|crash(?:es|ed)?|broken|revert)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?<![\w&/])#\d+\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b")


def kind_of_commit(subject: str) -> str:
    """What a commit does, by its type or its first word, a verb in its plain form; `other` where there is no word."""
    if match := _CONVENTIONAL.match(subject):
        return match[1].lower()
    first = re.match(r"\W*([^\W\d_]+)", re.sub(r"^\[[^\]]*\]\s*|^[\w./-]+:\s+", "", subject))
    return _VERBS.get(first[1].lower(), first[1].lower())[:40] if first else "other"


def conventional(subject: str) -> bool:
    """Whether a message begins as `fix(parser): ...` does."""
    return _CONVENTIONAL.match(subject) is not None


def mends(message: str) -> bool:
    """Whether a message says that something is mended.

    By words, after A. Mockus and L. Votta, "Identifying reasons for software changes using historic databases", 2000.
    """
    return _MENDS.search(message) is not None


def tense(subject: str) -> str:
    """How the first verb stands: `Add`, `Added`, `Adds`, `Adding`; empty where it is not known."""
    words = re.findall(r"[A-Za-z]+", _CONVENTIONAL.sub("", subject, count=1))
    first = words[0].lower() if words else ""
    if first not in _VERBS:
        return ""
    if first.endswith("ing"):
        return "-ing (“Adding …”)"
    if first.endswith("ed") or first == "made":
        return "past (“Added …”)"
    if first.endswith("s"):
        return "third person (“Adds …”)"
    return "imperative (“Add …”)"


def refers(message: str) -> bool:
    """Whether a message names an issue, as `#12` or `ABC-12`."""
    return _REFERENCE.search(message) is not None


# ---------------------------------------------------------------- counting

CLEAR, FROM = 0.8, 10
"""Share from which a habit is a rule that new code can follow, and how many it takes. Ours."""

_RULES = {
    "Written with": "Tests are written with {}",
    "Names of tests": "Tests are called {}",
    "Places of tests": "Tests lie {}",
    "Form of messages": "Commit messages have the form “{}”",
    "Verbs of messages": "Commit messages begin in the {}",
    "Beginning of messages": "Commit messages begin with {}",
    "End of messages": "First lines of commit messages end {}",
    "with a body": "Commit messages have a body",
    "named": "Commit messages name their issues",
    "with tests": "Code is changed together with its tests",
}
"""Rules by what is counted, or by the way that is one: that something is left undone is none."""


def habit(about: str, counted: Mapping[str, int], examples: Mapping[str, str] | None = None) -> Habit:
    """Counts as a habit, the most frequent way first."""
    total = sum(counted.values())
    shares = [
        Share(name=name, count=count, share=count / total, example=(examples or {}).get(name, ""))
        for name, count in Counter(counted).most_common(MOST_SHARES)
        if count
    ]
    return Habit(about=about, counted=total, shares=tuple(shares))


def naming(names: Iterable[tuple[str, str]]) -> tuple[Habit, ...]:
    """How names are written, for each thing that is named.

    Args:
        names: (what is named, such as `Functions in python`; the name).
    """
    counts: dict[str, Counter[str]] = {}
    examples: dict[str, dict[str, str]] = {}
    for about, name in names:
        if called := style(name):
            counts.setdefault(about, Counter())[called] += 1
            examples.setdefault(about, {}).setdefault(called, name)
    ordered = sorted(counts.items(), key=lambda each: -each[1].total())
    return tuple(habit(about, counted, examples[about]) for about, counted in ordered)


def rules(names: Iterable[Habit], others: Iterable[Habit]) -> tuple[str, ...]:
    """What is clear enough for new code to follow, as sentences.

    Args:
        names: habits of names.
        others: habits of tests and commits.
    """
    told = [(habit, f"{habit.about} are written in {{}}") for habit in names if habit.shares]
    told += [
        (habit, _RULES.get(habit.about) or _RULES.get(habit.shares[0].name, "")) for habit in others if habit.shares
    ]
    return tuple(
        f"{rule.format(habit.shares[0].name)} ({habit.shares[0].share:.0%} of {habit.counted:,})."
        for habit, rule in told
        if rule and habit.counted >= FROM and habit.shares[0].share >= CLEAR
    )
