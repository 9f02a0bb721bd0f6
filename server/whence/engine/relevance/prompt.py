"""How relevant a memory is for a question. It is asked once for each candidate, so it is short."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Value


class Relevant(Value):
    """How relevant the memory is."""

    score: float = Field(ge=0, le=1)
    """1: it answers. 0.7: it helps. 0.4: the same matter, but of no help. 0: it has nothing to do with it."""

    reason: str = Field(default="", max_length=300)
    """Why, in a few words."""


RELEVANCE = Prompt(
    operation="score",
    purpose="You judge how relevant one memory of a software project is for what somebody asks.",
    answer=Relevant,
    answer_tokens=120,
    examples=(
        Example(
            task="Asked: why do logins fail at night?",
            material=(
                Material("Bug: Tokens expire early", "The clock of one server was an hour ahead. Fixed by NTP."),
            ),
            answer=Relevant(score=0.8, reason="A cause of failing logins that depends on time."),
        ),
        Example(
            task="Asked: why do logins fail at night?",
            material=(Material("Note: Colours of the login page", "Blue for links, grey for hints."),),
            answer=Relevant(score=0.1, reason="It is about how the page looks."),
        ),
    ),
)
