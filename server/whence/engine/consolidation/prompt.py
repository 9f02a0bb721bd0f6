"""Several memories that could be one."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Value


class FieldText(Value):
    """A field of the memory that stays."""

    field: str
    """Its name, one of those that stand before texts in the material."""

    text: str
    """What it says; every fact of the material that still holds, once."""


class MergedMemory(Value):
    """One memory made of several."""

    same: bool
    """Whether they tell of the same thing, so that one can stand for all. False where they only look alike, such as
    the same rule for two places or two values of the same setting."""

    title: str = Field(default="", max_length=200)
    """Its title, in a line."""

    texts: tuple[FieldText, ...] = ()
    """Its fields; leave out those that are empty in all of the material."""

    reason: str = Field(default="", max_length=300)
    """Why they are the same, or are not, in a sentence."""


CONSOLIDATION = Prompt(
    operation="consolidate",
    purpose=(
        "You keep the memory of a software project tidy. From memories that look alike you write the one that shall "
        "stay for all of them. Lose no fact, number, name or reason that still holds, and add none. Where a newer one "
        "supersedes an older one, tell what holds now, and in a sentence what held before and why it changed."
    ),
    answer=MergedMemory,
    answer_tokens=1500,
    examples=(
        Example(
            task="Merge these memories of the kind note; the first one stays. Fields: content.",
            material=(
                Material("UTC in the database", "content: Store all timestamps in UTC, as TIMESTAMPTZ.", "m1"),
                Material("UTC", "content: Timestamps are stored in UTC, since offsets broke the June report.", "m2"),
            ),
            answer=MergedMemory(
                same=True,
                title="Timestamps are stored in UTC",
                texts=(
                    FieldText(
                        field="content",
                        text="Store all timestamps in UTC, as TIMESTAMPTZ, since offsets broke the June report.",
                    ),
                ),
                reason="Both tell to store timestamps in UTC.",
            ),
        ),
        Example(
            task="Merge these memories of the kind note; the first one stays. Fields: content.",
            material=(
                Material("Port of the API", "content: The API of the test system listens on port 8080.", "m1"),
                Material("Port of the API", "content: The API of the live system listens on port 9090.", "m2"),
            ),
            answer=MergedMemory(same=False, reason="They tell of two systems."),
        ),
    ),
)
