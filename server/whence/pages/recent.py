"""Recent changes as a page tells them: those that say something, by theme and file.

What a bot did, versions that were released, dependencies that were bumped, typos and lint tell a newcomer nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from whence.values.memory import Change
from whence.values.reason import gives_none, subject

_TYPE = re.compile(r"([a-z]{2,12})(?:\([^()\n]{1,60}\))?!?: (?=\S)", re.IGNORECASE)
_RELEASE = re.compile(
    r"""(?xi)
    (?:(?:prepare|cut|make|tag|publish|draft|start|begin)[ ]+)?(?:the[ ]+)?(?:new[ ]+)?
    (?:(?:bump|set|update|change|increment)[ ]+(?:the[ ]+|to[ ]+|package[ ]+)*)?
    (?:(?:pre-?)?releas(?:e|ing)|versions?|v)?[ ]*(?:bump|number|for|to|as|of)?[ ]*
    v?\d+\.\d+(?:\.(?:\d+|x))?(?:[-.]?(?:dev|a|b|rc|alpha|beta|post|canary)[\w.-]*)?
    (?:[ ]+(?:release|version|changelog|release[ ]notes))?(?:[ ]*\(.*\))?\.?
  | (?:prepare|bump|update|cut|new)[ ]+(?:the[ ]+|for[ ]+|next[ ]+|new[ ]+|package[ ]+)*(?:release|version)s?\b.*
  | (?:bump|upgrade|update)s?[ ]+.*\b(?:from[ ]+\S+[ ]+)?to[ ]+v?\d[\w.-]*(?:[ ].*)?
  | (?:bump|pin|unpin|upgrade|update|refresh)[ ]+(?:\w+[ ]+){0,3}
    (?:dependenc(?:y|ies)|deps|requirements|packages|lock-?files?|hooks|actions|pins?|versions?)\b.*
  | bump[ ].* | \[pre-commit.* | .*\b(?:change-?log|release[ ]notes)\b.*
  | (?:version|release)[ ]+\d.*
    """
)
_TRIFLE = re.compile(
    r"(?i).*\b(?:typos?|lint(?:ing|er)?|spelling|grammar|whitespace|misspell\w*|nits?|formatting|flake8|isort|ruff)\b.*"
)
_TIDY = frozenset(("chore", "style", "ci", "build", "release", "wip", "deps"))
_THEMES = {
    word: theme
    for theme, words in {
        "Added": "feat feature add added adds support supports allow allows introduce introduces implement implements "
        "enable enables new expose",
        "Fixed": "fix fixes fixed bugfix hotfix resolve resolves prevent avoid handle correct repair mend",
        "Removed": "remove removes removed drop drops dropped delete deletes deprecate deprecates",
        "Faster": "perf speed optimize optimise",
        "Documented": "docs doc document documented documents readme documentation",
        "Tested": "test tests tested testing",
        "Reverted": "revert reverts reverted",
    }.items()
    for word in words.split()
}
_OTHER = "Changed"

_ALIKE = 0.6
"""Share of the longer words of the shorter title, from which a merge tells what the change of the other does. Ours."""

_MANIFEST = re.compile(
    r"(?i)(?:.*/)?(?:(?:[\w-]*requirements[\w-]*|constraints)\.(?:txt|in)|requirements/[^/]+|pyproject\.toml|"
    r"setup\.(?:py|cfg)|pipfile|package\.json|cargo\.toml|go\.mod|gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|"
    r"[^/]+\.csproj|mix\.exs|\.pre-commit-config\.ya?ml|\.(?:nvmrc|tool-versions)|[^/]*\.lock)"
)
_UPGRADE = re.compile(r"(?i)(?:upgrade|bump|pin|unpin|downgrade|upgraded|upgrades|upgrading)\b.*")


def worth_telling(change: Change, is_bot: Callable[[str], bool], is_generated: Callable[[str], bool]) -> bool:
    """Whether a change says something to whoever wants to know what is going on.

    Args:
        change: the change.
        is_bot: whether an author is a program.
        is_generated: whether a file is a lock, a changelog or generated.
    """
    if change.pinned:
        return True
    first, kind, bare = _subject(change)
    if kind in _TIDY or is_bot(change.author):
        return False
    if gives_none(first) or is_release(change) or _TRIFLE.fullmatch(bare):
        return False
    return not change.files or not all(map(is_generated, change.files))


def is_release(change: Change) -> bool:
    """Whether a change releases a version, or takes up another one of what is built on, and does nothing else."""
    _, _, bare = _subject(change)
    if _UPGRADE.fullmatch(bare) and any(map(_MANIFEST.fullmatch, change.files)):
        return True
    return _RELEASE.fullmatch(bare) is not None


def _subject(change: Change) -> tuple[str, str, str]:
    """The first line of a change, its type as of a conventional commit, and what stands behind that."""
    first = subject(change.reason).strip() or change.title
    kind = _TYPE.match(first)
    return first, kind[1].lower() if kind else "", first[kind.end() :] if kind else first


def told_once(changes: Iterable[Change]) -> list[Change]:
    """The changes without those that tell again what another tells.

    Of one title, the one that names files is kept. What names none is a merge: where its title has most of its words
    in common with that of a change which does, it is that one's.
    """
    found: dict[str, Change] = {}
    for each in changes:
        title = re.sub(r"\s*\(#\d+\)$", "", each.title).casefold()
        if title not in found or (each.files and not found[title].files):
            found[title] = each
    own = [_words(each) for each in found.values() if each.files]
    return [each for each in found.values() if each.files or not any(_alike(_words(each), words) for words in own)]


def _words(change: Change) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", change.title.casefold()) if len(word) > 3)


def _alike(merge: frozenset[str], change: frozenset[str]) -> bool:
    return len(merge & change) >= max(2, _ALIKE * min(len(merge), len(change)))


def themed(changes: Iterable[Change]) -> list[tuple[str, list[tuple[str, list[Change]]]]]:
    """The changes by theme, and in each by the file that they are most about; what is newest first, first.

    A theme is the label of a change, its folder, or what its message says was done.
    """
    found: dict[str, dict[str, list[Change]]] = {}
    known = list(changes)
    often = Counter(path for each in known for path in each.files)
    for each in known:
        about = _about(each, often)
        theme = _theme(each)
        if theme in _THEMES.values() or theme == _OTHER:
            written = about and _beside(about) == 2 and about.lower().endswith((".md", ".rst", ".txt"))
            theme = "Documented" if written else "Tested" if about and _beside(about) == 1 else theme
        found.setdefault(theme, {}).setdefault(about, []).append(each)
    return [(theme, list(files.items())) for theme, files in found.items()]


def _theme(change: Change) -> str:
    if change.labels:
        return change.labels[0]
    if change.folder:
        return change.folder
    first = subject(change.reason).strip() or change.title
    word = re.match(r"\W*([^\W\d_]+)", first)
    return _THEMES.get(word[1].lower(), _OTHER) if word else _OTHER


def _about(change: Change, often: Counter[str]) -> str:
    """The file that a change is most about: no test or page where there is another, the one that changes most often."""
    paths: Sequence[str] = change.files
    return min(paths, key=lambda path: (_beside(path), -often[path], path), default="")


def _beside(path: str) -> int:
    parts = path.lower().split("/")
    name = parts[-1]
    if re.match(r"_{0,2}version_{0,2}\.|change_?log|changes\.|history\.|news\.|release", name):
        return 3
    if name.endswith((".md", ".rst", ".txt", ".toml", ".cfg", ".yml", ".yaml", ".json", ".lock")) or "docs" in parts:
        return 2
    tested = {"test", "tests", "spec", "__tests__"}.intersection(parts[:-1])
    return 1 if tested or re.search(r"(?:^test_|[._-](?:test|spec)\b)", name) else 0
