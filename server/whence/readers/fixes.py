"""What a commit's message says of an error that it fixes: pure functions over its text.

Many a subject begins with "fix" and means a typo, a test or the build. A bug that was none costs more trust than one
that is missing, so a message counts only where its prefix or its words name a failure, and nothing in it or among the
files names something else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whence.readers.references import references
from whence.values.base import one_line, unique

_MAX_MESSAGE = 20_000
"""Characters of a message that are looked at."""

_MAX_SAID = 4_000
"""Characters of a cause or a solution."""

_VERB = r"(?:fix(?:e[sd]|ing)?)"

_CONVENTIONAL = re.compile(r"(?i)(?:fix|bug-?fix|hot-?fix|bug)\s*(?:\((?P<scope>[^()]{0,60})\))?!?:\s+(?P<rest>\S.*)")
_BUGFIX = re.compile(
    r"(?i)\[?(?:bug[ -]?fix|hot[ -]?fix)(?:es)?\b\]?\s*(?:[:,-]|for|of|in|where|when)?\s+(?P<rest>\S.*)"
)
_FIX = re.compile(rf"(?i)(?:quick(?:ly)? |properly |really |also )?{_VERB}\s+(?:for (?:an? |the )?)?(?P<rest>\S.*)")
_TAG = re.compile(
    r"(?:\[(?P<tag>[^\[\]]{1,40})\]|:[a-z_]{2,30}:|[^\w\s\[\](){}<>\"'“”«»`#.,:;/\\@!?$%&*+=|~^-]+|"
    r"[A-Z]{2,10}-\d{1,7}:?)\s*"
)
_PLACE = re.compile(r"(?P<place>[\w./*{},-]{2,60}):\s+(?=\S)")
_ISSUE_FIRST = re.compile(
    r"(?i)(?:(?:issue|bug|ticket|gh|pr)\s*[-#]?|#)\s*(?P<number>\d{1,9})\b\s*(?:--?|:|–|—|,|\.|by|where|"
    r"in which)?\s*"
)
_ISSUE_LAST = re.compile(
    r"\s*[(\[](?:(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|see|issue|refs?|pr|"
    r"gh)?[\s:-]*#\d{1,9}[,\s]*(?:and )?)+[)\]]\s*\.?$",
    re.I,
)
_ISSUE_SAID = re.compile(
    r"(?i)[\s,;.-]*(?:\b(?:this )?(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|see|refs?|for|"
    r"issue)[\s:]*)+#\d{1,9}(?:\s*(?:,|and|&)\s*#\d{1,9})*\s*\.?$"
)
_NUMBER_LAST = re.compile(r"\((?:#|GH-)0*(\d{1,9})\)\s*\.?$")
_WHERE = re.compile(
    r"(?i)(?:an?|the|some|one)?\s*(?:\w+ )?(?:bugs?|issues?|problems?|errors?|cases?|regressions?)\s+(?:where|"
    r"in which|whereby)\s+(?P<rest>\S.{8,})"
)

_STRONG = (
    r"crash(?:es|ed|ing)?|segfaults?|seg\s?faults?|segmentation|panic(?:s|ked|king)?|deadlocks?|dead-?locks?|"
    r"livelocks?|"
    r"(?:memory|resource|fd|handle|goroutine|thread|connection|file)?\s?leak(?:s|ed|ing|age)?|race(?:s|"
    r" conditions?)|data race|"
    r"hang(?:s|ing)?|hung|freez(?:e|es|ing)|infinite (?:loop|recursion)|endless loop|stack overflow|overflow(?:s|"
    r"ing)?|underflow|"
    r"out[ -]of[ -](?:bounds|memory|range)|off[ -]by[ -]one|null[ -]?pointer|nil[ -]?pointer|null deref\w*|"
    r"use[ -]after[ -]free|double free|"
    r"npe|exceptions?|tracebacks?|uncaught|unhandled|corrupt(?:s|ed|ion|ing)?|data loss|undefined behaviou?r|"
    r"regressions?|vulnerabilit(?:y|ies)|injection|xss|redos|directory traversal|CVE-\d{4}-\d+|"
    r"(?-i:[A-Z]\w*(?:Error|Exception|Fault))"
)
_NAMED = (
    r"bugs?|fail(?:s|ed|ure|ures|ing)?|broken|break(?:s|age|ing)?|wrong(?:ly)?|incorrect(?:ly)?|invalid(?:ly)?|bad|"
    r"errors?|misbehav\w*|mishandl\w*|inconsisten\w*|unexpected(?:ly)?|duplicat(?:e|es|ed|ion)|"
    r"lost|loses?|losing|stuck|stale|missing|ignor(?:e|es|ed|ing)|never|not (?:being )?\w+(?:ed|ing)|"
    r"does(?:n['’]?t| not)|do(?:n['’]?t| not)|did(?:n['’]?t| not)|can(?:['’]?t|not| not)|won['’]?t|is(?:n['’]?t|"
    r" not)|are(?:n['’]?t| not)|"
    r"was(?:n['’]?t| not)|returns?|returned|returning|raises?|raised|raising|throws?|throwing|thrown|"
    r"mis(?:match\w*|pars\w*|read\w*|align\w*|interpret\w*|calculat\w*|place\w*)|escap(?:e|es|ed|ing)|"
    r"security|unsafe|flaw|glitch|malfunction\w*|edge[ -]cases?|corner[ -]cases?|where|when|if|unless|"
    r"handling|parsing|encoding|decoding|behaviou?r|logic|calculation|detection|detecting|resolution|comparison|"
    r"validation"
)
_FAILURE = re.compile(rf"\b(?:{_STRONG}|{_NAMED})\b", re.IGNORECASE)
_GRAVE = re.compile(rf"\b(?:{_STRONG})\b", re.IGNORECASE)
_AVOID = re.compile(
    rf"(?:(?:avoid|prevent)(?:s|ed|ing)?\s+(?:[\w./-]+\s+){{0,2}}?(?:{_STRONG})|"
    r"(?:don['’]?t|do not|no longer)\s+(?:crash|panic|segfault|hang|leak|deadlock|overflow|corrupt|freeze))\b",
    re.IGNORECASE,
)
_THROWN = re.compile(r"(?i)\bexceptions?\b")
_FEATURE = re.compile(
    r"(?i)(?:add|allow|document|enabl|implement|introduc|support|test|us|mak|mov|clear|chang|improv|request)(?:e|"
    r"es|s|ed|d|ing)?\b"
)
_TYPE = re.compile(r"\b((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception))\b")

_OTHER_SCOPES = re.compile(
    r"(?i)(?:.*[-/ ])?(?:deps?|dependenc(?:y|ies)|deps-dev|dev-deps|ci|docs?|documentation|tests?|testing|specs?|"
    r"e2e|bench(?:marks?)?|"
    r"build|lint(?:er|ing)?|types?|typing|typings|style|format|release|chore|readme|changelog|examples?|website|"
    r"site|i18n|l10n|"
    r"translations?|workflows?|actions?|infra|deploy|docker|meta|repo|tooling|dx|typo|packages?)(?:[-/ ].*)?"
)
_OTHER = re.compile(
    r"""(?ix)\b(?:
      typos? | spell(?:ing)?s? | misspell\w* | grammar | grammatical | wording | punctuation | capitali[sz]ation
      | pluralization
    | comments? | docs? | docblocks? | documentation | doc\s?strings? | docstrings? | javadocs? | phpdocs? | godocs?
    | jsdocs? | rustdocs?
    | read\s?me | readme\.\w+ | change\s?logs? | changes\.\w+ | release\s?notes | notes | news | tutorials?
    | guides? | quickstart | examples? | snippets? | demos?
    | faq | badges? | logo | licen[sc]es? | copyright | authors | contributing | mailmap | website | homepage
    | landing | sponsors?
    | hyper-?links? | links? | urls?\sin | anchors? | cross[ -]?ref\w* | broken\srefs? | sphinx | mkdocs | rst
    | restructuredtext | markdown | mdx? | toc | headings?
    | lint(?:s|er|ers|ing)? | lints | flake8 | ruff | mypy | pyright | pylint | pyflakes | pep-?8 | pep-?257
    | eslint | tslint | prettier | black | isort | pre-?commit
    | clippy | rustfmt | gofmt | go\s?vet | golint | golangci\S* | staticcheck | phpstan | psalm | phpcs
    | php[ -]cs\S* | cs | rubocop | checkstyle | spotless | sonar\w*
    | codeql | codacy | scrutinizer | style\s?ci | stylistic | styling | code\s?style | coding\s?standards?
    | coding\s?style | style | formatting | white\s?-?spaces? | indent(?:ation|ing|s)? | trailing | newlines?\sat
    | line\sendings? | tabs
    | tests?\w* | re-?test\w* | \w+_tests? | \w+Tests? | unit-?tests? | spec | specs | coverage | coveralls
    | codecov | fixtures? | mocks? | flaky | tox | nox | pytest | phpunit | jest | vitest | mocha | junit | asserts?
    | assertions?
    | benchmarks? | bench | fuzz(?:er|ing)? | fuzzers?
    | ci | travis | appveyor | circle\s?-?ci | jenkins | azure | gh\s?actions? | github\s?actions? | actions
    | workflows? | pipelines? | dependabot | renovate | codespaces? | devcontainer | deno\.lock
    | builds? | building | compil(?:e|es|ing|ation|er)\b(?!\s?time) | makefile | cmake | bazel | gradle | maven
    | pom | webpack\sconfig | rollup | tsconfig | package\.json | setup\.(?:py|cfg) | pyproject\S*
    | composer(?:\.json)? | cargo\.toml | manifest\.in | go\.mod | gitignore | gitattributes | editorconfig
    | dockerfile | docker | requirements\S* | lock\s?files? | vendor(?:ed|ing)? | osgi | proguard
    | packag(?:e|ing) | publish(?:ing)? | deploy(?:ment)? | releas(?:e|es|ing) | version\s?(?:numbers?|bump)
    | bump(?:s|ed|ing)? | upgrade[sd]? | deps? | dependenc(?:y|ies) | downgrad\w* | pin(?:s|ned|ning)?
    | merg(?:e|es|ed|ing)\s(?:conflicts?|errors?|issues?|mistakes?|problems?) | bad\smerge | rebase | conflicts?
    | cherry-?pick | revert(?:s|ed)?
    | (?:deprecat\w*|compiler|javac|gcc|clang|build|unused|lint|type|static|analy\w+|resource)\s?warnings?
    | warnings? | unused | imports? | import\sorder | dead\scode | obsolete
    | typings? | type\s?hints? | type\sannotations? | annotations? | types | type\serrors?\sin | type\sdefinitions?
    | type\stests? | signatures? | generics | infer\w* | \.d\.ts
    | naming | renam(?:e|ed|es|ing) | names?\sof | refactor\w* | clean\s?-?ups? | cleanups? | nits? | nitpicks?
    | small\sthings | minor\s(?:issues?|things|stuff) | minor | tidy | tweaks? | cosmetic\w* | review | feedback
    | suggestions?
    | (?:error|exception|log|warning|help|panic|debug|failure)\s?(?:messages?|msgs?|texts?|strings?|descriptions?)
    | messages? | description | articles? | redundant | repeated | improv\w* | modify | expose | this\spage
    | deprecat\w* | error[ -]?prone | yoda | requested | support(?:s|ed|ing)?
    | hyphens? | documented | documenting
    | translations? | locales? | i18n | l10n | date\sin | years? | emails? | favicon | css | fonts? | layouts?
    | website\w* | seo | metadata | wip | todos? | fixmes?
    | last\scommit | previous\scommit | my\s(?:last|previous|mistakes?) | oops
    )\b"""
)
_BOT = re.compile(
    r"(?i)\[bot\]|\bdependabot|\brenovate\b|\bgreenkeeper|\bsnyk|\bpre-commit-ci|\bgithub-actions|\bpyup\b|"
    r"\bcopybara"
)
_NOT_A_FIX = re.compile(
    r"(?i)(?:fix(?:e[sd])? and\b|merge\b|merged\b|revert\b|fixup!|squash!|amend!|wip\b|\d+\.\d+(?:\.\d+)?\b|v\d|"
    r"release\b|bump\b|update[sd]?\b|backport\smerge)"
)

_ASIDE = re.compile(
    r"(?i)(?:.*/)?(?:docs?|documentation|website|site|tests?|testing|testdata|test-\w+|spec|specs|__tests__|e2e|"
    r"fixtures|examples?|demos?|bench(?:marks?|es)?|"
    r"\.github|\.circleci|\.travis|\.vscode|\.idea|ci|scripts|tools|packaging|requirements|\.changeset|artwork)/.*"
    r"|(?:.*/)?(?:changes|changelog|history|news|readme|authors|contributors|contributing|license|licence|"
    r"copying|todo|makefile|dockerfile|upgrading|security|notice)(?:[.-][\w.]+)?"
    r"|(?:.*/)?(?:test_[^/]+|[^/]+_test\.\w+|[^/]+\.(?:test|spec|test-d)\.\w+|[^/]+Tests?\.\w+|conftest\.py|"
    r"pom\.xml|package\.json|setup\.(?:py|cfg)|pyproject\.toml|composer\.json|cargo\.toml|go\.(?:mod|sum)|"
    r"tox\.ini|noxfile\.py|mkdocs\.yml|gradle\.properties|\.\w[\w.-]*)"
    r"|.*\.(?:md|mdx|rst|txt|adoc|ya?ml|lock|toml|cfg|ini|svg|png|jpe?g|gif|gradle|xml\.dist|neon|dist)"
)

_TRAILER = re.compile(
    r"(?i)(?:[A-Z][\w-]*-(?:by|to|id|on|for|number|url|from|author|link)|cc|pr-url|refs?|reviewed|reviewers|"
    r"reviewed-by|issue|issues|bug|bugs|"
    r"see also|see|ref|fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|link|git-svn-id|conflicts|change-?id|"
    r"piperorigin-revid|fixes-issue|related(?: to)?)\s*:?\s*"
    r"(?:.*(?:#\d+|https?://|<[^<>]*@[^<>]*>|[0-9a-f]{7,}|GH-\d+).*|.{0,60}\bI[0-9a-f]{30,}\b)?\s*\.?"
)
_CAUSE_HEAD = re.compile(
    r"(?i)\W{0,4}(?:root[ -]cause|cause|reason|why|problem|issue|bug|symptoms?|before|background|"
    r"context)\W{0,4}:\s*"
)
_FIX_HEAD = re.compile(r"(?i)\W{0,4}(?:fix|solution|resolution|what|how|after|approach|change|remedy)\W{0,4}:\s*")
_HEADING = re.compile(r"#{1,6}\s+(?P<name>.{1,60})")
_CAUSE = re.compile(
    r"(?i)\b(?:because|caus(?:e|es|ed|ing)|due to|root cause|since (?!v?\d)|was (?:never|not|being|only|always|"
    r"previously)|were (?:never|not|being|only)|"
    r"used to|previously|formerly|before this|prior to|the (?:problem|issue|bug|reason|culprit) (?:is|was|here)|"
    r"did(?:n['’]t| not)|does(?:n['’]t| not)|would (?:fail|crash|raise|panic|hang|throw|return|cause|lead|result|"
    r"be|not)|"
    r"leads? to|led to|results? in|resulted in|turns out|assum(?:es|ed)|forgot|introduced (?:in|by)|"
    r"regress(?:ion|ed)|fail(?:s|ed)|wrongly|incorrectly|wasn['’]t|weren['’]t|isn['’]t)\b"
)


@dataclass(frozen=True, slots=True)
class Fix:
    """An error that a commit's message says it fixes."""

    message: str
    """What failed, in the words of the subject without its prefix."""

    error_type: str = ""
    """The type of the error, where one is named."""

    root_cause: str = ""
    """Why, as far as the rest of the message tells."""

    solution: str = ""
    """What was done about it, as far as that tells."""

    issues: tuple[str, ...] = ()
    """Numbers of the issues that it fixes, and of the one or the pull request that it is of."""


def fixed(message: str, author: str = "", files: Sequence[str] = ()) -> Fix | None:
    """The error that a commit fixes by its own words; None where it says of none.

    Taken for fixes are `fix: ...` and `fix(scope): ...`, `bugfix ...`, `Fix <failure>`, `Avoid <failure>`, and `Fixes
    #12` with a failure named in the subject. Typos, comments, documentation, tests, builds, style, releases and bumps
    are none, nor are merges, nor what bots commit, nor what touches no file of the program.

    Args:
        message: the whole message.
        author: who made the commit, by name or address.
        files: what it changed; without any only its words count.
    """
    subject, _, body = message[:_MAX_MESSAGE].strip().partition("\n")
    subject = one_line(subject, 300)
    if _BOT.search(author) or _NOT_A_FIX.match(subject) or (files and all(map(is_aside, files))):
        return None
    said = _said(subject, message)
    if said is None:
        return None
    words = _shown(said)
    if len(words) < 4 or (" " not in words and not _TYPE.fullmatch(words)):
        return None
    cause, solution = _told(body)
    found = _TYPE.search(subject) or _TYPE.search(cause)
    return Fix(
        message=words,
        error_type=found[1] if found else "",
        root_cause=cause,
        solution=solution,
        issues=_issues(subject, message),
    )


def _said(subject: str, message: str) -> str | None:
    """What the subject says is fixed; None where it is no failure."""
    rest = _untagged(subject)
    if rest is None:
        return None
    if found := _CONVENTIONAL.match(rest):
        rest = re.sub(rf"^{_VERB}\s+", "", found["rest"], flags=re.IGNORECASE)
        return None if _OTHER_SCOPES.fullmatch((found["scope"] or "").strip()) or _else(rest) else rest
    if place := _PLACE.match(rest):  # as Go and many others write: the package first
        if _OTHER_SCOPES.fullmatch(place["place"]) or _ASIDE.fullmatch(place["place"]):
            return None
        rest = rest[place.end() :]
    if _else(rest):
        return None
    if found := _BUGFIX.match(rest):
        return found["rest"]
    if (found := _FIX.match(rest)) and _FAILURE.search(found["rest"]):
        return found["rest"]
    if _AVOID.match(rest):
        return rest
    fixes = any(each.thing == "issue" and each.verb == "fixes" for each in references(message))
    return rest if fixes and _GRAVE.search(_THROWN.sub("", rest)) and not _FEATURE.match(rest) else None


def _untagged(subject: str) -> str | None:
    """The subject without its tags, a tag of a fix as the type of a conventional commit; None where one says else."""
    rest = subject
    while (tag := _TAG.match(rest)) and tag.end():
        if tag["tag"] and re.fullmatch(r"(?i)bug|bug ?fix|fix|hotfix", tag["tag"]):
            return f"fix: {rest[tag.end() :]}"
        if tag["tag"] and _OTHER_SCOPES.fullmatch(tag["tag"]):
            return None
        rest = rest[tag.end() :]
    return rest


def _else(rest: str) -> bool:
    """Whether it is about something else than the program's own failures."""
    return bool(_OTHER.search(rest))


def _shown(said: str) -> str:
    """The words of a subject as those of a failure: without issues and "a bug where"."""
    words = said
    for pattern in (_ISSUE_LAST, _ISSUE_SAID, _ISSUE_LAST):
        words = pattern.sub("", words)
    if first := _ISSUE_FIRST.match(words):
        words = words[first.end() :]
    if found := _WHERE.match(words):
        words = found["rest"]
    words = words.strip().rstrip(".,;:-").strip()
    return words[:1].upper() + words[1:] if re.match(r"[a-z]+(?:\s|$)", words) else words


def _issues(subject: str, message: str) -> tuple[str, ...]:
    said = (each.value for each in references(message) if each.thing == "issue" and each.verb == "fixes")
    last = _NUMBER_LAST.search(subject)
    return unique([*said, *([last[1]] if last else [])])


def _told(body: str) -> tuple[str, str]:
    """Why it failed, and what was done, as far as the rest of the message tells the one from the other."""
    causes: list[str] = []
    solutions: list[str] = []
    heading = ""
    for paragraph in _paragraphs(body):
        if found := _HEADING.fullmatch(paragraph):
            heading = f"{found['name']}:"
            continue
        if found := _CAUSE_HEAD.match(paragraph) or (heading and _CAUSE_HEAD.match(heading)) or None:
            causes.append(paragraph[found.end() :] if found.string == paragraph else paragraph)
        elif found := _FIX_HEAD.match(paragraph) or (heading and _FIX_HEAD.match(heading)) or None:
            solutions.append(paragraph[found.end() :] if found.string == paragraph else paragraph)
        elif not solutions and _CAUSE.search(paragraph):
            causes.append(paragraph)
        else:
            solutions.append(paragraph)
    return _joined(causes), _joined(solutions)


def _joined(paragraphs: Iterable[str]) -> str:
    text = "\n\n".join(each.strip() for each in paragraphs if each.strip())
    return text if len(text) <= _MAX_SAID else text[:_MAX_SAID].rpartition(" ")[0].rstrip() + "…"


def _paragraphs(body: str) -> list[str]:
    """The paragraphs of a message's body, without signatures and references."""
    found: list[str] = []
    for block in re.split(r"\n[ \t]*\n", body.strip("\n")):
        lines = [line for line in block.splitlines() if line.strip() and not _TRAILER.fullmatch(line.strip())]
        lines = [line for line in lines if not re.fullmatch(r"\s*(?:[-*=_]{3,}|\*)\s*", line)]
        if lines:
            found.append("\n".join(lines))
    return found


def is_aside(path: str) -> bool:
    """Whether a file is none of the program itself: documentation, tests, settings of tools."""
    return bool(_ASIDE.fullmatch(path))
