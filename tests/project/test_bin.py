"""The bin's clock: time that is known to have passed, whatever the date says."""

from pathlib import Path

import pytest

from whence.project.bin import Moment, passed, waited

pytestmark = pytest.mark.quick

DAY = 86_400.0
START = Moment(running=50 * DAY, date=20_000 * DAY)


def after(days: float, *, ahead: float = 0, restarted: bool = False) -> Moment:
    """So many days after the start, with the date that many days ahead of the truth."""
    running = DAY / 24 if restarted else START.running + days * DAY
    return Moment(running, START.date + (days + ahead) * DAY)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        pytest.param(after(3), 3, id="three days of a running machine"),
        pytest.param(after(3, ahead=40), 3, id="the date jumped ahead"),
        pytest.param(after(3, ahead=-40), 3, id="the date jumped back"),
        pytest.param(after(0.5, restarted=True), 0.5, id="started again after half a day"),
        pytest.param(after(9, restarted=True), 1, id="switched off for nine days: a day at most"),
        pytest.param(after(0.1, ahead=40, restarted=True), 1, id="started again with the date ahead"),
        pytest.param(after(0.1, ahead=-40, restarted=True), 1 / 24, id="started again with the date back"),
    ],
)
def test_no_more_passes_than_is_known(moment: Moment, days: float) -> None:
    assert passed(START, moment) == pytest.approx(days * DAY)


def test_a_memory_waits_its_days_from_the_look_that_saw_it_first(tmp_path: Path) -> None:
    file = tmp_path / "bin.json"
    assert waited(file, ["a"], 30, after(0)) == []
    assert waited(file, ["a", "b"], 30, after(10)) == []
    assert waited(file, ["a", "b"], 30, after(30)) == ["a"]
    assert waited(file, ["b"], 30, after(39)) == []
    assert waited(file, ["b", "a"], 30, after(40)) == ["b"], "who was taken out and put in again waits anew"


def test_a_stepping_date_empties_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bin.json"
    for step in range(200):
        assert waited(file, ["a"], 30, after(step / 10, ahead=40 if step % 2 else -40)) == []


def test_what_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "bin.json"
    waited(file, ["a"], 30, after(0))
    for content in (
        b"",
        b"[1",
        b"null",
        b'{"seen": 5}',
        b"\xff\xfe",
        b'{"seen": {"a": null}, "running": 0, "date": 0}',
    ):
        file.write_bytes(content)
        assert waited(file, ["a"], 30, after(100)) == []
