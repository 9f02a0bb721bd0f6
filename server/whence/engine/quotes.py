"""What a model gets to read of memories: all of them within a budget, each under a short name to cite it by."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whence.models.prompt import Material
from whence.values.base import unique
from whence.values.markdown import clean
from whence.values.memory import MemoryBase
from whence.values.tokens import count_tokens

_LEAST_TOKENS = 60
"""Tokens of a memory under which it would tell too little."""

_HEADING = 40
"""Tokens of the line that names a memory."""

_CHARACTERS = 3
"""Characters of a token, at the least that prose and code come to."""

_CITED = re.compile(r" \(`[0-9a-f]{8}-[0-9a-f-]{27}`(?:, `[0-9a-f]{8}-[0-9a-f-]{27}`)*\)")
_CUT = "\n[…]"


@dataclass(frozen=True)
class Quotes:
    """Memories as a model reads them."""

    material: tuple[Material, ...]
    """What there is to read."""

    ids: dict[str, str]
    """Ids of the memories, by the names that the model cites them by."""

    left_out: int = 0
    """Memories that there was no room for, the least important ones."""

    @property
    def note(self) -> str:
        """What was left out, as a sentence; empty where nothing was."""
        what = "1 memory" if self.left_out == 1 else f"{self.left_out} memories"
        return f"{what} that matter least were left out of what the model read." if self.left_out else ""

    def cited(self, names: Iterable[str]) -> tuple[str, ...]:
        """Ids of the memories that a model cites; names that it wasn't shown are none."""
        return unique(self.ids.get(name.strip(), "") for name in names)


def quotes_of(memories: Sequence[MemoryBase], budget: int) -> Quotes:
    """Memories within about `budget` tokens: short ones whole, of long ones the beginning.

    Args:
        memories: in the order in which to read them.
        budget: tokens of all of them together.
    """
    chosen = list(memories)
    if len(chosen) > (most := max(budget // (_HEADING + _LEAST_TOKENS), 1)):
        order = sorted(range(len(chosen)), key=lambda at: (-chosen[at].importance, -at))[:most]
        chosen = [chosen[at] for at in sorted(order)]
    budget -= _HEADING * len(chosen)
    texts = [_CITED.sub("", clean(memory.markdown())).strip() for memory in chosen]
    sizes = [count_tokens(text) if len(text) <= budget * _CHARACTERS else budget + 1 for text in texts]
    shares = _shares(sizes, budget)
    named = {f"m{number}": memory for number, memory in enumerate(chosen, 1)}
    return Quotes(
        material=tuple(
            Material(_title(memory), _begin(text, size, share), name)
            for (name, memory), text, size, share in zip(named.items(), texts, sizes, shares, strict=True)
        ),
        ids={name: memory.id for name, memory in named.items()},
        left_out=len(memories) - len(chosen),
    )


def _title(memory: MemoryBase) -> str:
    return f"{memory.kind.capitalize()} of {memory.created_at.astimezone():%Y-%m-%d %H:%M}: {memory.title}"


def _shares(sizes: Sequence[int], budget: int) -> list[int]:
    """Tokens that each gets: what short ones leave of equal shares goes to the longer ones."""
    shares, left = [0] * len(sizes), budget
    for done, at in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[at] = min(sizes[at], left // (len(sizes) - done))
        left -= shares[at]
    return shares


def _begin(text: str, size: int, share: int) -> str:
    return text if size <= share else text[: share * _CHARACTERS].rstrip() + _CUT
