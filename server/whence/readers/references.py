"""What a message refers to: issues, commits, memories, decisions, by the words that people and tools use."""

import re
from dataclasses import dataclass
from typing import Literal

Thing = Literal["issue", "commit", "memory", "decision", "title"]

Verb = Literal["fixes", "reverts", "supersedes", "names"]

MAX_REFERENCES = 50
"""References that a message has at most; the list of a release has hundreds, and says little by each."""

_MAX_TEXT = 20_000
"""Characters of a message that are looked at."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that a message refers to, and how."""

    thing: Thing
    """What it names: an issue's number, a commit's id or the beginning of one, a memory's id, a decision's number, or \
something by its quoted title."""

    value: str
    """The number without leading zeros, the id in small letters, or the title."""

    verb: Verb = "names"
    """Whether it says that the thing is fixed, reverted or superseded, or merely names it."""


_VERBS = (
    r"fix(?:e[sd]|ing)?|clos(?:e[sd]?|ing)|resolv(?:e[sd]?|ing)|revert(?:s|ed|ing)?"
    r"|supersed(?:e[sd]?|ing)|replac(?:e[sd]?|ing)"
)
_FOUND = re.compile(
    rf"""(?xi)
    (?<!\w)(?=[\w\#"“«'`])   # nothing begins within a word: four positions of five need no look
    (?: \b(?P<verb>{_VERBS})\b :? \s+ (?:(?:the|this|that|a|an|in|commit|bug|error|issue|decision)\s+){{0,3}} )?
    (?: \b(?P<memory>[0-9a-f]{{8}}-[0-9a-f]{{4}}-7[0-9a-f]{{3}}-[0-9a-f]{{4}}-[0-9a-f]{{12}})\b
      | \b(?:ADR|DEC|decision(?:\s+record)?)(?:[\s_-]*(?:no\.?|number|\#)\s*|[\s_-]*)
          0*(?P<decision>\d{{1,6}})\b(?!\.\d)
      | (?<![\w&/\#])\#(?P<issue>\d{{1,9}})\b | \bGH-(?P<gh>\d{{1,9}})\b
      | \bhttps?://[^\s/]{{1,100}}/[^\s]{{1,200}}?/(?:-/)?issues/(?P<address>\d{{1,9}})\b
      | (?<![\w.\#/-])(?P<commit>[0-9a-f]{{7,40}})(?![\w-]|\.\w)
      | "(?P<title>[^"\n]{{4,200}})" | “(?P<curved>[^”\n]{{4,200}})” | «(?P<pointed>[^»\n]{{4,200}})»
      | (?<!\w)'(?P<single>[^'\n]{{4,200}})'(?!\w) | `(?P<code>[^`\n]{{4,200}})`
    )
    """
)
_REVERT = re.compile(r'Revert:? ["“](?P<title>[^\n]{1,300})["”][ \t]*(?:\(#\d{1,9}\))?[ \t]*\.?[ \t]*(?:\n|$)')
_MORE = re.compile(r"\s*(?:,\s*and|,|and|&|\+)\s*", re.IGNORECASE)


def reverted(text: str) -> str:
    """The title of the commit that a message takes back in git's own words; empty where it takes back none."""
    found = _REVERT.match(text.lstrip())
    return " ".join(found["title"].split()) if found else ""


def references(text: str) -> tuple[Reference, ...]:
    """What a commit's message or a reason refers to, in order, none twice.

    Of the subject `Revert "..."` only that title counts: what stands in it was said by another commit.

    Known are `Fixes #12` with its kin, `GH-12` and addresses of issues, ids of commits from 7 digits on, as in `This
    reverts commit <id>`, ids of memories, `ADR-0012`, `DEC-12` and `decision 12`, and titles between quotes. Whether
    such a thing exists is for others to find out: `1234567` may be a number, and quotes hold more than titles.
    """
    found: dict[tuple[Thing, str], Reference] = {}
    verb: Verb = "names"
    last = -1
    text = text.lstrip()[:_MAX_TEXT]
    if title := reverted(text):
        found["title", title] = Reference("title", title, "reverts")
        text = text.partition("\n")[2]
    for match in _FOUND.finditer(text):
        # "Fixes #12, #13 and #14" fixes all three.
        follows = last >= 0 and _MORE.fullmatch(text, last, match.start()) is not None
        if match["verb"] or not follows:
            verb = _verb(match["verb"] or "")
        last = match.end()
        reference = _reference(match, verb)
        key = (reference.thing, reference.value)
        if key not in found or found[key].verb == "names":
            found[key] = reference
        if len(found) >= MAX_REFERENCES:
            break
    return tuple(found.values())


def _reference(match: re.Match[str], verb: Verb) -> Reference:
    if memory := match["memory"]:
        return Reference("memory", memory.lower(), verb)
    if decision := match["decision"]:
        return Reference("decision", decision, verb)
    if issue := match["issue"] or match["gh"] or match["address"]:
        return Reference("issue", issue.lstrip("0") or "0", verb)
    if commit := match["commit"]:
        return Reference("commit", commit.lower(), verb)
    title = match["title"] or match["curved"] or match["pointed"] or match["single"] or match["code"] or ""
    return Reference("title", " ".join(title.split()), verb)


def _verb(word: str) -> Verb:
    match word[:3].lower():
        case "fix" | "clo" | "res":
            return "fixes"
        case "rev":
            return "reverts"
        case "sup" | "rep":
            return "supersedes"
        case _:
            return "names"
