"""Looks at a database after a fault: is all there that was acknowledged, once, and nothing that belongs to nobody?"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.opened import Engine
from tests.patience import PATIENCE, slowness
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import World, keep
from whence.values.errors import WhenceError
from whence.values.protocol import Filter

NOTES = Filter(kinds=("note",), archived=True)

SECONDS = 10.0 * slowness()
"""The most that opening a project and reading all ids of it may take."""


def look(world: World, tally: Tally, *, undone: bool = False, **opening: Any) -> None:
    """Open the project as any face does, let it make up for what was left undone, and compare it with the journal.

    Args:
        world: where it is.
        tally: what counts.
        undone: whether the record of what was removed for good may be lost; then that may be back in the bin.
        opening: how to open it.
    """
    began = time.monotonic()
    try:
        with world.engine(**opening) as engine:
            there = ids(engine)
            took = time.monotonic() - began
            tally.wrong("late", took > SECONDS, f"opening took {took:.1f} s")
            assert engine.settle(PATIENCE)
            compare(engine, world, tally, undone=undone)
            engine.store.maintain(force=True)
            tally.wrong("lost", len(set(there) - set(ids(engine))), "memories went while it was tidied up")
            kept_together(engine, tally)
    except (WhenceError, AssertionError) as error:
        tally.wrong("late", 1, f"it can't be opened or read: {error!r}")
    left = leftovers(world, **opening)
    tally.wrong("orphans", len(left), f"files of processes that are gone: {left[:5]}")


def ids(engine: Engine) -> list[str]:
    """The id of every row, those in the bin included, also of one that is there twice."""
    found: list[str] = engine.store._memories.read(["id"])["id"].to_pylist()
    return found


def compare(engine: Engine, world: World, tally: Tally, *, undone: bool = False) -> None:
    """What was acknowledged is there and says what it said; no memory and no key is there twice."""
    expected = world.journal.expected()
    tally.acknowledged = max(tally.acknowledged, len(expected))
    found = {each.id: said(each) for each in engine.store.get(list(expected))}
    if undone:
        expected = {id: {*texts, found.get(id)} if None in texts else texts for id, texts in expected.items()}
        back = {id for id, texts in expected.items() if None in texts and found.get(id)}
        tally.wrong("lost", len(back - set(engine.store.deleted_before())), "what was removed for good is in use again")
    for id, texts in expected.items():
        if found.get(id) not in texts:
            tally.wrong("lost", 1, f"{id} should say one of {texts}, and says {found.get(id)!r}")
    tally.wrong("doubled", len(twice(ids(engine))), "ids that are there twice")
    keys = engine.store._memories.read(["keys"], "deleted_at IS NULL")["keys"].to_pylist()
    again = twice(key for each in keys for key in each or ())
    tally.wrong("doubled", len(again), f"keys of two memories: {again[:3]}")
    if missing := engine.missing():
        tally.wrong("lost", 1, f"it says itself that something is missing: {missing}")
    if damaged := engine.damaged():
        tally.wrong("lost", 1, f"it says itself that something is damaged: {damaged}")


def kept_together(engine: Engine, tally: Tally) -> None:
    """What is derived is of memories that are there, and what they link to is there."""
    store = engine.store
    there = set(ids(engine))
    used = set(store._memories.read(["id"], "deleted_at IS NULL")["id"].to_pylist())
    passages = store._passages.read(["id", "memory"])
    alone = set(passages["memory"].to_pylist()) - used
    tally.wrong("orphans", len(alone), f"passages of memories that are not there: {sorted(alone)[:3]}")
    tally.wrong("doubled", len(twice(passages["id"].to_pylist())), "passages that are there twice")
    bare = used - set(passages["memory"].to_pylist())
    tally.wrong("lost", len(bare), f"memories that no search finds: {sorted(bare)[:3]}")
    targets = store._memories.read(["targets"])["targets"].to_pylist()
    nowhere = {target for each in targets for target in each or ()} - there
    tally.wrong("orphans", len(nowhere), f"links to memories that are not there: {sorted(nowhere)[:3]}")


def said(each: Any) -> str:
    """What a memory says, as the journal has it."""
    return str(getattr(each, "content", "") or each.text())


def twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


_PASSING = re.compile(r"\.\d+\.new$|^\.tmp|^\..*\.\d+$")
"""What a file is called while it is being written."""


def leftovers(world: World, **opening: Any) -> list[str]:
    """Files that a process was writing when it died, and that nobody cleans away, two days later."""

    def found() -> list[Path]:
        return [each for each in world.home.rglob("*") if each.is_file() and _PASSING.search(each.name)]

    if left := found():
        for each in left:
            os.utime(each, (time.time() - 2 * 86_400,) * 2)
        with world.engine(**opening) as engine:
            keep(engine, world.journal, "Two days later")
            engine.backup()
            engine.store.maintain(force=True)
        left = found()
    return [str(each.relative_to(world.home)) for each in left]
