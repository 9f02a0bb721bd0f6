"""What was written in a form that nobody kept yet: one draft for each kind and for each memory that is changed.

They lie in the project's folder on this machine, and not in the editor's own state: here every text is redacted before
it reaches the disk, as that of a memory is, and there nothing would be. They are no memories: nothing finds them but
the form that they belong to, and one that can't be read is none.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from whence.secrets.redaction import redact, redact_path
from whence.values.base import now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stood in a form when it was left."""

    at: datetime
    """When that was."""

    answers: Mapping[str, str]
    """By the names of the fields."""

    file: str = ""
    """The file of the lines that it is about, relative to the project; empty where it is about none."""

    start: int = 0
    """The first of these lines, from 1."""

    end: int = 0
    """The last of them."""


def draft_of(home: Path, form: str) -> Draft | None:
    """The draft of a form; None where there is none.

    Args:
        home: the project's folder of ours.
        form: what names the form: a kind, an operation, or a memory's id.
    """
    try:
        told = json.loads(_file(home, form).read_text(encoding="utf-8"))
        answers = {str(name): str(text) for name, text in told.pop("answers").items()}
        return Draft(**{**told, "at": datetime.fromisoformat(told["at"]), "answers": answers})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("a draft can't be read: %s", type(error).__name__)
        return None


def keep(home: Path, form: str, answers: Mapping[str, str], place: tuple[str, int, int] = ("", 0, 0)) -> None:
    """Keep a draft in the place of the one before, readable by the user alone; its secrets are taken out first.

    Args:
        home: the project's folder of ours.
        form: what names the form.
        answers: by the names of the fields.
        place: file, first and last line of what it is about.

    Raises:
        OSError: it can't be written.
    """
    said = {name: redact(text).text for name, text in answers.items()}
    file, start, end = place
    draft = asdict(Draft(now(), said, redact_path(file).text, start, end))
    target = _file(home, form)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({**draft, "at": draft["at"].isoformat()}), encoding="utf-8")
    fresh.replace(target)


def discard(home: Path, form: str) -> None:
    """Remove a draft; without one nothing changes.

    Raises:
        OSError: it can't be removed.
    """
    _file(home, form).unlink(missing_ok=True)


def _file(home: Path, form: str) -> Path:
    return home / "drafts" / f"{form}.json"
