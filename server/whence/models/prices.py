"""What models cost, by a price map that the package carries; it is litellm's (`data/NOTICE`)."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_MAP = "data/prices.json"

_TIER = re.compile(r"(input|output)_cost_per_token_above_(\d+)k_tokens")

_PICTURE_TOKENS = 4000
"""Tokens that one picture is taken to be. A screen of 3840 x 2160 is 3,870 for Gemini (258 for each 768 x 768), at most
1,600 for Claude, 1,105 for GPT-4o, by their makers' guides."""

_PICTURE_TOKENS_OF = {"gpt-4o-mini": 25_501}
"""Models that count a picture dearer: 2,833 and 5,667 for each of up to four tiles (OpenAI's guide to vision)."""

_REASONING_TOKENS = 4000
"""Tokens that a model which reasons may take for that beside its answer; they are billed as answered."""


@dataclass(frozen=True)
class Price:
    """What a model costs, and what it does with tokens."""

    token_in: float
    """USD for a token that is sent."""

    token_out: float
    """USD for a token that is answered."""

    tiers: tuple[tuple[int, float, float], ...] = ()
    """(tokens, USD in, USD out) for a request that sends more tokens, the least number first."""

    reasons: bool = False
    """Whether it reasons before it answers, in tokens of their own."""

    context: int = 0
    """The most tokens that it takes; 0 where that is not known."""

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """USD for one request of so many tokens."""
        token_in, token_out = self.token_in, self.token_out
        for above, tier_in, tier_out in self.tiers:
            if tokens_in > above:
                token_in, token_out = tier_in, tier_out
        return tokens_in * token_in + tokens_out * token_out


def price(model: str) -> Price | None:
    """The price of a model by its litellm name; None where the map does not know it."""
    found = _entry(model)
    if found is None or not isinstance(found.get("input_cost_per_token"), int | float):
        return None
    if found.get("mode") != "embedding" and not isinstance(found.get("output_cost_per_token"), int | float):
        return None
    token_in, token_out = float(found["input_cost_per_token"]), float(found.get("output_cost_per_token") or 0.0)
    steps = sorted({int(match[2]) * 1000 for key in found if (match := _TIER.fullmatch(key))})
    return Price(
        token_in=token_in,
        token_out=token_out,
        tiers=tuple(
            (
                step,
                float(found.get(f"input_cost_per_token_above_{step // 1000}k_tokens") or token_in),
                float(found.get(f"output_cost_per_token_above_{step // 1000}k_tokens") or token_out),
            )
            for step in steps
        ),
        reasons=bool(found.get("supports_reasoning")) and "claude" not in model,  # which does so only when told to
        context=int(found.get("max_input_tokens") or 0),
    )


def answer_limit(model: str, answer_tokens: int) -> int:
    """The tokens to allow for an answer of so many: more for a model that reasons first."""
    known = price(model)
    return answer_tokens + (_REASONING_TOKENS if known is not None and known.reasons else 0)


def picture_tokens(model: str) -> int:
    """Tokens that one picture is taken to be, at most."""
    name = model.rpartition("/")[2]
    return next((tokens for known, tokens in _PICTURE_TOKENS_OF.items() if name.startswith(known)), _PICTURE_TOKENS)


def _entry(model: str) -> dict[str, Any] | None:
    """The map's words on a model, which it may list with or without its provider."""
    known = _prices()
    if model in known:
        return known[model]
    provider, _, name = model.partition("/")
    found = known.get(name)
    return found if found is not None and found.get("litellm_provider") == provider else None


@cache
def _prices() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(files("whence.models").joinpath(_MAP).read_text(encoding="utf-8"))
    return found
