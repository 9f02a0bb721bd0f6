import subprocess
import sys
import threading

import pytest

from tests.patience import PATIENCE, until
from whence.values.rounds import Rounds

FORKED = """
import os, threading
from whence.values import rounds
from whence.values.rounds import Rounds
first = threading.Event()
Rounds("first", first.set, first=0.0).start()
assert first.wait(60)
with rounds._clock.turn:  # the clock holds it, now and then
    child = os.fork()
if child == 0:
    again = threading.Event()
    Rounds("again", again.set, first=0.0).start()
    os._exit(0 if again.wait(60) else 1)
assert os.waitpid(child, 0)[1] == 0
"""


def threads(name: str) -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == name]


def test_rounds_come_again_and_have_a_thread_while_they_work() -> None:
    done = threading.Semaphore(0)
    rounds = Rounds("test-again", done.release, every=0.01, first=0.0)
    rounds.start()
    for _ in range(3):
        assert done.acquire(timeout=PATIENCE)
    rounds.close()
    assert not threads("test-again")


def test_one_thread_waits_for_all_of_them() -> None:
    many = [Rounds("test-waiting", lambda: None, every=3600, first=3600) for _ in range(20)]
    for each in many:
        each.start()
    assert len(threads("whence-clock")) == 1
    assert not threads("test-waiting")
    for each in many:
        each.close()


def test_two_rounds_of_one_never_run_at_once_and_none_that_is_asked_for_is_missed() -> None:
    at_once, most, done = 0, 0, 0
    goes_on = threading.Event()

    def work() -> None:
        nonlocal at_once, most, done
        at_once += 1
        most = max(most, at_once)
        goes_on.wait(PATIENCE)
        at_once, done = at_once - 1, done + 1

    rounds = Rounds("test-busy", work)
    rounds.start()
    rounds.stir()
    until(lambda: at_once == 1)
    for _ in range(5):
        rounds.stir()
    goes_on.set()
    until(lambda: done == 2)
    assert rounds.settle(PATIENCE)
    assert (most, done) == (1, 3)
    rounds.close()


def test_who_settles_waits_for_a_round_that_began_after() -> None:
    seen: list[int] = []
    told = 0
    rounds = Rounds("test-settle", lambda: seen.append(told))
    for told in range(1, 4):
        assert rounds.settle(PATIENCE)
        assert seen[-1] == told
    rounds.close()
    assert rounds.settle(PATIENCE), "what is closed has nothing to wait for"
    assert len(seen) == 3


def test_closing_waits_for_the_round_under_way_and_a_round_may_close_itself() -> None:
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        while rounds.going:
            pass
        over.set()

    rounds = Rounds("test-close", work, first=0.0)
    rounds.start()
    assert begun.wait(PATIENCE)
    rounds.close()
    assert over.is_set()
    closed = threading.Event()

    def close() -> None:
        own.close()
        closed.set()

    own = Rounds("test-own", close, first=0.0)
    own.start()
    assert closed.wait(PATIENCE)


def test_what_fails_comes_again() -> None:
    failures = []
    hook, threading.excepthook = threading.excepthook, lambda told: failures.append(told.exc_value)
    done = threading.Event()

    def work() -> None:
        if not failures:
            raise OSError("once")
        done.set()

    rounds = Rounds("test-failing", work, every=0.01, first=0.0)
    try:
        rounds.start()
        assert done.wait(PATIENCE)
    finally:
        threading.excepthook = hook
        rounds.close()
    assert [str(each) for each in failures] == ["once"]


def test_a_round_for_which_there_is_no_thread_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.values.rounds._AGAIN_SECONDS", 0.01)
    start, refused = threading.Thread.start, []

    def once(thread: threading.Thread) -> None:
        if thread.name == "test-refused" and not refused:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", once)
    done = threading.Event()
    rounds = Rounds("test-refused", done.set, first=0.0)
    rounds.start()
    assert done.wait(PATIENCE)
    assert refused
    rounds.close()


def test_a_fork_has_a_clock_of_its_own() -> None:
    if sys.platform != "win32":
        subprocess.run([sys.executable, "-c", FORKED], check=True, timeout=PATIENCE)
