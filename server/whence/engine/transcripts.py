"""Transcripts that are not kept yet: the user is offered once to keep them, before their assistant deletes them."""

from datetime import UTC, datetime
from pathlib import Path

from whence.engine import conversations
from whence.pages.dates import day
from whence.project.project import Project
from whence.project.transcript_choice import TranscriptChoice
from whence.readers.transcripts import homes
from whence.values.errors import StorageError
from whence.values.operation import Progress, operation
from whence.values.reports import Imported, TranscriptOffer

_MOST = 5_000
"""Transcripts that are looked at; of more, the offer tells of these."""

_DELETES = {"claude-code": "Claude Code deletes its own after 30 days, unless told otherwise. "}
"""What assistants do with transcripts by themselves, as their settings' documentation has it (`cleanupPeriodDays`)."""

_NOBODY = TranscriptOffer(count=0, bytes=0, since=None, sources=(), note="")


@operation
def transcript_offer(project: Project, again: bool = False) -> TranscriptOffer:
    """Tell which transcripts of assistants about this project are not kept, for the user to decide.

    Their files are listed, and read as far as it takes to see whose project they are of; nothing of them is stored.
    The answer is empty where turns are taken already, where the user was asked before, and in a folder that isn't
    trusted.

    Args:
        again: whether to tell even though the user was asked before, as long as no answer came.
    """
    said = TranscriptChoice(project.place.home).read()
    unasked = said is None or (again and said == "asked")
    if project.settings.conversations.auto_save or not unasked or not project.trusted:
        return _NOBODY
    found: dict[str, list[Path]] = {}
    for origin in homes.SOURCES:
        for path in list(homes.candidates(origin, project.place.root))[:_MOST]:
            try:
                if homes.judged(path, origin, project.place.root):
                    found.setdefault(origin, []).append(path)
            except OSError:
                continue
    stats = [path.stat() for paths in found.values() for path in paths if path.exists()]
    if not stats:
        return _NOBODY
    size = sum(each.st_size for each in stats)
    since = datetime.fromtimestamp(min(each.st_mtime for each in stats), UTC)
    return TranscriptOffer(
        count=len(stats), bytes=size, since=since, sources=tuple(found), note=_note(len(stats), size, since, found)
    )


@operation
def keep_transcripts(project: Project, keep: bool = True, progress: Progress = lambda message, share: None) -> Imported:
    """Keep what assistants write down of their conversations about this project, now and as it comes; or don't.

    What is there is taken at once, and new turns while an editor or a server has the project open. Secrets are taken
    out, and of what tools printed only edits are looked at. The setting `conversations.autoSave`, where there is one,
    has the last word.

    Args:
        keep: whether to keep them. If not, nothing is taken and nobody asks again; what is kept already stays.

    Raises:
        StorageError: the answer can't be written.
    """
    answer(project, keep=keep)
    if not keep:
        return Imported(note="Transcripts of this project are left alone, and you are not asked again.")
    done = conversations.import_transcripts(project, progress=progress)
    return done.model_copy(update={"note": f"{done.note} New turns are taken as they come."})


def answer(project: Project, *, keep: bool) -> None:
    """Remember what the user said; it holds from the next opening on.

    Raises:
        StorageError: it can't be written.
    """
    try:
        TranscriptChoice(project.place.home).write("keep" if keep else "never")
    except OSError as error:
        raise StorageError(f"The answer could not be kept: {error.strerror or error}.") from None


def unkept(project: Project) -> str:
    """What is to be said on the command line of transcripts that nobody decided about; nothing where there are none."""
    offered = transcript_offer(project, again=True)
    if not offered.note:
        return ""
    return f"{offered.note} `whence keep-transcripts` keeps them, and with --no-keep this is not said again."


def asked(project: Project) -> None:
    """Remember that the user was asked; an answer that came meanwhile stays."""
    choice = TranscriptChoice(project.place.home)
    try:
        if choice.read() is None:
            choice.write("asked")
    except OSError:
        pass  # then the question comes once more


def _note(count: int, size: int, since: datetime, found: dict[str, list[Path]]) -> str:
    one = count == 1
    deletes = "".join(_DELETES[each] for each in found if each in _DELETES)
    return (
        f"{count} transcript{'' if one else 's'} of assistants about this project {'lies' if one else 'lie'} on this"
        f" machine, {'' if one else 'the oldest '}from {day(since, None)}, {max(0.1, size / 1e6):.1f} MB in all,"
        f" and {'is' if one else 'are'} not kept. {deletes}".strip()
    )
