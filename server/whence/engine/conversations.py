"""Conversations: kept by hand, read from exports, taken from transcripts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from whence.background import origins as background
from whence.background.autosave import gather
from whence.background.intake import Intake, own_turn
from whence.engine import origins
from whence.engine.files import to_read
from whence.project.project import Project
from whence.readers import sources as files
from whence.readers import transcripts
from whence.readers.transcripts import homes
from whence.readers.transcripts.boilerplate import OUR_CONTEXT
from whence.values.base import Words, one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.memory import Conversation, MemoryBase, Message
from whence.values.operation import Progress, operation
from whence.values.protocol import Acknowledged
from whence.values.reach import ToRead
from whence.values.reports import Imported, LabelCount, LabelsInUse
from whence.values.tally import Tally

Turns = Annotated[tuple[Message, ...], Field(max_length=10_000)]

MAX_TEXT = 8_000_000
"""Characters of a text that is saved by hand."""


@operation
def save_conversation(
    project: Project,
    text: str = "",
    messages: Turns = (),
    label: str = "",
    folder: str = "",
    origin: str = "",
    title: str = "",
    labels: Words = (),
) -> Acknowledged:
    """Keep a conversation: turns, or a text in which they are recognised role by role.

    A chat export in Markdown or JSON is taken apart; a text in which nobody's role is recognised is one turn of the
    user. An export that names its conversation is kept once: saved again, the conversation gains its new turns.

    Args:
        text: what was said, as a selection, a document or the clipboard holds it.
        messages: what was said, as turns; beside a text they come after it.
        label: the label to file it under; without any, the one that the settings name.
        folder: the folder to file it in.
        origin: where it comes from, such as `copilot`.
        title: what to call it; made from the first question where absent.
        labels: further labels.

    Raises:
        InvalidRequest: there is nothing to keep, or too much; nothing was kept.
    """
    if not text.strip() and not messages:
        raise InvalidRequest("There is nothing to save: the text is empty and there are no turns.")
    if len(text) > MAX_TEXT:
        raise InvalidRequest(f"The text is longer than {MAX_TEXT:,} characters. Import it from a file instead.")
    tally = Tally()
    drafts = transcripts.read(text, "", tally, whole=True) if text.strip() else ()
    filed = unique([label.strip(), *labels]) or unique([project.settings.conversations.default_label.strip()])
    known = [draft for draft in drafts if draft.origin]
    if known and not messages:
        return _merged(project, known, title, filed, folder, tally)
    turns = tuple(turn for draft in drafts for turn in draft.messages)
    if text.strip() and not turns and (said := transcripts.strip(text, tally)):
        turns = (Message(role="user", content=said),)
    handed_out = project.handed.sketches()
    owned = tuple(own for turn in turns if (own := own_turn(turn, handed_out)))
    if len(owned) < len(turns):
        tally.add(OUR_CONTEXT, title, count=len(turns) - len(owned))
    turns = owned
    if not turns and not messages:
        raise InvalidRequest("There is nothing to save: the text holds nothing that anybody said.")
    conversation = Conversation(
        title=title or next((draft.title for draft in drafts if draft.title), ""),
        messages=(*turns, *messages),
        labels=filed,
        folder=folder.strip("/ "),
        origin=origin.strip(),
        project=project.place.id,
        author=project.place.author,
    )
    (kept,) = project.writer.write([conversation], new=True)
    return Acknowledged(ids=(kept.id,), note=_kept(kept.title, len(conversation.messages), tally))


@operation
def append_turns(project: Project, id: str, messages: Annotated[Turns, Field(min_length=1)]) -> Acknowledged:
    """Add turns at the end of a conversation.

    Args:
        id: the conversation.
        messages: the turns, oldest first.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: it is not a conversation; nothing was changed.
    """

    def change(current: MemoryBase) -> MemoryBase:
        if not isinstance(current, Conversation):
            raise InvalidRequest(f"“{one_line(current.title, 60)}” is a {current.kind}: only conversations have turns.")
        return current.model_copy(update={"messages": (*current.messages, *messages)})

    changed = project.writer.update(id, change)
    count = f"{len(messages)} turn{'s' * (len(messages) != 1)}"
    return Acknowledged(ids=(changed.id,), note=f"Added {count} to “{changed.title}”.")


@operation
def labels_in_use(project: Project, kinds: Words = ()) -> LabelsInUse:
    """List the labels that memories have, the most used first.

    Args:
        kinds: only labels of these kinds of memory.
    """
    counted = project.store.labels(kinds)
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0].casefold(), each[0]))
    return LabelsInUse(labels=tuple(LabelCount(label=label, count=count) for label, count in ordered))


@operation
def import_conversations(
    project: Project,
    source: ToRead,
    label: str = "",
    folder: str = "",
    progress: Progress = lambda message, share: None,
) -> Imported:
    """Read conversations from a file or from all files of a folder; what is known gains only its new turns.

    Exports of ChatGPT, Claude and VS Code are read, also in ZIP archives, transcripts of Claude Code and Codex,
    lists of messages in JSON, and chats in Markdown and text.

    Args:
        source: the file or folder.
        label: a label for those that are new; without, the name of the tool they come from.
        folder: the folder to file new ones in.

    Raises:
        InvalidRequest: there is no such file or folder.
    """
    top = to_read(project, source)
    tally = Tally()
    labels = unique([label.strip()])
    with Intake(
        project.store, project.writer, project.place, tally, labels=labels, folder=folder.strip("/ ")
    ) as intake:
        listed = list(files.files(top, transcripts.ENDINGS, tally))
        for number, (path, name) in enumerate(listed):
            for draft in transcripts.read_file(path, name, tally):
                progress(f"Reading {name}", number / len(listed))
                intake.take(draft, datetime.fromtimestamp(path.stat().st_mtime, UTC))
            progress(f"Reading {name}", (number + 1) / len(listed))
    return intake.imported()


@operation
def import_transcripts(
    project: Project, sources: Words = (), progress: Progress = lambda message, share: None
) -> Imported:
    """Take all that assistants on this machine have written down of their conversations about this project.

    Args:
        sources: whose transcripts: `claude-code`, `codex`, `vscode`; all of them without.

    Raises:
        InvalidRequest: a source is none of these.
    """
    for each in sources:
        if each not in homes.SOURCES:
            raise InvalidRequest(f"There is no source {one_line(each, 40)!r}; there are {', '.join(homes.SOURCES)}.")
    wanted = unique(sources) or homes.SOURCES
    tally = Tally()
    with Intake(project.store, project.writer, project.place, tally) as intake:
        found = gather(wanted, project.place, intake, tally, progress, anew=True)
    origins.update(project, wanted if sources else background.SOURCES, progress)
    if not found:
        return Imported(
            left_out=tally.left_out(), note=f"No transcripts of this project were found of {', '.join(wanted)}."
        )
    return intake.imported()


def _merged(
    project: Project, drafts: list[transcripts.Draft], title: str, labels: Words, folder: str, tally: Tally
) -> Acknowledged:
    with Intake(
        project.store, project.writer, project.place, tally, labels=labels, folder=folder.strip("/ ")
    ) as intake:
        for draft in drafts:
            intake.take(replace(draft, title=title) if title and len(drafts) == 1 else draft)
    return Acknowledged(ids=intake.ids, note=_with_left_out(intake.imported().note, tally))


def _kept(title: str, count: int, tally: Tally) -> str:
    return _with_left_out(f"Kept “{title}”, {count} turn{'s' * (count != 1)}.", tally)


def _with_left_out(note: str, tally: Tally) -> str:
    told = "; ".join(f"{each.reason}: {each.count}" for each in tally.left_out())
    return f"{note} Left out: {told}." if told else note
