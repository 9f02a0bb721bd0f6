"""What replies tell of a memory is what was stored of it, never what was given."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.opened import Engine
from whence.values.memory import Message
from whence.values.settings import parse

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
TOLD = "[redacted: github-token]"
SAID = f"The deploy used {SECRET} until May"


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as opened:
        yield opened


def remembered(engine: Engine) -> Any:
    return engine.remember({"kind": "note", "content": SAID})


def changed(engine: Engine) -> Any:
    kept = engine.remember({"kind": "note", "content": "The deploy is manual"})
    return engine.update(kept.ids[0], {"content": SAID})


def failed(engine: Engine) -> Any:
    return engine.record_error(message=SAID)


def failed_again(engine: Engine) -> Any:
    engine.record_error(message=SAID, solution=f"Use {SECRET} no more", file="app.py")
    return engine.record_error(message=SAID, file="app.py")


def conversed(engine: Engine) -> Any:
    return engine.save_conversation(text=SAID)


def continued(engine: Engine) -> Any:
    kept = engine.save_conversation(text=SAID)
    return engine.append_turns(kept.ids[0], (Message(role="assistant", content="Noted"),))


def tracked(engine: Engine) -> Any:
    return engine.track_change("app.py", reason=SAID)


def began(engine: Engine) -> Any:
    return engine.start_session(SAID)


@pytest.mark.parametrize(
    "told",
    [remembered, changed, failed, failed_again, conversed, continued, tracked, began],
    ids=lambda each: each.__name__,
)
def test_a_reply_tells_what_was_stored(told: Callable[[Engine], Any], engine: Engine) -> None:
    answer = told(engine).model_dump_json()
    assert SECRET not in answer
    assert TOLD in answer
