"""How important memories are, and which labels fit them."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Text, Value

BATCH = 8
"""Memories of one question: more share the instructions, fewer are told apart better."""


class LabelChoice(Value):
    """A label that fits."""

    label: Text = Field(max_length=60)
    """One of the labels in use wherever one fits; otherwise a new one of one or two words."""

    confidence: float = Field(ge=0, le=1)
    """How sure you are, from 0 to 1."""

    reason: str = Field(default="", max_length=300)
    """Why, in a few words."""


class Judgement(Value):
    """What you think of one memory."""

    id: str
    """Its id, as in the material."""

    importance: int = Field(ge=1, le=10)
    """1: a trifle that nobody will ask for. 5: usual. 8: work goes wrong without knowing it. 10: never forget."""

    confidence: float = Field(ge=0, le=1)
    """How sure you are of the importance, from 0 to 1."""

    reason: str = Field(default="", max_length=300)
    """Why it is so important, in a few words."""

    labels: tuple[LabelChoice, ...] = Field(default=(), max_length=8)
    """At most five labels, the likeliest first."""


class Judgements(Value):
    """What you think of all memories of the material."""

    memories: tuple[Judgement, ...]
    """Each memory once."""


FILING = Prompt(
    operation="suggest_labels",
    purpose=(
        "You keep the memory of a software project in order. For each memory you judge how important it is for the "
        "work to come, and choose labels by which it will be found. You prefer labels that are in use, spelt as they "
        "are, and invent one only where none fits."
    ),
    answer=Judgements,
    answer_tokens=1600,
    examples=(
        Example(
            task="Judge each of the memories m1 and m2.",
            material=(
                Material("Labels in use", "auth\nbuild\nAPI"),
                Material("Decision: Sign tokens with RS256", "HS256 would put the secret into every service.", "m1"),
                Material("Change: Mend a typo", "README.md: recieve -> receive", "m2"),
            ),
            answer=Judgements(
                memories=(
                    Judgement(
                        id="m1",
                        importance=8,
                        confidence=0.9,
                        reason="Every service depends on it.",
                        labels=(
                            LabelChoice(label="auth", confidence=0.95, reason="It is about signing tokens."),
                            LabelChoice(label="security", confidence=0.7, reason="It keeps a secret in one place."),
                        ),
                    ),
                    Judgement(id="m2", importance=1, confidence=0.95, reason="A typo in the documentation."),
                )
            ),
        ),
    ),
)


class TurnWeight(Value):
    """How much a turn of a conversation matters."""

    importance: int = Field(ge=1, le=10)
    """1: small talk. 5: usual. 8: a decision, a cause or a fix. 10: never forget."""

    reason: Text = Field(max_length=300)
    """Why, in a few words."""


TURN = Prompt(
    operation="weigh_turn",
    purpose="You judge how much one turn of a conversation about a software project matters for the work to come.",
    answer=TurnWeight,
    answer_tokens=150,
    examples=(
        Example(
            task="Judge this turn.",
            material=(Material("assistant", "The root cause: the pool is never closed. Use a context manager."),),
            answer=TurnWeight(importance=8, reason="It names the root cause of a leak and its fix."),
        ),
    ),
)
