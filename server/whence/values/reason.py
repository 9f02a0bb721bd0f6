"""The reason in a commit's message: what somebody said, without what tools, templates and habits put beside it.

Nothing of a message is lost: the memory keeps it whole. But trailers, the boilerplate of merges, the lists of "fix
typo" that squashing leaves, release notes that bots paste and what a template asks for give no reason, so they are not
shown as one, embedded or counted.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from whence.values.base import unique

NONE = "No reason was given."
"""What is said of a change of which nobody told why."""


class Told(NamedTuple):
    """What a message tells."""

    reason: str
    """What somebody said, subject and body; empty where that is nothing."""

    references: tuple[str, ...]
    """What is left away refers to: issues, commits, reviews and addresses, as it names them."""


# ---------------------------------------------------------------- what says nothing

_CHECKS = """
lint lints linter linters linting format formatting formatter style styling stylistic codestyle whitespace whitespaces
indent indentation spacing newline newlines eof import imports black isort ruff flake8 pyflakes pylint mypy pyright
eslint tslint prettier gofmt golint govet rustfmt clippy rubocop checkstyle spotless stylelint biome typecheck typo
typos spelling grammar wording nit nits comment comments doc docs documentation docstring docstrings readme changelog
changelogs test tests testing testcase testcases spec specs snapshot snapshots coverage ci build builds pipeline
workflow workflows conflict conflicts version lockfile review reviews feedback suggestion suggestions remarks
"""
"""What is tidied without a reason that anybody would tell, word by word."""

_TRIFLING = frozenset(
    ["typo", "typos", "spelling", "grammar", "whitespace", "lint", "linting", "linter", "nit", "nits"]
)
"""What is a trifle wherever it was."""

_DOING = """
fix fixes fixed fixing fixup update updates updated updating add adds added adding apply applies applied run runs ran
running clean cleans cleaned cleaning cleanup cleanups up address addresses addressed addressing resolve resolves
resolved resolving correct corrects corrected improve improves improved adjust adjusts adjusted tweak tweaks tweaked
tidy tidying satisfy appease please incorporate incorporates incorporated bump bumps regenerate trigger retrigger
rerun remove removes removed reformat reformatted edit edits edited polish refactor refactors refactored refactoring
rebase rebased merge merged sync revert commit commits change changes changed modify modified try
"""
"""What is done to it."""

_BETWEEN = """
a an the some all any more few little several minor small tiny other misc miscellaneous various new old failing failed
broken missing unused trailing unit and or for from after per as in on of with to at by based following pass passes
passing happy green again last final further another oops whoops ups wip tmp temp temporary code
pr mr peer reviewer reviewers requested stuff things thing issue issues error errors warning warnings fail failure
failures cosmetic cosmetics modification modifications improvement improvements adjustment adjustments progress work
checkpoint save draft self initial touch same also just left over file files copilot done ok todo hopefully maybe
empty quick
"""
"""What stands between these words and says nothing more."""

_CHECKED = frozenset(_CHECKS.split())
_EMPTY = frozenset((_CHECKS + _DOING + _BETWEEN).split())
_PLACED = frozenset(["in", "for", "of", "on", "from", "at", "to"])
_EDITED = frozenset(["update", "updated", "updates", "edit", "edited", "fix", "fixed", "modify", "modified", "change"])
_TOOLS = re.compile(
    r"(?:fixup|squash|amend)! .*|\[pre-commit\.ci\].*|\[autofix\.ci\].*|auto-?fix(?:es)? .*", re.IGNORECASE
)
_FILE = re.compile(
    r"(?:[\w.@-]*/)*[\w@-]*\.(?:pyi?|[cm]?[jt]sx?|mdx?|rst|txt|adoc|ya?ml|toml|json5?|cfg|ini|lock|html?|s?css|less|go|rs|java|"
    r"kts?|gradle|[ch](?:c|pp|xx)?|cs|rb|php|sh|sql|vue|svelte|swift|scala|lua|exs?|dart|xml|properties|tf|git\w+)"
)
_PREFIX = re.compile(
    r"(?i)(?:(?:chore|style|tests?|docs?|ci|fix|refactor|build|wip|nit|lint|review|minor)(?:\([^()]{0,40}\))?!?:\s+|"
    r"\[(?:skip ci|ci skip|no ci|wip|nit|minor|chore)\]\s*|:[a-z_]{2,30}:\s*|[^\w\s\[\](){}<>\"'`#.,:;/\\@!?*+=-]+\s+)"
)
_SUFFIX = re.compile(r"(?i)\s*(?:\((?:#|GH-|!)\d+\)|\[(?:skip ci|ci skip|no ci)\]|[.!…]+)$")
_LONGEST, _PLACE_WORDS = 120, 5

# ---------------------------------------------------------------- what tools and templates write

_MERGE = re.compile(
    r"""(?xi)
    Merge[ ]pull[ ]request[ ](?P<pulled>\#\d+)[ ](?:from|in)[ ]\S.*
  | Merge[ ](?:remote-tracking[ ])?(?:branch(?:es)?|tag|commit)[ ](?:'[^'\n]*'|"[^"\n]*"|[^\s'":]+)
      (?:(?:,[ ]|[ ]and[ ])(?:remote-tracking[ ])?(?:branch(?:es)?[ ])?'[^'\n]*')*(?:[ ]of[ ]\S+)?(?:[ ]into[ ]\S+)?
  | Merge[ ](?:(?:origin|upstream|fork)(?:/\S+)?|main|master|dev|develop|trunk)[ ](?:in)?to[ ]\S+
  | Merge[ ]\S+[ ]into[ ](?:main|master|dev|develop|trunk|staging)
  | Merge[ ](?:(?:pr|mr|pull[ ]request)[ ]?)?(?P<own>[\#!]\d+)
  | Merged[ ]in[ ]\S+[ ]\(pull[ ]request[ ](?P<bitbucket>\#\d+)\)
  | See[ ]merge[ ]request[ ](?P<asked>\S*!\d+) | \(merged[ ]as[ ](?P<brought>[\#!]\d+)\)
  | (?:Auto|Rollup)[ ]merge[ ]of[ ](?P<auto>\#\d+)[ ].*
  | Squashed[ ]commit[ ]of[ ]the[ ]following: | (?:\#[ ]?)?Conflicts:
    """
)
_TITLED = re.compile(
    r"(?i)Merged PR (?P<azure>\d+): (?=\S)|Merge PR (?P<named>#\d+): (?=\S)|"
    r"Merge pull request '(?=.+' \((?P<gitea>#\d+)\) from \S)"
)
_TITLE_END = re.compile(r"' \(#\d+\) from \S+(?: into \S+)?$")
_LOGGED = re.compile(r"commit [0-9a-f]{40}|(?:Author|Date|AuthorDate|Commit|CommitDate|Merge):\s{1,6}\S.*")

_TRAILER = re.compile(
    r"(?i)(?:[a-z]+(?:-[a-z]+)*-by|cc|change-id|commit-id|git-svn-id|git-p4|cr-[a-z-]+|commit-queue|auto-submit|"
    r"bot-commit|"
    r"(?:git|piper)origin-revid|gitorigin-revid|hg-commit|svn-revision|source-link|x-[\w-]+|patch-id|run-try-bot|"
    r"trybot-result|tryjob-request|stack-info|reviewed-(?:on|at)|claude-session|fbshipit-source-id|"
    r"pull request resolved|"
    r"differential[ -]revision|depends-on|sem-ver|translate-url|message-id|in-reply-to|skip-checks|reviewers?|"
    r"requested-changes|thanks-to)\s*:(?:\s+(?P<rest>.*))?"
)
"""What tells who, where and by which tool, but not why."""
_NAMED = re.compile(
    r"(?i)(?:author|committer|from|to|mentors?|subscribers|tested|approved|merged)\s*:.*<[^<>\s]+@[^<>\s]+>"
)
_POINTS = re.compile(
    r"(?i)(?:this )?(?:pr |commit |pull request )?(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|refs?|references?|"
    r"see(?:[ -]also)?|links?|bug(?:-url)?|issues?|tickets?|jira(?: ticket)?|"
    r"related(?:[ -](?:to|issues?|tickets?|work items?))?|"
    r"relates to|part[ -]of|address(?:e[sd])?|cherry[ -]picked[ -](?:from|for)|url|task|story|implements|"
    r"contributes to|"
    r"connects(?: to)?|follow(?:s|[ -]up)(?: (?:to|of))?)\s*[:=]?\s+(?:(?:issue|bug|pr)s?\s+(?=\S))?"
)
_OPEN = re.compile(r"(?i)\S[ ,;:(]+(?:see(?: also)?|at|in|to|from|via|of|per|under|by|with|and|or|cf\.?)\s*:?\Z")
"""Ends a line whose sentence goes on with what the next one points to."""
_REFERENCE = re.compile(
    r"[\w.-]+(?:/[\w.-]+)+[#!]\d+|(?:[#!]|GH-)[1-9]\d*|https?://\S+|[A-Z][A-Z0-9]{1,9}-\d+|(?=[a-f]*\d)[0-9a-f]{7,40}"
)
_PICKED = re.compile(r"\(cherry[ -]picked from (?:commit )?(?P<commit>[0-9a-f]{7,40})[^()]*\)\.?")
_UNFILLED = re.compile(
    r"(?i)(?:(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|refs?|related to|issue|ticket):?\s*)?#\s*"
    r"(?:\((?:issue|number)[^()]*\)|<[^<>]*>|xxx+|issue|number)?\.?|n/?a\.?|none\.?|_?no response_?|tbd\.?|"
    r"not applicable\.?"
)
_MADE = re.compile(
    r"(?i)\W*(?:generated|created|written|made|co-?authored) (?:with|by)\s+\[?(?:claude|copilot|github copilot|cursor|"
    r"codex|"
    r"chatgpt|openai|gemini|aider|devin|windsurf|amp|jules|opencode)\b.*"
)
_RULE = re.compile(r"[-=_*]{3,}")
_BOX = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[(?P<tick>[ xX]?)\](?:\s+(?P<said>.*))?")
_VOWED = re.compile(
    r"(?i)i(?:['’]ve| have| agree| understand| confirm| did| am| acknowledge)\b|"
    r"my (?:code|changes?|commits?|pr|branch)\b|"
    r"(?:(?:new|all|existing|unit) )*tests? (?:\w+ )*(?:added|pass(?:ed|es)?|updated)\b|"
    r"documentation (?:\w+ )*updated\b|"
    r"(?:bug ?fix|new feature|breaking change|documentation|refactor(?:ing)?|other)(?: \(.*)?$"
)
_COMMENT = re.compile(r"(?P<code>`[^`\n]+`)|<!--.*?-->", re.DOTALL)
_BLOCK = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^ {0,3}(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
_KEPT = re.compile("\0(\\d+)\0")
_HEADING = re.compile(
    r"(?P<marks>#{1,6})\s+\S.*|(?:\*\*[^*\n]{2,60}\*\*|__[^_\n]{2,60}__):?|(?i:see(?: also)?|links?|ref(?:erence)?s?):"
)
_ITEM = re.compile(r"(?P<mark>\s*(?:[-*+•]|\d{1,3}[.)])\s+)(?P<said>\S.*)")
_BOT = re.compile(
    r"""(?xmi)
    ^Bumps[ ](?:\[|the[ ][\w@/.-]+[ ]group\b|`?[\w@/.-]+`?[ ]from[ ]\S+[ ]to[ ]\S+$)
  | ^updated-dependencies:$ | ^Dependabot[ ]will[ ] | ^\[!\[Dependabot[ ]
  | ^(?:This|The)[ ](?:PR|MR|pull[ ]request|merge[ ]request)[ ]contains[ ]the[ ]following[ ](?:updates|changes):$
  | ^\|[ ]Package[ ]\| | \bgenerated[ ]by[ ]\[(?:Renovate|Mend)
  | ^updates:\n-[ ]\[\S+:[ ] | ^for[ ]more[ ]information,[ ]see[ ]https://pre-commit\.ci
  | Snyk[ ]has[ ](?:created|automatically)\b | ^See[ ]this[ ](?:package|project)[ ]in[ ](?:npm|pip|maven|nuget|snyk)\b
  | ^The[ ]following[ ]vulnerabilit(?:y|ies)[ ](?:is|are)[ ]fixed[ ] | Vulnerabilities[ ]that[ ]will[ ]be[ ]fixed\b
  | ^This[ ]PR[ ](?:updates|pins|bumps)[ ].*\bfrom\b.*\bto\b
  | ^[-*][ ]\[(?:Release[ ]notes|Changelog|Commits)\]\(https?:// | ^<summary>(?:Release[ ]notes|Changelog|Commits)\b
  | ^Currently[ ]translated[ ]at[ ] | ^Co-authored-by:[ ]Hosted[ ]Weblate | ^\*Total[ ]--[ ][\d.,]+
  | ^Adds?[ ]@[\w-]+[ ]as[ ]a[ ]contributor[ ]for[ ]
    """
)
"""What stands in a paragraph that a bot wrote; what follows it is the bot's too."""


def told(message: str) -> Told:
    """What a commit's message, or the reason of a change, tells."""
    return _told(message.strip())


def said(message: str) -> str:
    """The reason that a message gives, subject and body, without what gives none; empty where it gives none."""
    return told(message).reason


def subject(message: str) -> str:
    """The line that names what was done: behind a merge's boilerplate, the first that tells something."""
    first = message.strip().partition("\n")[0].strip()
    return said(message).partition("\n")[0].strip() or first if is_merge(first) else _unmerged(first)


def is_merge(line: str) -> bool:
    """Whether a line is what a tool writes of a merge."""
    return _MERGE.fullmatch(line.strip()) is not None


@lru_cache(maxsize=4096)
def gives_none(line: str) -> bool:
    """Whether a line says nothing of why: `wip`, `Fix typo`, `Update tests`, `Address review`, a tool's words."""
    bare = line.strip()
    if len(bare) > _LONGEST:
        return is_merge(bare)
    if not re.search(r"\w", bare) or is_merge(bare) or _TOOLS.fullmatch(bare):
        return True
    while (shorter := _SUFFIX.sub("", _PREFIX.sub("", bare, count=1) if _PREFIX.match(bare) else bare)) != bare:
        bare = shorter
    bare = re.sub(r"[\w.]+\([^\s()]*\)", "a_call", bare)  # which names something
    words = [
        word.strip("\"'’`.,:;()[]").lower().removesuffix("'s") for word in re.split(r"\s+|(?<=\w)[:&+](?=\s)", bare)
    ]
    words = [word for word in words if re.search(r"\w", word) and not word.isdigit() and word[0] != "@"]
    files = [word for word in words if _FILE.fullmatch(word)]
    others = [word for word in words if word not in files and word not in _EMPTY]
    if others:
        before = words[: words.index(others[0])]
        return len(others) <= _PLACE_WORDS and any(map(_TRIFLING.__contains__, before)) and bool(_PLACED & set(before))
    return not files or bool(_CHECKED & set(words)) or words[0] in _EDITED


# ---------------------------------------------------------------- taking away


@lru_cache(maxsize=512)
def _told(message: str) -> Told:
    text = message.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = [line.rstrip() for line in text.split("\n")]
    first = _unmerged(lines[0])
    references = [_named(name, each) for line in lines for name, each in _merged(line)]
    if any(line.startswith("Squashed commit of the following") for line in lines):
        lines = [line.removeprefix("    ") for line in lines if not _LOGGED.fullmatch(line)]
    code: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        code.append(found[0])
        return f"\0{len(code) - 1}\0"

    body = _human(_BLOCK.sub(put_aside, "\n".join(lines[1:])))
    kept = _without_repeated([*_written(body.split("\n"), references)], first)
    rest = re.sub(r"\n{3,}", "\n\n", "\n".join(_headed(kept))).strip("\n")
    rest = _KEPT.sub(lambda found: code[int(found[1])], rest)
    begins = "" if gives_none(first) else first.strip()
    apart = "\n" if lines[1:2] and lines[1].strip() else "\n\n"
    reason = f"{begins}{apart}{rest}" if begins and rest else begins or rest.strip()
    return Told(reason, unique(each for each in references if each not in reason))


def _merged(line: str) -> list[tuple[str, str]]:
    """What the boilerplate of a merge refers to, and by which name of the expression."""
    found = _MERGE.fullmatch(line.strip()) or _TITLED.match(line)
    return [(name, value) for name, value in found.groupdict().items() if value] if found else []


def _named(name: str, reference: str) -> str:
    return f"!{reference}" if name == "azure" else reference


def _unmerged(line: str) -> str:
    """A line without what a forge writes before and behind the title of what it merges."""
    found = _TITLED.match(line)
    if found is None:
        return line
    return _TITLE_END.sub("", line[found.end() :]) if found["gitea"] else line[found.end() :]


def _human(body: str) -> str:
    """The body without comments of HTML, and up to the paragraph that a bot begins with."""
    if (end := body.rfind("-->") + 1) and "<!--" in body:
        body = _COMMENT.sub(lambda found: found["code"] or "", body[: end + 2]) + body[end + 2 :]
    found = _BOT.search(body)
    return body if found is None else body[: body.rfind("\n\n", 0, found.start()) + 1]


def _written(lines: Sequence[str], references: list[str]) -> Iterator[str]:
    """The lines that somebody wrote; what the others refer to is put among the references."""
    continued = False  # whether what is indented goes on with a line that was left away
    before = ""
    for line in lines:
        bare, above = line.strip(), before
        before = bare
        if continued and bare and line[0] in " \t#" and not _ITEM.fullmatch(line):
            continue
        found = _pointed(bare)
        if found and _OPEN.search(above):
            found = None  # the sentence goes on with it
        continued = found is not None or (bare.endswith("onflicts:") and is_merge(bare))
        if found is not None:
            references += found
        elif not bare or not (is_merge(bare) or _is_form(bare)):
            yield line


def _pointed(line: str) -> list[str] | None:
    """What a trailer, or a line that does nothing but point to something, refers to; None for any other line."""
    if picked := _PICKED.fullmatch(line):
        return [picked["commit"]]
    item = _ITEM.fullmatch(line)
    text = item["said"] if item else line
    points = _POINTS.match(text)
    pointed = re.sub(r"\([^()]*\)", " ", text[points.end() if points else 0 :]).rstrip(". ")
    words = [word for word in re.split(r"[\s,;&+]+", pointed) if word and word.lower() != "and"]
    if words and all(map(_REFERENCE.fullmatch, words)):
        return words
    if trailer := _TRAILER.fullmatch(line):
        return [word for word in (trailer["rest"] or "").split() if _REFERENCE.fullmatch(word)]
    return [] if _NAMED.fullmatch(line) else None


def _is_form(line: str) -> bool:
    """Whether a line is of a template that nobody filled in, or a mark of a tool."""
    if box := _BOX.fullmatch(line):
        return not box["tick"].strip() or _VOWED.match(box["said"] or "") is not None
    return any(each.fullmatch(line) for each in (_RULE, _MADE, _UNFILLED))


def _without_repeated(lines: Sequence[str], first: str) -> list[str]:
    """The lines without items, and paragraphs of one line, that say nothing or what was said above."""
    heard = {compared(first)}
    kept: list[str] = []
    for number, line in enumerate(lines):
        item = _ITEM.fullmatch(line)
        around = (*lines[max(number - 1, 0) : number], *lines[number + 1 : number + 2])
        words = item["said"] if item else line.strip() if not any(each.strip() for each in around) else ""
        if words and (gives_none(words) or compared(words) in heard):
            continue
        heard.add(compared(words))
        kept.append(line)
    return kept


def _headed(lines: Sequence[str]) -> list[str]:
    """The lines without headings under which nothing is left."""
    kept: list[str] = []
    depth = 1  # of the heading that comes next; one as deep or deeper before it has nothing below; 0 after a text
    for line in reversed(lines):
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            depth = 0 if line.strip() else depth
            kept.append(line)
            continue
        own = len(heading["marks"] or "#######")
        if depth and own >= depth:
            continue
        kept.append(line)
        depth = own
    return kept[::-1]


def compared(line: str) -> str:
    """A line as it is compared with others that may say the same: without a request's number and marks behind it."""
    return _SUFFIX.sub("", line.strip()).casefold()
