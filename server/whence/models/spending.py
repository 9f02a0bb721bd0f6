"""What models cost: consent, budgets, and the ledger.

The bill is the user's, not a project's: one ledger and one pair of budgets hold for all projects on this machine. Every
request sets its most possible cost aside before it is sent, under a lock that all processes share, and is booked with
its real cost after. What a killed process set aside is free again once its request can't be under way any more.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from filelock import FileLock, Timeout

from whence.models.completion import EDITOR
from whence.models.estimates import dollars
from whence.models.prices import price
from whence.values.base import new_id, now
from whence.values.completion import Estimate, LedgerEntry
from whence.values.errors import ApprovalNeeded, BudgetSpent, Cancelled, ModelsStopped, StorageError
from whence.values.reports import BudgetState
from whence.values.settings import SpendingSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

Approve = Callable[[Estimate], bool]
"""Asks the user about an estimate; it may take as long as the user does."""

_PATIENCE = 30.0
"""Seconds to wait for other processes, each of which holds the lock for some 20 ms."""

_MARGIN = 60.0
"""Seconds beyond the longest request for which money stays set aside."""

_LOOK_SECONDS = 0.1
"""How often one who waits for the user's answer looks whether it is still wanted."""

_CENT = 1e-9
"""What sums of floating-point dollars may be off by."""


_ASKED: ContextVar[Approve | None] = ContextVar("asked", default=None)
"""Who is asked about what the work under way may cost, where several users share a project."""


@contextmanager
def asking(approve: Approve | None) -> Iterator[None]:
    """While it lasts, this user is asked about what is spent on this thread; without one, the project's own is."""
    before = _ASKED.set(approve)
    try:
        yield
    finally:
        _ASKED.reset(before)


def _how(asked: Estimate) -> str:
    """How to allow what nobody can be asked about."""
    unsure = asked.pictures or asked.usd is None
    higher = "" if unsure else "raise `spending.threshold` above that, or "
    return f"To allow it without being asked, {higher}set `spending.auto_approve` to true."


class Ledger(Protocol):
    """Where requests are booked; `store.Ledger` is one."""

    def write(self, entries: Sequence[LedgerEntry]) -> None:
        """Book entries; one of an id that is known replaces it."""

    def entries(self, since: datetime | None = None, until: datetime | None = None) -> list[LedgerEntry]:
        """What was booked, the oldest first."""

    def spent(self, since: datetime) -> float:
        """USD booked since a moment."""

    def maintain(self) -> None:
        """Tidy up after many entries."""

    def close(self) -> None:
        """Let go of it."""


class Paid(NamedTuple):
    """What a request brought, and how many tokens it took."""

    value: Any
    tokens_in: int
    tokens_out: int


class Spending:
    """The user's consent and purse, for one project in one process.

    Args:
        folder: where the ledger lies; shared by all projects of the user.
        settings: threshold and budgets.
        project: id of the project that is paid for.
        ledger: opens the ledger in the folder, when it is first needed.
        approve: asks the user; without it, what has to be asked about is refused.
        closing: set when nobody waits for the user's answer any more.
    """

    def __init__(
        self,
        folder: Path,
        settings: SpendingSettings,
        project: str,
        ledger: Callable[[Path], Ledger],
        approve: Approve | None = None,
        closing: threading.Event | None = None,
    ) -> None:
        self._folder, self._settings, self._project, self._approve = folder, settings, project, approve
        self._closing = closing or threading.Event()
        self._open, self._opening = ledger, threading.Lock()
        self._opened: Ledger | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    # ------------------------------------------------------------ the switch

    @property
    def stopped(self) -> bool:
        """Whether the user switched all models off, in whichever process."""
        return self._switch.exists()

    def stop(self) -> None:
        """Switch all models off, in all processes, until they are switched on again.

        Raises:
            StorageError: the switch can't be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._switch.touch()
        except OSError as error:
            raise StorageError(
                f"Models can't be switched off, because the data folder can't be written ({type(error).__name__}). "
                "Set whence.model to none instead."
            ) from None

    def resume(self) -> None:
        """Switch them on again.

        Raises:
            StorageError: the switch can't be removed.
        """
        try:
            self._switch.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"Models can't be switched on, because the data folder can't be written ({type(error).__name__})."
            ) from None

    @property
    def _switch(self) -> Path:
        return self._folder / "stopped"

    def check(self) -> None:
        """Pass, unless all models are switched off.

        Raises:
            ModelsStopped: they are.
        """
        if self.stopped:
            raise ModelsStopped("All models are switched off. Switch them on again with `whence resume-models`.")

    # ------------------------------------------------------------ consent

    def consents(self, asked: Estimate) -> bool:
        """Whether the user agrees: at once below the threshold, else by asking.

        Raises:
            ModelsStopped: all models are switched off.
            BudgetSpent: it does not fit into a budget, so there is nothing to ask.
            ApprovalNeeded: it has to be asked about, and there is nobody to ask.
        """
        self.check()
        with self._alone():
            self._fit(asked, self._held())
        if self._settings.auto_approve:
            return True
        if asked.usd is not None and asked.usd <= self._settings.threshold and not asked.pictures:
            return True
        approve = _ASKED.get() or self._approve
        if approve is None:
            raise ApprovalNeeded(f"{asked.note} This needs your approval, and was not sent. {_how(asked)}", asked)
        return self._ask(approve, asked)

    def _ask(self, approve: Approve, asked: Estimate) -> bool:
        """The user's answer, from a thread of its own: it may never come."""
        answer: Future[bool] = Future()

        def ask() -> None:
            try:
                answer.set_result(bool(approve(asked)))
            except BaseException as error:  # noqa: BLE001 - who waits must hear of it
                answer.set_exception(error)

        threading.Thread(target=ask, name="whence-approval", daemon=True).start()
        while not wait([answer], _LOOK_SECONDS).done:
            self.check()
            if self._closing.is_set():
                raise Cancelled("The project is being closed.")
        return answer.result()

    # ------------------------------------------------------------ paying

    def pay(self, asked: Estimate, longest: float, call: Callable[[Callable[[], None]], Paid]) -> Paid:
        """Carry a request out that was agreed to: set its cost aside, send it, book what it came to.

        Args:
            asked: what it may cost at most.
            longest: the most seconds that it may take.
            call: sends it; it calls what it is given before each attempt.

        Raises:
            ModelsStopped: all models are switched off.
            BudgetSpent: it does not fit into a budget any more.
            StorageError: the ledger can't be read or written; nothing was sent.
        """
        self.check()
        id, at, started, attempts = new_id(), now(), time.monotonic(), 0

        def attempted() -> None:
            nonlocal attempts
            attempts += 1

        with self._alone():
            held = self._held()
            self._fit(asked, held)
            held[id] = {"usd": asked.usd or 0.0, "until": time.time() + longest + _MARGIN}
            self._hold(held)
        outcome: Literal["answered", "failed", "stopped"] = "failed"
        paid = Paid(None, 0, 0)
        try:
            paid = call(attempted)
            outcome = "answered"
        except (Cancelled, ModelsStopped):
            outcome = "stopped"
            raise
        finally:
            known = price(asked.model)
            entry = LedgerEntry(
                id=id,
                at=at,
                project=self._project,
                operation=asked.operation,
                model=asked.model,
                attempts=attempts,
                tokens_in=paid.tokens_in,
                tokens_out=paid.tokens_out,
                usd=None if known is None else known.of(paid.tokens_in, paid.tokens_out),
                seconds=round(time.monotonic() - started, 3),
                outcome=outcome,
            )
            self._settle(entry)
        return paid

    def _settle(self, entry: LedgerEntry) -> None:
        """Book a request, and free what was set aside for it. A request that was never sent is not booked."""
        try:
            with self._alone():
                if entry.attempts:
                    self._ledger().write([entry])
                held = self._held()
                held.pop(entry.id, None)
                self._hold(held)
            with suppress(StorageError):
                self._ledger().maintain()
        except StorageError as error:
            # The answer is there and may be paid for: it must not be lost. The money stays set aside for a while.
            log.warning("a request to %s could not be booked: %s", entry.model, error)

    # ------------------------------------------------------------ budgets

    def budgets(self) -> tuple[BudgetState, BudgetState]:
        """The budgets of this day and this month, with what is spent and set aside.

        Raises:
            StorageError: the ledger can't be read.
        """
        with self._alone():
            return self._budgets(self._held())

    def warning(self) -> str:
        """What to tell the user of the budgets, as a sentence; empty while most of them is left."""
        for each in self.budgets():
            if each.budget > 0 and each.spent >= self._settings.warn_at_percentage / 100 * each.budget:
                return (
                    f"{each.spent / each.budget:.0%} of this {each.name}'s budget for models is spent "
                    f"({dollars(each.spent)} of {dollars(each.budget)})."
                )
        return ""

    def entries(self, since: datetime | None, until: datetime | None) -> list[LedgerEntry]:
        """The ledger's entries from a moment on and before another, oldest first.

        Raises:
            StorageError: it can't be read.
        """
        return self._ledger().entries(since, until)

    def _budgets(self, held: dict[str, dict[str, float]]) -> tuple[BudgetState, BudgetState]:
        today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        aside = sum(each["usd"] for each in held.values())
        ledger, settings = self._ledger(), self._settings
        return (
            BudgetState(name="day", budget=settings.daily_budget, spent=ledger.spent(today) + aside),
            BudgetState(name="month", budget=settings.monthly_budget, spent=ledger.spent(today.replace(day=1)) + aside),
        )

    def _fit(self, asked: Estimate, held: dict[str, dict[str, float]]) -> None:
        # What is free fits always. The editor's models are paid for with the editor, not by the request.
        if asked.usd == 0 or asked.model == EDITOR:
            return
        for each in self._budgets(held):
            left = each.budget - each.spent
            if (asked.usd or 0.0) > left + _CENT or left <= _CENT:
                raise BudgetSpent(
                    f"{asked.note} Of this {each.name}'s budget of {dollars(each.budget)} are "
                    f"{dollars(max(left, 0.0))} left. It was not sent; see whence.spending."
                )

    # ------------------------------------------------------------ shared by all processes

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._folder / "spending.lock", thread_local=False)
            lock.acquire(timeout=_PATIENCE, poll_interval=0.01)
        except (OSError, NotImplementedError, Timeout) as error:
            raise StorageError(
                f"The ledger can't be locked ({type(error).__name__}), so nothing is sent to a model. Check the "
                "permissions of the folder `spending` in the data folder."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _held(self) -> dict[str, dict[str, float]]:
        """What is set aside for requests under way, by their ids. Call it alone."""
        try:
            found = json.loads((self._folder / "reserved.json").read_text(encoding="utf-8"))
            current = time.time()
            return {
                str(id): {"usd": float(each["usd"]), "until": float(each["until"])}
                for id, each in found.items()
                if float(each["until"]) > current
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.warning("what was set aside for requests under way can't be read, and is taken for nothing")
            return {}

    def _hold(self, held: dict[str, dict[str, float]]) -> None:
        fresh = self._folder / f"reserved.{os.getpid()}.new"
        try:
            fresh.write_text(json.dumps(held), encoding="utf-8")
            fresh.replace(self._folder / "reserved.json")
        except OSError as error:
            raise StorageError(
                f"Nothing can be set aside for a request to a model ({type(error).__name__}), so none is sent. Check "
                "the folder `spending` in the data folder."
            ) from None

    def _ledger(self) -> Ledger:
        with self._opening:
            if self._opened is None:
                self._opened = self._open(self._folder)
            return self._opened


def day_of(at: datetime) -> str:
    """The user's day of a moment, as 2026-05-31."""
    return at.astimezone().date().isoformat()
