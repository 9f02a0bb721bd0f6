"""The bill: what models cost, added up from the ledger, and how that reads."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import datetime

from whence.models.estimates import dollars
from whence.models.spending import Spending, day_of
from whence.values.base import Time, one_line
from whence.values.completion import LedgerEntry
from whence.values.reports import CostRow, Costs


def made(spending: Spending, since: Time | None, until: Time | None) -> Costs:
    """The requests from one moment up to another, by day, model and operation, and what is left of the budgets."""
    entries = spending.entries(since, until)
    found = Costs(
        total=_sum("all", entries),
        days=tuple(reversed(_rows(entries, lambda entry: day_of(entry.at)))),
        models=_dearest(_rows(entries, lambda entry: entry.model)),
        operations=_dearest(_rows(entries, lambda entry: entry.operation)),
        budgets=spending.budgets(),
        month_estimate=_at_this_pace(spending.budgets()[1].spent, datetime.now().astimezone()),
        stopped=spending.stopped,
        note=spending.warning(),
    )
    return found.model_copy(update={"markdown": _page(found)})


def _at_this_pace(spent: float, at: datetime) -> float:
    """What a month comes to whose days go on as they began; its first day counts whole, for it tells little."""
    days = monthrange(at.year, at.month)[1]
    gone = at.day - 1 + (at.hour + at.minute / 60) / 24
    return spent / max(gone, 1.0) * days


def _sum(name: str, entries: Sequence[LedgerEntry]) -> CostRow:
    return CostRow(
        name=name,
        calls=len(entries),
        tokens_in=sum(entry.tokens_in for entry in entries),
        tokens_out=sum(entry.tokens_out for entry in entries),
        usd=sum(entry.usd or 0.0 for entry in entries),
        unpriced=sum(entry.usd is None for entry in entries),
    )


def _rows(entries: Sequence[LedgerEntry], key: Callable[[LedgerEntry], str]) -> tuple[CostRow, ...]:
    groups: dict[str, list[LedgerEntry]] = {}
    for each in entries:
        groups.setdefault(key(each), []).append(each)
    return tuple(_sum(name, group) for name, group in groups.items())


def _dearest(rows: Sequence[CostRow]) -> tuple[CostRow, ...]:
    return tuple(sorted(rows, key=lambda each: (-each.usd, -each.calls, each.name)))


def _page(found: Costs) -> str:
    parts = ["# What models cost"]
    if found.stopped:
        parts.append("All models are switched off.")
    parts += [
        f"This {each.name}: {dollars(each.spent)} of a budget of {dollars(each.budget)}." for each in found.budgets
    ]
    if found.month_estimate:
        parts.append(f"At this pace the month comes to about {dollars(found.month_estimate)}.")
    if not found.total.calls:
        return "\n\n".join([*parts, "No model was asked."])
    for title, rows in (
        ("Day", (*found.days, found.total)),
        ("Model", found.models),
        ("Operation", found.operations),
    ):
        lines = [f"| {title} | Requests | Tokens in | Tokens out | Cost |", "|---|---:|---:|---:|---:|"]
        for row in rows:
            unknown = f" and {row.unpriced} of unknown price" if row.unpriced else ""
            name = one_line(row.name, 80).replace("|", "\\|")
            lines.append(
                f"| {name} | {row.calls} | {row.tokens_in:,} | {row.tokens_out:,} | {dollars(row.usd)}{unknown} |"
            )
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
