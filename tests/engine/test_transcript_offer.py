"""Transcripts that nobody decided about: offered once, kept or left alone as the user says, and bounded."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.background.origin_table import OriginTable
from whence.values.settings import parse

AT = "2026-01-02T03:04:{:02}Z"

PLAIN = {"embedding": {"model": "none"}}


def transcript(root: Path, *texts: str, name: str = "s1", cwd: Path | None = None) -> Path:
    """A transcript of Claude Code in the folder of a project, said in another where that is named."""
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"], "projects", re.sub(r"[^A-Za-z0-9]", "-", str(root.resolve())))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        for second, text in enumerate(texts):
            message = {"role": "user", "content": text}
            record = {"type": "user", "sessionId": name, "cwd": str(cwd or root), "timestamp": AT.format(second)}
            file.write(json.dumps({**record, "message": message}) + "\n")
    return path


def conversations(engine: Engine) -> int:
    return int(engine.store.counts().get("conversation", 0))


def test_transcripts_are_offered_with_how_many_since_when_and_how_large(repository: Path, tmp_path: Path) -> None:
    path = transcript(repository, "Stop after three attempts", "And say so")
    os.utime(path, (1767323045, 1767323045))
    transcript(repository, "Of another project", name="s2", cwd=tmp_path)
    with Engine(repository, parse(PLAIN)) as engine:
        offered = engine.transcript_offer()
        assert (offered.count, offered.bytes, offered.sources) == (1, path.stat().st_size, ("claude-code",))
        assert "1 transcript of assistants about this project" in offered.note
        assert "from 2 Jan 2026" in offered.note
        assert "after 30 days" in offered.note
        assert any("whence keep-transcripts" in each for each in engine.status().messages)
        assert conversations(engine) == 0, "nothing is taken before the user says so"
        assert not (engine.place.home / "origins.sqlite").exists()


@pytest.mark.parametrize(
    ("settings", "trusted"),
    [({"conversations": {"autoSave": ["codex"]}}, True), ({}, False)],
    ids=["chosen", "mistrust"],
)
def test_nothing_is_offered_where_it_was_chosen_or_the_folder_is_not_trusted(
    repository: Path, settings: dict[str, object], trusted: bool
) -> None:
    transcript(repository, "q")
    with Engine(repository, parse({**PLAIN, **settings}), trusted=trusted) as engine:
        assert engine.transcript_offer().count == 0
        assert engine.transcript_offer().note == ""


def test_a_yes_takes_what_is_there_and_what_comes(repository: Path) -> None:
    transcript(repository, "Stop after three attempts")
    with Engine(repository, parse(PLAIN)) as engine:
        assert "as they come" in engine.keep_transcripts().note
        assert conversations(engine) == 1
        assert engine.transcript_offer().note == ""
        assert engine.status().conversation_bytes
    with Engine(repository, parse(PLAIN), capture=True) as engine:
        assert engine.autosave and engine.origins
        transcript(repository, "Another one", name="s2")
        assert engine.autosave.settle(PATIENCE)
        assert conversations(engine) == 2


def test_a_no_holds_and_nobody_is_asked_again(repository: Path) -> None:
    transcript(repository, "q")
    with Engine(repository, parse(PLAIN)) as engine:
        engine.keep_transcripts(keep=False)
    with Engine(repository, parse(PLAIN), capture=True) as engine:
        assert engine.autosave is None
        assert engine.transcript_offer(again=True).note == ""
        assert conversations(engine) == 0


def test_the_setting_has_the_last_word(repository: Path) -> None:
    transcript(repository, "q")
    with Engine(repository, parse(PLAIN)) as engine:
        engine.keep_transcripts(keep=False)
    with Engine(repository, parse({**PLAIN, "conversations": {"autoSave": ["claude-code"]}}), capture=True) as engine:
        assert engine.autosave and engine.autosave.settle(PATIENCE)
        assert conversations(engine) == 1


def test_where_the_room_is_used_up_no_more_is_taken_and_what_is_kept_stays(repository: Path) -> None:
    transcript(repository, "Read this")
    settings = parse({**PLAIN, "conversations": {"autoSave": ["claude-code"], "maxMegabytes": 1}})
    with Engine(repository, settings, capture=True) as engine:
        assert engine.autosave and engine.autosave.settle(PATIENCE)
        assert conversations(engine) == 1
        with OriginTable(engine.place.home, engine.place.root).open() as reading:
            reading.rows("create table filler as select zeroblob(1200000)")
        transcript(repository, "One more", name="s2")
        assert engine.autosave.settle(PATIENCE)
        assert conversations(engine) == 1
        assert any("maxMegabytes" in each for each in engine.status().messages)
        assert (engine.status().conversation_bytes or 0) > 1_200_000
        engine.import_transcripts()
        assert conversations(engine) == 2, "who asks for it gets it"
