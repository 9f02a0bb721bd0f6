"""Who people are: the names that `.mailmap` gives them, as git shows them, and which of them are programs."""

import re
from collections.abc import Iterable

from whence.git.commit_text import decoded
from whence.git.plumbing import Repository, run
from whence.values.errors import GitError

Person = tuple[str, str]
"""A name and an address."""

_BOT_NAME = re.compile(
    r"\[bot\]|\(bot\)|(?:^|[-_/.])(?:[bB]ot|robot)$|^bot[-_]|[a-z\d]Bot$"
    r"|^(?i:github-actions?|gitlab-ci|dependabot.*|renovate.*|greenkeeper.*|snyk.*|pre-commit-ci.*|pyup.*|copybara.*"
    r"|mergify.*|all-?contributors.*|semantic-release.*|imgbot|bors|codecov.*|(?:hosted )?weblate|transifex.*|crowdin.*"
    r"|travis[- ]ci|circle[- ]?ci|jenkins|buildbot|release-please.*|github-merge-queue.*|web-flow"
    r"|step-?security.*)$"
)
_BOT_ADDRESS = re.compile(
    r"(?i)\[bot\]@|^(?:\d+\+)?(?:[\w.]*[-_+])?(?:bot|no-?reply|do-?not-?reply|robot|buildbot|github-actions?)@"
)


_NOBODY = re.compile(
    r"(?i)[\W_]*(?:unknown|anonymous|nobody|no[ _-]?(?:author|name|one)|none|null|n/?a|undefined|unnamed|root|admin|"
    r"administrator|user(?:name)?|your[ _-]?name|name|author|me|ubuntu|vagrant|vscode|codespace|runner|git|dev|test|"
    r"default|localhost|example|\?+)[\W_]*"
)
"""Names that programs put where nobody said theirs."""


def is_bot(name: str, email: str = "") -> bool:
    """Whether commits of this name are made by a program: nobody whom one could ask.

    Told by the names that forges and services give their programs, and by addresses at which nobody reads.
    """
    return bool(_BOT_NAME.search(name.strip()) or _BOT_ADDRESS.search(email.strip()))


_ASSISTANT = re.compile(
    r"(?im)^(?:co-authored-by|assisted-by|generated-by|claude-session):[ \t]*(?:[^<\n]*\b(?:claude|copilot|codex"
    r"|cursor(?:agent)?|gemini|aider|devin|windsurf|amp|opencode|chatgpt|gpt-\d[\w.]*|junie|jules)\b|https?://claude\.ai/)"
    r"|^\W*Generated (?:with|by) \[?(?:Claude Code|Cursor|Codex|GitHub Copilot|Gemini|aider)\b"
)
"""What assistants write into the messages of commits that they made or helped to make, on a line of its own."""

_ASSISTANT_NAME = re.compile(
    r"(?i)^(?:claude(?: code)?|copilot|github copilot|copilot-swe-agent|cursor ?agent|codex"
    r"|devin(?:[- ]ai(?:[- ]integration)?)?|gemini(?:[- ]cli)?|jules|google-labs-jules)(?:\[bot\])?$|\(aider\)$"
)


def is_assisted(author: str, message: str) -> bool:
    """Whether a commit says that an assistant made it or helped: by its author's name, or a trailer of its message."""
    return bool(_ASSISTANT_NAME.search(author.strip()) or _ASSISTANT.search(message))


_CO_AUTHOR = re.compile(
    r"(?im)^(?:co-authored-by|assisted-by|generated-by):[ \t]*([^<\n]{1,80}?)[ \t]*(?:<[^>\n]*>)?[ \t]*$"
)
_SESSION = re.compile(r"(?im)^claude-session(?:-id)?:[ \t]*(?:https?://\S*?/)?([\w-]{8,80})[ \t]*$")


def assistants(message: str) -> list[tuple[str, str]]:
    """The assistants that a commit's trailers name, each with its session where one is named.

    Args:
        message: the commit's message.
    """
    named = [match[1] for match in _CO_AUTHOR.finditer(message) if _ASSISTANT.search(match[0])]
    sessions = [match[1] for match in _SESSION.finditer(message)]
    if sessions and not named:
        named = ["Claude Code"]
    return [(name, sessions[0] if sessions and at == 0 else "") for at, name in enumerate(dict.fromkeys(named))]


def is_person(name: str, email: str = "") -> bool:
    """Whether commits of this name are somebody's whom one could ask: no program's, and not those of a name that
    stands where nobody said their own.
    """
    return bool(name.strip()) and not is_bot(name, email) and not _NOBODY.fullmatch(name.strip())


def mapped(repository: Repository, people: Iterable[Person]) -> dict[Person, Person]:
    """The same people with the names and addresses that git shows by `.mailmap` and the settings `mailmap.*`.

    Where git can't be asked, they stay as they are.
    """
    found = {person: person for person in people}
    asked = {person: contact for person in found if (contact := _contact(person)) != " <>"}
    if asked:
        told = "".join(f"{contact}\n" for contact in asked.values())
        try:
            output = run(repository, "check-mailmap", "--stdin", input=told.encode("utf-8", "replace"))
        except GitError:
            return found
        lines = output.split(b"\n")[:-1]
        if len(lines) == len(asked):
            for person, contact, line in zip(asked, asked.values(), lines, strict=True):
                name, _, email = decoded(line).rpartition("<")
                answer = (name.strip(), email.removesuffix(">").strip())
                # What had to be written otherwise to be asked is answered so, too.
                if _contact(answer) != contact and answer[0]:
                    found[person] = answer
    return found


def _contact(person: Person) -> str:
    name, email = (re.sub(r"[<>\x00-\x1f\x7f]", "", each).strip() for each in person)
    return f"{name} <{email}>"
