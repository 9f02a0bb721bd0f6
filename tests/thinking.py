"""An engine whose models are the loopback provider, for tests of what models help with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.opened import Engine
from tests.provider import Provider
from whence.values.completion import Estimate
from whence.values.settings import parse

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
MODEL = "openai/gpt-4o-mini"

Open = Callable[..., Engine]


@dataclass
class Approving:
    """A user who is asked."""

    answer: bool = True
    asked: list[Estimate] = field(default_factory=list)

    def __call__(self, asked: Estimate) -> bool:
        self.asked.append(asked)
        return self.answer


@contextmanager
def engines(folder: Path, provider: Provider, attempts: int = 2) -> Iterator[Open]:
    """Opens engines of a project by words alone: `open(model=..., small_model=..., approve=..., spending={...})`.

    A model that fails is asked `attempts` times.
    """
    opened: list[Engine] = []

    def open_one(
        model: str = "none", approve: Any = None, *, small_model: str = "none", capture: bool = False, **settings: Any
    ) -> Engine:
        values = {
            "embedding": {"model": "none"},
            "model": model,
            "smallModel": small_model,
            "models": {"delaySeconds": 0.01, "attempts": attempts},
            **settings,
        }
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(folder, parse(values), approve=approve, secrets=secrets, capture=capture))
        return opened[-1]

    try:
        yield open_one
    finally:
        for engine in opened:
            engine.close()


def same_bill(engine: Engine, provider: Provider) -> None:
    """The ledger tells what the provider counted."""
    total = engine.costs().total
    assert (total.tokens_in, total.tokens_out) == (provider.tokens_in, provider.tokens_out)
