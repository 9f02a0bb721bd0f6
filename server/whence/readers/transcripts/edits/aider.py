"""Edits out of aider's history: blocks of what stood there and what takes its place, which aider says it applied."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from whence.readers.transcripts.aider import AIDER, chats
from whence.readers.transcripts.edits import patches
from whence.readers.transcripts.edits.gathering import Gathering
from whence.readers.transcripts.edits.values import Act, Asked, Deed, Edit
from whence.readers.transcripts.turns import moment
from whence.values.tally import Tally

_SEARCHED = (
    r"<{5,9} SEARCH[ \t]*\n(?P<old>.*?)^={5,9}[ \t]*\n(?P<new>.*?)^>{5,9} REPLACE"  # as aider's own prompt has it
)
_BLOCK = re.compile(
    rf"^(?P<path>[^\n<>=`]+?)[ \t]*\n(?:```[^\n]*\n)?{_SEARCHED}",  # the name above the fence, or without one
    re.MULTILINE | re.DOTALL,
)
_FENCED_BLOCK = re.compile(rf"^```[^\n]*\n(?P<path>[^\n<>=`]+?)[ \t]*\n{_SEARCHED}", re.MULTILINE | re.DOTALL)
_APPLIED = re.compile(r"^> Applied edit to (.+?)[ \t]*$", re.MULTILINE)
_COMMITTED = re.compile(r"^> Commit ([0-9a-f]{7,40}) (.+?)[ \t]*$", re.MULTILINE)
_MODEL = re.compile(r"^> (?:Main model|Model): (\S+)", re.MULTILINE)


def deeds(text: str, folder: str, tally: Tally) -> Iterator[Deed]:
    """What was done to files in a history, in order.

    Args:
        text: the history.
        folder: the folder that it lies in, which is the repository's.
        tally: told what is left out.
    """
    for begun, spoken in chats(text):
        gathering = Gathering(Asked(AIDER, begun), tally, folder)
        gathering.pass_by(begun)
        waiting: list[Edit] = []
        count = 0
        for each in spoken:
            words = "\n".join(each.lines).strip("\n")
            if each.role == "user":
                yield from gathering.ask(words, begun)
            elif each.role == "tool":
                if model := _MODEL.search(words):
                    gathering.model = model[1]
                yield from _told(gathering, words, waiting, begun)
                waiting = []
            else:
                found = [*_BLOCK.finditer(words)] or [*_FENCED_BLOCK.finditer(words)]
                gathering.said = words[: found[0].start()].strip()[-2_000:] if found else gathering.said
                for block in found:
                    count += 1
                    lines = patches.replaced(block["old"], block["new"])
                    waiting.append(
                        Edit(
                            f"aider.{begun}.{count}",
                            gathering.asked,
                            gathering.said,
                            gathering.model,
                            moment(begun),
                            "edit",
                            folder,
                            block["path"].strip().strip("`*"),
                            lines,
                        )
                    )
        yield from gathering.end()


def _told(gathering: Gathering, words: str, waiting: list[Edit], begun: str) -> Iterator[Deed]:
    """What aider says that it did: files that it changed, and the commit that it made of them."""
    applied = {PurePosixPath(name).as_posix() for name in _APPLIED.findall(words)}
    yield from (edit for edit in waiting if edit.path in applied)
    for number, (id, subject) in enumerate(_COMMITTED.findall(words)):
        yield Act(f"aider.{begun}.{id}.{number}", gathering.asked, None, gathering.folder, "commit", (subject, id))
