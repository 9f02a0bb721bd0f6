"""Which edit wrote which line: by what it holds, by file, by time, by what else of the commit a session wrote."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from whence.retrieval.origins import SURE, Explained, Hunk, Known, Origin, Presence, Trace, Work, digest, explain

DAY = 86_400.0
NOW = 1_000 * DAY

RETRY = [
    "def fetch_with_retry(client, address, attempts=3):",
    "    for attempt in range(attempts):",
    "        try:",
    "            return client.get(address)",
    "        except ConnectionError as error:",
    "            time.sleep(2 ** attempt)",
]


def known(*edits: tuple[Trace, Sequence[str]]) -> Known:
    added: dict[int, list[int]] = defaultdict(list)
    for id, (_, lines) in enumerate(edits, 1):
        for line in lines:
            if (key := digest(line)) is not None:
                added[key].append(id)
    return Known({id: trace for id, (trace, _) in enumerate(edits, 1)}, added, {}, lambda id: edits[id - 1][1])


def trace(session: int = 1, at: float = NOW - 600, path: str = "net.py") -> Trace:
    return Trace(session, session * 10, at, path)


def told(
    *edits: tuple[Trace, Sequence[str]], lines: Sequence[str] = RETRY, path: str = "net.py", **work: object
) -> Explained:
    return explain(Work(NOW, [Hunk(path, path, lines)], **work), known(*edits))  # type: ignore[arg-type] # given by name


def firsts(found: Explained) -> list[Origin | None]:
    return [origins[0] if origins and origins[0].confidence >= SURE else None for origins in found.lines[0]]


def sessions(found: Explained) -> list[int]:
    return [each.session if each else 0 for each in firsts(found)]


def test_lines_as_they_were_written() -> None:
    found = told((trace(), RETRY))
    assert sessions(found) == [1] * 6
    assert all(each and not each.mixed and each.turn == 10 for each in firsts(found))
    assert found.sessions[0][0] == 1


def test_an_edit_after_the_commit_wrote_nothing_of_it() -> None:
    assert sessions(told((trace(at=NOW + 3600), RETRY))) == [0] * 6
    assert sessions(told((trace(at=NOW + 30), RETRY))) == [1] * 6  # clocks differ by seconds


def test_a_commit_that_was_made_anew_months_later_is_as_old_as_when_it_was_written() -> None:
    early = NOW - 90 * DAY
    assert sessions(told((trace(at=early), RETRY[:2]), lines=RETRY[:2])) == [0] * 2
    assert sessions(told((trace(at=early), RETRY[:2]), lines=RETRY[:2], authored=early + 600)) == [1] * 2
    assert sessions(told((trace(at=NOW + 3600), RETRY[:2]), lines=RETRY[:2], authored=early)) == [0] * 2


@pytest.mark.parametrize(
    "line",
    [
        "\t\t\ttime.sleep(2**attempt)",
        "            time.sleep( 2 ** attempt );",
    ],
)
def test_a_formatter_changes_nothing(line: str) -> None:
    (*_, last) = firsts(told((trace(), RETRY), lines=[*RETRY[:5], line]))
    assert last and last.session == 1 and not last.mixed


def test_a_line_that_a_formatter_broke_is_still_whole() -> None:
    wide = [
        "    response = client.get(address, timeout=10, headers=headers, verify=certificate)",
        "    return response",
    ]
    broken = [
        "    response = client.get(",
        "        address, timeout=10,",
        "        headers=headers, verify=certificate,",
        "    )",
    ]
    found = firsts(told((trace(), wide), lines=[*broken, wide[1]]))
    assert [each.session if each else 0 for each in found[:3]] == [1, 1, 1]
    assert not any(each.mixed for each in found[:3] if each)


def test_a_line_that_a_person_changed_is_mixed() -> None:
    lines = [*RETRY[:5], "            time.sleep(min(30, 2 ** attempt))"]
    changed = firsts(told((trace(), RETRY), lines=lines))[5]
    assert changed and changed.session == 1 and changed.mixed


def test_a_line_of_nobodys_is_not_told_of() -> None:
    lines = [*RETRY[:3], "            audit.log('asked', who=current_user())", *RETRY[3:]]
    assert sessions(told((trace(), RETRY), lines=lines)) == [1, 1, 1, 0, 1, 1, 1]


def test_two_sessions_that_wrote_a_line_are_told_apart_by_its_neighbours() -> None:
    other = [
        "def ask_again(client, address):",
        "        except ConnectionError as error:",
        "            give_up(address)",
    ]
    found = told((trace(1), RETRY), (trace(2), other))
    assert sessions(found) == [1] * 6
    assert [each.session for each in found.lines[0][4]] == [1, 2]  # both are named, the likelier first


def test_two_sessions_that_wrote_the_same_are_told_apart_by_time() -> None:
    assert sessions(told((trace(1, NOW - 9 * DAY), RETRY), (trace(2, NOW - 600), RETRY))) == [2] * 6


def test_two_sessions_that_cannot_be_told_apart_are_no_fact() -> None:
    found = told((trace(1), RETRY), (trace(2), RETRY))
    assert sessions(found) == [0] * 6
    assert {each.session for each in found.lines[0][0]} == {1, 2}


def test_a_session_that_made_the_commit_or_stood_on_its_branch_is_likelier() -> None:
    both = ((trace(1), RETRY), (trace(2), RETRY))
    assert sessions(told(*both, made=[(2, 21)])) == [2] * 6
    present = Presence(1, 10, "retry", NOW - 1200, NOW - 60)
    assert told(*both, present=[present]).sessions[0][0] == 1


def test_one_common_line_of_another_file_tells_nothing() -> None:
    lines = ["def load(path):", "        except ConnectionError as error:", "    return parse(path)"]
    assert sessions(told((trace(path="elsewhere.py"), RETRY), lines=lines)) == [0, 0, 0]


def test_a_whole_function_is_known_in_another_file() -> None:
    assert sessions(told((trace(path="/other/clone/net.py"), RETRY))) == [1] * 6
    assert sessions(told((trace(path="client.py"), RETRY))) == [1] * 6


def test_nothing_known_is_nothing_told() -> None:
    assert told() == Explained([], [[()] * 6])
