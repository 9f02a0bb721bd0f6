"""Completion: questions to language models with the user's consent, and what these cost.

An operation that a model can help asks through `think`, which gives None for an answer wherever there is none to be
had: the operation then answers without. It asks before it writes anything, so that what it would send can be shown.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, Literal, Never, TypeVar, cast

from whence.background.writer import Writer
from whence.engine import bill
from whence.models.disclosure import outgoing
from whence.models.estimates import estimate
from whence.models.prices import answer_limit, price
from whence.models.prompt import Material, Prompt
from whence.models.spending import Paid, asking
from whence.project.project import Project
from whence.values.base import Time, Value, fenced, one_line, unique
from whence.values.completion import Estimate, Picture, PromptMessage
from whence.values.errors import (
    BudgetSpent,
    Cancelled,
    ContextTooLong,
    InvalidRequest,
    MalformedAnswer,
    ModelUnavailable,
    StorageError,
)
from whence.values.operation import Command, Progress, operation
from whence.values.protocol import Acknowledged
from whence.values.reports import Costs, Preview
from whence.values.tokens import count_tokens

A = TypeVar("A", bound=Value)
_Method = TypeVar("_Method", bound=Callable[..., Any])

Role = Literal["model", "vision", "small"]
"""Which of the user's models: the main one, the one that sees, the cheap one."""

_THINKS = "_whence_thinks"


class Planned(Exception):
    """Ends an operation that is only planned, where its plan is complete: it would ask the last time, or write."""


class _Unwritten:
    """Stands where the writer does while an operation is only planned."""

    def __getattr__(self, name: str) -> Never:
        raise Planned


_LOOK_SECONDS = 0.1
"""How often an operation that waits for models looks whether it shall stop."""

_REPAIR_TOKENS = 150
"""Tokens of the words that ask for a better answer."""

_OVERCOUNT = 1.35
"""How much more `count_tokens` counts than there is, at most: what is longer than that the provider would refuse."""

_MESSAGE_TOKENS = 8
"""Tokens that a provider adds to each message for its role and its ends."""


@dataclass(frozen=True)
class Ask(Generic[A]):
    """One question to a model."""

    prompt: Prompt[A]
    """What kind of question it is."""

    task: str
    """What is to be done, in the user's or our own words."""

    material: tuple[Material, ...] = ()
    """What there is to read; it is quoted as data."""

    pictures: tuple[Picture, ...] = ()
    """What there is to look at."""


@dataclass(frozen=True)
class Thought(Generic[A]):
    """What became of a question."""

    answer: A | None
    """The answer, checked; None where there is none, and the operation answers without."""

    note: str = ""
    """Why there is no answer, or what to know of the budget, as a sentence for the user."""

    model: str = ""
    """The model that answered."""


def thinks(method: _Method) -> _Method:
    """Mark an operation that asks a model before it writes anything: what it would send can be shown."""
    setattr(method, _THINKS, True)
    return method


def asks_a_model(method: Callable[..., Any] | None) -> bool:
    """Whether an operation is marked as one that asks a model."""
    return bool(getattr(method, _THINKS, False))


@operation
def costs(project: Project, since: Time | None = None, until: Time | None = None) -> Costs:
    """Tell what models cost on this machine: by day, model and operation, and what is left of the budgets.

    Args:
        since: only requests of this moment or later.
        until: only requests from before this moment.
    """
    return bill.made(project.spending, since, until)


@operation(palette=Command("Stop All Models"))
def stop_models(project: Project) -> Acknowledged:
    """Switch all models off at once, in every window and process, until they are switched on again."""
    project.spending.stop()
    return Acknowledged(note="All models are switched off, and requests under way are broken off.")


@operation(palette=Command("Allow Models Again"))
def resume_models(project: Project) -> Acknowledged:
    """Switch models on again after they were switched off."""
    project.spending.resume()
    return Acknowledged(note="Models may be asked again.")


@operation
def show_prompt(project: Project, operation: str, arguments: dict[str, Any] | None = None) -> Preview:
    """Show exactly what an operation would send to a model and what that may cost, and send nothing.

    Args:
        operation: the operation, such as `suggest_solution`.
        arguments: its parameters.

    Raises:
        InvalidRequest: there is no such operation, it asks no model, or the parameters are wrong.
    """
    from whence.engine import OPERATIONS  # which lists this module's operations too

    found = OPERATIONS.get(operation)
    if found is None or not asks_a_model(found.function):
        raise InvalidRequest(f"The operation {one_line(operation, 60)!r} asks no model.")
    given = found.parse(arguments or {})
    asked: list[Estimate] = []
    with suppress(Planned):  # all that it asks is known
        found.function(replace(project, plan=asked, writer=cast(Writer, _Unwritten())), **given)
    return _preview(asked)


# ------------------------------------------------------------ for operations


def asked_by(approve: Callable[[Estimate], bool] | None) -> AbstractContextManager[None]:
    """While it lasts, this user is asked about what operations on this thread may cost, instead of the project's own.

    Args:
        approve: asks; None where this user can't be asked.
    """
    return asking(approve)


def think(
    project: Project, ask: Ask[A], *, role: Role = "model", progress: Progress = lambda message, share: None
) -> Thought[A]:
    """Ask a model one question, if the user has chosen one and agrees.

    Raises:
        ApprovalNeeded: the user has to be asked first, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    return think_all(project, [ask], role=role, progress=progress)[0]


def think_all(
    project: Project,
    asks: Sequence[Ask[A]],
    *,
    role: Role = "model",
    progress: Progress = lambda message, share: None,
    answered: Callable[[int, Thought[A]], None] = lambda number, thought: None,
    more: bool = False,
) -> list[Thought[A]]:
    """Ask a model several questions of one operation at once, after one consent to all of them.

    Args:
        asks: the questions; all for one operation.
        role: which of the user's models.
        progress: told how many are answered; what it raises breaks off those under way.
        answered: given each answer as it comes, by the number of its question, on the caller's thread: what is
            written down there stays when the rest is broken off.
        more: whether the operation may ask further questions after these; they are shown too, where it only shows
            what it would ask, as they would be if these had no answer.

    Returns:
        What became of each, in their order.

    Raises:
        ApprovalNeeded: the user has to be asked first, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    if not asks:
        return []
    model = _model_of(project, role)
    said = [[_outgoing(project, each) for each in ask.prompt.messages(ask.task, ask.material)] for ask in asks]
    asked = _estimate_all(asks, said, model)
    if project.plan is not None:
        project.plan.append(asked)
        if not more:
            raise Planned
        return _without(asks, "")
    if model == "none":
        # Who chose none knows it, and is told only where little can be done without.
        note = "" if role == "model" else f"No model is chosen (whence.{_SETTING[role]})."
        return _without(asks, note)
    progress("Waiting for your approval", 0.0)
    try:
        project.models.need(model)
        if not project.spending.consents(asked):
            return _without(asks, "You chose not to ask the model; this was made without one.")
    except (BudgetSpent, ModelUnavailable, StorageError) as error:
        return _without(asks, f"{error} This was made without a model.")
    stop = threading.Event()
    workers = ThreadPoolExecutor(min(len(asks), project.settings.models.concurrency), "whence-think")
    try:
        progress(f"Asking {model}", 0.0)
        waiting = [
            workers.submit(partial(_think_through, project), ask, messages, model, stop)
            for ask, messages in zip(asks, said, strict=True)
        ]
        numbers = {future: number for number, future in enumerate(waiting)}
        pending = set(waiting)
        while pending:
            done, pending = wait(pending, _LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                if (thought := future.result()).answer is not None:
                    answered(numbers[future], thought)
            progress(f"Asking {model}", 1 - len(pending) / len(waiting))
        thoughts = [future.result() for future in waiting]
    finally:
        stop.set()
        workers.shutdown(cancel_futures=True)
    warning = _budget_warning(project)
    return [each if each.note else Thought(each.answer, warning, each.model) for each in thoughts]


# ------------------------------------------------------------ inside


def _model_of(project: Project, role: Role) -> str:
    settings = project.settings
    match role:
        case "model":
            return settings.model
        case "vision":
            return settings.vision_model
        case "small":
            return settings.small_model


def _budget_warning(project: Project) -> str:
    try:
        return project.spending.warning()
    except StorageError:
        return ""


def _outgoing(project: Project, message: PromptMessage) -> PromptMessage:
    """The message as it may leave the machine: without secrets, and without paths of this machine."""
    return message.model_copy(update={"content": outgoing(message.content, project.place.root)})


def _think_through(
    project: Project, ask: Ask[A], messages: Sequence[PromptMessage], model: str, stop: threading.Event
) -> Thought[A]:
    """One question to its end; an answer of the wrong shape is asked for once more, with its fault told."""
    said = list(messages)
    try:
        text = _complete_one(project, ask, said, model, stop)
        try:
            return Thought(ask.prompt.read(text), model=model)
        except MalformedAnswer as fault:
            said += [_outgoing(project, each) for each in ask.prompt.repair(text, fault)]
        return Thought(ask.prompt.read(_complete_one(project, ask, said, model, stop)), model=model)
    except (ModelUnavailable, BudgetSpent, StorageError) as error:
        return Thought(None, f"{error} This was made without a model.")


def _complete_one(
    project: Project, ask: Ask[A], said: Sequence[PromptMessage], model: str, stop: threading.Event
) -> str:
    limit = answer_limit(model, ask.prompt.answer_tokens)
    tokens = _tokens(said)
    known = price(model)
    if known is not None and 0 < known.context * _OVERCOUNT < tokens:
        raise ContextTooLong(f"This is more text than the model {model} takes at once.")
    asked = estimate(ask.prompt.operation, model, tokens, limit, pictures=len(ask.pictures))

    def check() -> None:
        if stop.is_set() or project.closing.is_set():
            raise Cancelled("Stopped as you asked.")
        project.spending.check()

    def call(attempted: Callable[[], None]) -> Paid:
        answer = project.models.complete(
            model, said, pictures=ask.pictures, answer_tokens=limit, check=check, attempted=attempted
        )
        counted_in = asked.tokens_in if answer.tokens_in is None else answer.tokens_in
        counted_out = count_tokens(answer.text) if answer.tokens_out is None else answer.tokens_out
        return Paid(answer.text, counted_in, counted_out)

    return str(project.spending.pay(asked, project.models.longest, call).value)


_SETTING: dict[Role, str] = {"model": "model", "vision": "visionModel", "small": "smallModel"}


def _without(asks: Sequence[Ask[A]], note: str) -> list[Thought[A]]:
    return [Thought(None, note) for _ in asks]


def _tokens(said: Sequence[PromptMessage]) -> int:
    return sum(count_tokens(each.content) + _MESSAGE_TOKENS for each in said)


def _estimate_all(asks: Sequence[Ask[A]], said: Sequence[Sequence[PromptMessage]], model: str) -> Estimate:
    """The most that the questions can cost: each is asked again, with its first answer, if that has a wrong shape."""
    once = sum(_tokens(each) for each in said)
    limits = sum(answer_limit(model, ask.prompt.answer_tokens) for ask in asks)
    return estimate(
        asks[0].prompt.operation,
        model,
        2 * once + limits + _REPAIR_TOKENS * len(asks),
        2 * limits,
        calls=2 * len(asks),
        pictures=2 * sum(len(ask.pictures) for ask in asks),
        prompt="\n\n---\n\n".join(_readable(each, len(ask.pictures)) for ask, each in zip(asks, said, strict=True)),
    )


def _readable(said: Sequence[PromptMessage], pictures: int) -> str:
    parts = [f"**{each.role}**\n\n{fenced(each.content)}" for each in said]
    return "\n\n".join([*parts, *([f"*and {pictures} picture(s)*"] if pictures else [])])


def _preview(asked: Sequence[Estimate]) -> Preview:
    """What would be asked of the models that are chosen, one after the other; of none, what one would be asked."""
    sent = [each for each in asked if each.model != "none"]
    prompt = "\n\n---\n\n".join(each.prompt for each in sent or asked)
    if not asked:
        return Preview(note="Nothing would be sent to a model.")
    if not sent:
        return Preview(markdown=prompt, note="No model is chosen, so nothing is sent; with one, this would be.")
    known = [each.usd for each in sent if each.usd is not None]
    total = Estimate(
        operation=sent[-1].operation,
        model=", ".join(unique(each.model for each in sent)),
        calls=sum(each.calls for each in sent),
        tokens_in=sum(each.tokens_in for each in sent),
        tokens_out=sum(each.tokens_out for each in sent),
        usd=sum(known) if len(known) == len(sent) else None,
        pictures=sum(each.pictures for each in sent),
        prompt=prompt,
        note=" ".join(each.note for each in sent),
    )
    depends = " What is asked last depends on the answers before it." if len(sent) > 1 else ""
    return Preview(estimate=total, markdown=prompt, note=f"{total.note}{depends}")
