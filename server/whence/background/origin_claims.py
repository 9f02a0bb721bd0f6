"""What commits, and notes beside them, state of who wrote them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from whence.git import history, notes
from whence.git.hunks import Made
from whence.git.people import assistants
from whence.git.plumbing import OPAQUE, Repository
from whence.readers import attributions
from whence.readers.attributions import Claim
from whence.readers.transcripts import Lines
from whence.secrets.redaction import redact
from whence.values.errors import GitError
from whence.values.reports.provenance import Origin
from whence.values.tally import Tally

_WHOLE = 0.5
"""How sure it is that a line is its session's where only the commit is said to be: people add to it."""

_MOST_SESSIONS = 10
"""Sessions of one checkpoint that are looked for."""

_MOST_BYTES = 1 << 20


def is_stated(repository: Repository) -> bool:
    """Whether anything in a repository is kept beside its commits that states who wrote them."""
    places = (attributions.NOTES, *attributions.CHECKPOINTS)
    return (repository.root / attributions.TRACES).is_file() or any(notes.tip(repository, each) for each in places)


class Claims:
    """What is stated of commits.

    Args:
        repository: the project's.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._notes: dict[str, str] = {}
        self._branch = next((each for each in attributions.CHECKPOINTS if notes.tip(repository, each)), "")
        self._traced: dict[str, list[Claim]] = defaultdict(list)
        self._pending: dict[str, list[Claim]] = defaultdict(list)
        traces = repository.root / attributions.TRACES
        if traces.is_file():
            with traces.open("rb") as stream:
                for record in Lines(stream, Tally(), live=True):
                    commit, claims = attributions.of_trace(record)
                    if attributions.on_top(record):  # later edits before the commit may have moved the lines
                        self._pending[commit] += (replace(each, sure=_WHOLE) for each in claims)
                    else:
                        self._traced[commit] += claims

    def read(self, ids: Sequence[str]) -> None:
        """Read the notes of some commits, and forget those of others: a note may hold a whole conversation.

        Raises:
            GitError: git can't be asked.
        """
        self._notes = notes.notes(self._repository, attributions.NOTES, ids)

    def stated(self, message: str) -> tuple[Origin, ...]:
        """What a commit's message says of who wrote it: assistants, and the sessions where it names them."""
        sessions = self._checkpointed(message)
        named = [Origin(assistant=who, session=id, kind="stated", confidence=_WHOLE) for who, id in sessions]
        told = assistants(redact(message).text)
        return (*named, *(Origin(assistant=who, session=id, kind="stated") for who, id in told if id or not named))

    def lines(self, made: Made) -> Iterator[tuple[Origin, str, dict[int, str]]]:
        """What notes say of a commit's lines: who wrote them, in which file, which by their numbers."""
        pending = self._pending.get(made.parents[0], ()) if made.parents else ()
        noted = attributions.of_note(self._notes.get(made.id, ""))
        for claim in (*noted, *self._traced.get(made.id, ()), *pending):
            found = {
                number: line
                for hunk in made.hunks
                if hunk.path == claim.path
                for number, line in enumerate(hunk.added, hunk.start)
                if any(first <= number <= last for first, last in claim.lines)
            }
            if found:
                origin = Origin(
                    assistant=claim.assistant,
                    session=claim.session,
                    turn=claim.turn,
                    asked=redact(claim.asked).text,
                    model=claim.model,
                    kind="matched" if claim.matched else "stated",
                    confidence=claim.sure,
                    mixed=claim.mixed,
                )
                yield origin, claim.path, found

    def _checkpointed(self, message: str) -> list[tuple[str, str]]:
        """The sessions of the checkpoints that a message names."""
        found: dict[tuple[str, str], None] = {}
        for place in attributions.checkpoints(message) if self._branch else ():
            files = [f"{place}/metadata.json", *(f"{place}/{each}/metadata.json" for each in range(_MOST_SESSIONS))]
            try:
                texts = history.contents(self._repository, self._branch, files, _MOST_BYTES)
            except GitError:
                continue
            for raw in texts.values():
                if raw and raw != OPAQUE and (session := attributions.of_checkpoint(raw.decode("utf-8", "replace"))):
                    found[session] = None
        return list(found)
