"""Questions that the project's memory answers."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Value, Words


class MemoryAnswer(Value):
    """What the memories answer."""

    answerable: bool
    """Whether the memories hold an answer, be it in part. False rather than a guess."""

    answer: str = Field(default="", max_length=20_000)
    """The answer as Markdown, short, each statement followed by the memories that bear it out, as in [m2] or [m1][m3].
    Empty where the memories hold none."""

    cited: Words = ()
    """The memories that the answer follows from, such as m2."""

    missing: str = Field(default="", max_length=1000)
    """What the memories do not tell, in a sentence; empty where the answer is whole."""


ANSWER = Prompt(
    operation="ask",
    purpose=(
        "You answer questions about a software project from the memories that are quoted, and from nothing else. Each "
        "memory has a name such as m1. Where they contradict each other, the later one counts, and you say so. Where "
        "they don't hold the answer you say that and do not guess."
    ),
    answer=MemoryAnswer,
    answer_tokens=1500,
    examples=(
        Example(
            task="Question: Why are tokens signed with RS256?",
            material=(
                Material(
                    "From the project's memory",
                    "## Decision: Sign tokens with RS256\n\n2025-03-01 · source `m1`\n\n"
                    "With HS256 each service would hold the secret.\n\n"
                    "## Note: Colours\n\n2025-02-01 · source `m2`\n\nLinks are blue.",
                ),
            ),
            answer=MemoryAnswer(
                answerable=True,
                answer="So that no service but the issuer holds the secret: with HS256 each one would [m1].",
                cited=("m1",),
            ),
        ),
        Example(
            task="Question: Which port does the metrics server use?",
            material=(Material("From the project's memory", "## Note: Colours\n\nsource `m1`\n\nLinks are blue."),),
            answer=MemoryAnswer(answerable=False, missing="The memories say nothing about a metrics server."),
        ),
    ),
)
