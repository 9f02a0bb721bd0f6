"""What the user said when asked whether transcripts of a project are to be kept: asked once, and kept beside it."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from whence.readers.transcripts import homes
from whence.values.settings import ConversationSettings

Answer = Literal["asked", "keep", "never"]
"""`asked`: no answer came, and the question isn't asked again."""

_ANSWERS: tuple[Answer, ...] = ("asked", "keep", "never")


@dataclass(frozen=True, slots=True)
class TranscriptChoice:
    """Keeps the answer.

    Args:
        home: the project's folder of ours.
    """

    home: Path

    def read(self) -> Answer | None:
        """The answer; None where nobody was asked."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
            told = json.loads(self._file.read_text(encoding="utf-8"))["answer"]
            return next((each for each in _ANSWERS if each == told), None)
        return None

    def write(self, answer: Answer) -> None:
        """Remember it.

        Raises:
            OSError: it can't be written.
        """
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"answer": answer}), encoding="utf-8")
        fresh.replace(self._file)

    def wanted(self, settings: ConversationSettings) -> ConversationSettings:
        """The options with the sources of which turns are taken: the user's setting, or else what was answered."""
        if settings.auto_save or self.read() != "keep":
            return settings
        return settings.model_copy(update={"auto_save": homes.SOURCES})

    @property
    def _file(self) -> Path:
        return self.home / "transcript-choice.json"
