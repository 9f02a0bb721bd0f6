"""A short run of what `npm run fuzz` does at length."""

from pathlib import Path

import pytest

from tests.faces.test_http import served
from tests.trust import fuzz


@pytest.mark.parametrize(("server", "count"), [("lsp", 800), ("mcp", 300), ("rest", 60)])
def test_messages_drawn_at_random_are_answered_and_end_nothing(server: str, count: int) -> None:
    (tally,) = fuzz.run({server: count}, seed=7)
    assert tally.sent == count
    assert tally.faults == [], str(tally)
    assert len(tally.answered) >= 4, "what is drawn reaches more than the first check"


def test_a_half_of_a_character_is_taken_for_one_that_is_unknown(repository: Path) -> None:
    for client in served(repository):
        kept = client("POST", "/api/v1/memories", {"kind": "note", "content": "A \ud800 half"}, 201)
        shown = client("GET", f"/api/v1/memories/{kept['ids'][0]}")
        assert shown["memory"]["content"] == "A \ufffd half"
        client("POST", "/api/v1/operations/read_diagram", {"source": "\udfff"}, 422)


def test_a_name_too_long_for_a_file_is_refused(repository: Path) -> None:
    """Found by the long run."""
    name = "[" * 500
    for client in served(repository):
        client("POST", "/api/v1/operations/record_rule", {"pattern": "eval(", "reason": "It runs what others wrote"})
        for operation, given in (
            ("why", {"file": name}),
            ("marks", {"file": name}),
            ("import_records", {"folder": name}),
            ("record_error", {"message": "It broke", "selection": {"file": name, "start": 1, "end": 1}}),
        ):
            client("POST", f"/api/v1/operations/{operation}", given, 422)
        client("POST", "/api/v1/operations/check_rules", {"files": [name]})
