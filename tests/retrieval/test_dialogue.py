from datetime import UTC, datetime

import numpy as np
import pytest

from whence.retrieval import dialogue
from whence.retrieval.passages import split
from whence.retrieval.query import Query
from whence.retrieval.ranking import Ranked, rank
from whence.retrieval.rarity import count
from whence.values.calibration import CALIBRATIONS
from whence.values.memory import Conversation, Message
from whence.values.passage import Candidate
from whence.values.protocol import Focus

pytestmark = pytest.mark.quick

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def talk(*said: str, names: tuple[str, ...] = ("Ann", "Ben")) -> list[Candidate]:
    """Turns of a dialogue, each as near in meaning as every other."""
    turns = tuple(Message(role="user", name=names[n % len(names)], content=each, at=NOW) for n, each in enumerate(said))
    return [Candidate(passage=each, cosine=0.4) for each in split(Conversation(messages=turns, created_at=NOW))]


def asked(found: list[Candidate], query: str) -> Ranked:
    return rank(
        found,
        query=Query(query),
        meaning=None,
        rarity=count([each.passage.weights for each in found]),
        focus=Focus(),
        now=NOW,
        recency_weight=0.0,
        limit=20,
        calibration=CALIBRATIONS["all-MiniLM-L6-v2"],
        turns=True,
    )


def gains(found: list[Candidate], query: str) -> list[float]:
    """What each turn gains, in the order of the dialogue."""
    return [hit.parts.dialogue for hit in sorted(asked(found, query).hits, key=lambda hit: hit.turn or 0)]


def test_an_answer_follows_the_question_that_fits() -> None:
    found = talk(
        "We walked along the river for an hour.",
        "Which instrument does your sister play these days?",
        "The cello, since she was nine.",
        "Did you water the plants?",
        "Not yet.",
    )
    before, question, answer, other, last = gains(found, "instrument of the sister")
    assert answer > 0.05
    assert question == other == pytest.approx(dialogue.QUESTION_WEIGHT), "a question seldom answers"
    assert before == 0
    assert last < answer / 5, "its question does not fit"
    (told,) = [hit.why for hit in asked(found, "instrument of the sister").hits if hit.turn == 2]
    assert "follows a question like yours" in told


@pytest.mark.parametrize("query", ["When did they move?", "what year was the move", "In which month was it?"])
@pytest.mark.parametrize("said", ["We moved last week.", "It was in October.", "That was three years ago.", "In 2019."])
def test_who_asks_when_wants_a_time(query: str, said: str) -> None:
    timed, timeless = gains(talk(said, "The boxes are still there."), query)
    assert (timed, timeless) == (pytest.approx(dialogue.TIME_WEIGHT), 0)


@pytest.mark.parametrize("query", ["Where did they move?", "whenever they move", "Who moved last week?"])
def test_who_asks_something_else_gains_nothing_by_a_time(query: str) -> None:
    assert gains(talk("We moved last week.", "The boxes are still there."), query) == [0, 0]


def test_what_people_do_not_say_by_name_is_left_as_it_is() -> None:
    assistant = talk("When was it?", "Last week.", names=("",))
    assert gains(assistant, "When was it?") == [0, 0]


def test_turns_of_other_dialogues_are_no_answers() -> None:
    question = talk("Which instrument does your sister play?", "Sorry, the line was bad.")[:1]
    other = talk("We walked along the river.", "The cello, since she was nine.")
    hits = {hit.snippet: hit for hit in asked([*question, *other], "instrument of the sister").hits}
    assert hits["Ben: The cello, since she was nine."].parts.dialogue == 0


def test_nothing_is_gained_where_nothing_was_said() -> None:
    assert dialogue.worth([], np.zeros(0, np.float32), np.zeros(0), Query("When?")).shape == (0,)
