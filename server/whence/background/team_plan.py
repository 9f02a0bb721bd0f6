"""What is to be done so that this machine's memories and the team's are the same: values in, a plan out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from whence.background.team_state import Agreed
from whence.store import Mark


@dataclass
class Plan:
    """What is to be done so that both sides are the same."""

    send: list[str] = field(default_factory=list)
    receive: list[str] = field(default_factory=list)
    compare: list[str] = field(default_factory=list)
    agree: dict[str, Agreed] = field(default_factory=dict)
    tell: list[str] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


def planned(
    here: Mapping[str, Mark],
    there: Mapping[str, Mark],
    gone: set[str],
    agreed: Mapping[str, Agreed],
    removing: Mapping[str, bool],
) -> Plan:
    """What makes both sides the same.

    Args:
        here: the states of the memories of this machine.
        there: those of the team's store.
        gone: what somebody removed there for good.
        agreed: what both had when they were last compared.
        removing: what was removed here for good, and whether that was long ago.
    """
    plan = Plan()
    going: set[str] = set()
    for id, late in removing.items():
        if id in here and not late:
            going.add(id)
        elif id not in here and id in there and (id not in agreed or agreed[id].there == there[id].name):
            going.add(id)
            plan.tell.append(id)
        else:
            # Its process died before it was removed, and it stays; or nobody has it; or somebody changed it since, and
            # it comes back.
            plan.done.append(id)
    for id in (here.keys() | there.keys()) - going:
        _plan_one(plan, id, here.get(id), there.get(id), agreed.get(id), gone)
    return plan


def _plan_one(
    plan: Plan, id: str, mine: Mark | None, theirs: Mark | None, agreed: Agreed | None, gone: set[str]
) -> None:
    if mine is None:
        plan.receive.append(id)
    elif mine.private:
        if theirs is not None and agreed and agreed.ours:
            plan.tell.append(id)  # it was sent and is private now
    elif mine.growing:
        return
    elif theirs is None:
        if mine.binned and agreed is None:
            return  # what was thrown away before anybody had it is nobody's business
        unchanged = agreed is not None and agreed.here == mine.name
        (plan.drop if unchanged and id in gone else plan.send).append(id)
    elif mine.name == theirs.name:
        if agreed is None or agreed[:2] != (mine.name, theirs.name):
            plan.agree[id] = Agreed(mine.name, theirs.name, bool(agreed and agreed.ours))
    elif agreed is None or (agreed.here != mine.name and agreed.there != theirs.name):
        plan.compare.append(id)
    elif agreed.here == mine.name and agreed.there == theirs.name:
        return
    elif agreed.there != theirs.name or mine.at < theirs.at:
        plan.receive.append(id)  # changed there; or here something older came back, as from a backup
    else:
        plan.send.append(id)


def goes(mark: Mark) -> bool:
    """Whether a memory belongs to the team: it is not private, and grows no more."""
    return not mark.private and not mark.growing
