"""What it may cost at most to ask a model, in tokens and US dollars."""

from whence.models.prices import picture_tokens, price
from whence.values.completion import Estimate


def estimate(
    operation: str,
    model: str,
    tokens_in: int,
    tokens_out: int = 0,
    *,
    calls: int = 1,
    pictures: int = 0,
    prompt: str = "",
) -> Estimate:
    """What it may cost at most to ask a model.

    Args:
        operation: what the answer is for.
        model: a litellm name, or `editor`.
        tokens_in: tokens of text that all calls send together.
        tokens_out: the most tokens that they may be answered together.
        calls: how many they are.
        pictures: how many pictures they send together.
        prompt: what they send, to be shown.
    """
    tokens_in += pictures * picture_tokens(model)
    known = price(model)
    usd = None if known is None else known.of(tokens_in, tokens_out)
    cost = "its price is not known" if usd is None else f"at most {dollars(usd)}"
    times = f", in {calls} requests at most" if calls > 1 else ""
    shown = f" and {pictures} picture{'s' if pictures > 1 else ''}" if pictures else ""
    return Estimate(
        operation=operation,
        model=model,
        calls=calls,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=usd,
        pictures=pictures,
        prompt=prompt,
        note=f"{operation.replace('_', ' ').capitalize()}: {model} would be sent about {tokens_in} tokens{shown} and "
        f"answer up to {tokens_out}{times}; {cost}.",
    )


def dollars(usd: float) -> str:
    """An amount for people: whole cents from a dollar on, else as many digits as tell it."""
    return f"${usd:,.2f}" if usd >= 1 or usd == 0 else f"${usd:.2g}" if usd >= 0.0001 else "less than $0.0001"
