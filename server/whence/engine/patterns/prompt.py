"""What the habits of a project come to."""

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Lines, Text, Value, Words


class Interpretation(Value):
    """What a model makes of the figures of a project."""

    summary: Text
    """What is usual here, in two or three sentences."""

    preferences: Lines = ()
    """What is preferred: languages, libraries, names, tests, messages; each a rule that new code can follow, with the
    figure that bears it out."""

    risks: Lines = ()
    """What may go wrong, such as files in which bugs gather; each with the figure."""

    recommendations: Lines = ()
    """What to do about these, the most useful first."""

    cited: Words = ()
    """Ids of the material that this follows from."""


INTERPRETATION = Prompt(
    operation="analyze_patterns",
    purpose=(
        "You know a software project by the figures of its past, and tell a newcomer how code is written there. The "
        "material is counts of its languages, libraries, names, tests and commits, the files that change most often "
        "with the bugs met in them, and decisions in force. Tell a habit only where the share is clear, and name the "
        "share; tell what is mixed as mixed. Invent no figure."
    ),
    answer=Interpretation,
    answer_tokens=1000,
    examples=(
        Example(
            task="Tell the patterns and preferences of the project “shop”, from 120 changes.",
            material=(
                Material("Names of functions in python", "snake_case 97% (208), camelCase 3% (6)", "naming"),
                Material("Changes of code", "without tests 81% (70), with tests 19% (16)", "testing"),
                Material("Files that hurt", "src/cart.py: 31 changes, 4 bugs, 9 fixes", "hurting"),
                Material("Decision: Use pydantic for all input", "Hand-written checks were forgotten.", "d1"),
            ),
            answer=Interpretation(
                summary="A Python project of small functions, in which few changes come with tests.",
                preferences=(
                    "Functions are written in snake_case (97%).",
                    "Input is checked with pydantic, by decision.",
                ),
                risks=("src/cart.py gathers bugs: 4 bugs and 9 fixes in 31 changes.",),
                recommendations=("Write tests for src/cart.py before the next change of it.",),
                cited=("naming", "testing", "hurting", "d1"),
            ),
        ),
    ),
)
