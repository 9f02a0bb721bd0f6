"""Edits: what assistants did to files, out of the same transcripts that conversations are read from.

A module for each assistant's format; all yield `Edit`, `Act` and `Stay`. Nothing of a file that was only read comes
out, and what failed or was declined is counted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from whence.readers.sources import MAX_WHOLE, text_of
from whence.readers.transcripts import agents, branches, read_log_of
from whence.readers.transcripts.aider import AIDER
from whence.readers.transcripts.edits import aider, claude_code, codex, cursor, gemini, vscode
from whence.readers.transcripts.edits.cursor import CURSOR
from whence.readers.transcripts.edits.gemini import GEMINI
from whence.readers.transcripts.edits.values import Act, Asked, Deed, Edit, Stay
from whence.readers.transcripts.exports import VSCODE
from whence.readers.transcripts.streaming import Lines, elements
from whence.readers.transcripts.turns import mapping, words
from whence.values.tally import Tally

__all__ = ["Act", "Asked", "Deed", "Edit", "Stay", "read", "went_back"]


def read(path: Path, origin: str, tally: Tally, *, begun: Asked | None = None, folder: str = "") -> Iterator[Deed]:
    """What was done to files in a transcript, in order.

    Args:
        path: the transcript.
        origin: which assistant's it is.
        tally: told what is left out.
        begun: the last turn that was read before, in a transcript that was appended to since: reading goes on where it
            begins, and tells it anew.
        folder: the project's, for formats that don't tell it.

    Raises:
        OSError: the file can't be read.
    """
    if origin == CURSOR:
        yield from cursor.deeds(path, tally, folder)
        return
    with path.open("rb") as stream:
        if origin == agents.CLAUDE_CODE:
            yield from _claude_code(stream, path.stem, tally, begun)
        elif origin == agents.CODEX:
            stream.seek(begun.offset if begun else 0)
            yield from codex.deeds(Lines(stream, tally, live=True), path.stem, tally, begun=_before(begun))
        elif origin == AIDER:
            text = text_of(stream.read(MAX_WHOLE), path.name, tally) or ""
            yield from aider.deeds(text, folder or str(path.parent), tally)
        elif origin in (GEMINI, VSCODE):
            value = read_log_of(stream, tally) if path.suffix == ".jsonl" else next(elements(stream, tally), None)
            if gemini.is_session(value):
                yield from gemini.deeds(value, path.stem, tally, folder)
            elif vscode.is_chat(value):
                yield from vscode.deeds(value, path.stem, tally)


def _claude_code(stream: BinaryIO, name: str, tally: Tally, begun: Asked | None) -> Iterator[Deed]:
    offset = begun.offset if begun else 0
    stream.seek(offset)
    left = branches.left(Lines(stream, Tally(), live=True))
    stream.seek(offset)
    yield from claude_code.deeds(Lines(stream, tally, live=True), name, tally, left=left, begun=_before(begun))


def _before(begun: Asked | None) -> Asked | None:
    """What stands for the turn before one that is read anew."""
    return Asked(begun.assistant, begun.session, number=begun.number - 1) if begun else None


def went_back(path: Path, begun: Asked) -> bool:
    """Whether the user went back since a turn: then what was read before may be undone, and all has to be read.

    Raises:
        OSError: the file can't be read.
    """
    known = {begun.leaf, begun.id}
    with path.open("rb") as stream:
        stream.seek(begun.offset)
        for record in Lines(stream, Tally(), live=True):
            parent = words(record.get("parentUuid")) or words(record.get("logicalParentUuid"))
            if parent not in known and record.get("type") == "user" and mapping(record.get("message")):
                return True
            known.discard("")
            known.add(words(record.get("uuid")))
        stream.seek(begun.offset)
        return bool(branches.left(Lines(stream, Tally(), live=True)))
